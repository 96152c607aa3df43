"""The departments' side of a real broker, with the rights that it has there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import httpx
import pika
from pika.exceptions import ChannelClosedByBroker

from deploy.broker.administration import HttpApi, OverHttp
from deploy.broker.definitions import definitions
from deploy.broker.departments import AtBroker, definitions_of
from deploy.local.embedded.cluster import as_user
from services.chassis.addresses import beside
from services.contracts.departments import EXCHANGE, Answering, Topic, virtual_host
from services.contracts.feed.events import routing_key
from tests.contracts.feed.department import EVENT
from tests.waiting import wait_for

ACCESS_REFUSED = 403
ISSUED = routing_key("24001", "certificate-issued", "residence")


def user_of(id: str) -> str:
    """Its user, with a mark that is the same in each test."""
    return f"department.{id}.{sha256(id.encode()).hexdigest()[:16]}"


POLICE, SCHOOL, WASTE = map(user_of, ("police", "school", "waste"))


def department(id: str, *topics: str, kept: timedelta = timedelta(days=7), answers: tuple[str, ...] = ()) -> AtBroker:
    return AtBroker(
        id=id,
        user=user_of(id),
        topics=tuple(map(Topic.parse, topics)),
        answers=tuple(map(Answering.parse, answers)),
        kept=kept,
    )


@dataclass(frozen=True)
class Side:
    """The departments' virtual host of a test, with the passwords of who is there."""

    uri: str
    notify: str
    """As which notify speaks."""

    administration: OverHttp
    users: list[str] = field(default_factory=lambda: ["notify"])

    @property
    def vhost(self) -> str:
        return urlsplit(self.uri).path.removeprefix("/")

    def add(self, known: AtBroker, **options: Any) -> str:
        self.users.append(known.user)
        self.administration.take(definitions_of(known, self.vhost, password="secret", **options))
        return as_user(self.uri, known.user, "secret")

    def connect(self, uri: str) -> pika.BlockingConnection:
        return pika.BlockingConnection(pika.URLParameters(uri))

    def publish(self, key: str, *bodies: bytes, count: int = 1) -> None:
        """As notify does: confirmed; the same event so often where none are given."""
        with self.connect(self.notify) as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            for body in bodies or [EVENT.to_json()] * count:
                channel.basic_publish(EXCHANGE, key, body)

    def waiting(self, queue: str) -> int:
        with self.connect(self.uri) as connection:
            return int(connection.channel().queue_declare(queue, passive=True).method.message_count)


def a_side(amqp_uri: str, management: str, *, password: str = "secret") -> Side:
    """Beside the virtual host of `amqp_uri`, whose user administers both; `management` is the HTTP API's address, and
    `password` what notify's will be."""
    address = urlsplit(amqp_uri)
    inner = address.path.removeprefix("/")
    outer = virtual_host(inner)
    administration = OverHttp(HttpApi(management))
    shared = definitions(inner, passwords={"notify": password}, administrator=address.username)
    administration.take(
        {
            kind: [e for e in each if e.get("vhost", outer) == outer and e.get("name") != inner]
            for kind, each in shared.items()
        }
    )
    uri = beside(amqp_uri, virtual_host)
    return Side(uri, as_user(uri, "notify", password), administration)


@contextmanager
def passing_side(amqp_uri: str, api: httpx.Client) -> Iterator[Side]:
    """One that is gone at the end, with all who were there; `api` is the broker's."""
    made = a_side(amqp_uri, management_of(api))
    yield made
    wait_for(lambda: api.delete(f"/vhosts/{made.vhost}").status_code in (204, 404), what=f"{made.vhost} to be removed")
    for user in made.users:
        api.delete(f"/users/{user}")


def management_of(api: httpx.Client) -> str:
    """The address of the broker's HTTP API."""
    return str(api.base_url).removesuffix("/").removesuffix("/api")


def refused(act: Any, *arguments: Any, **named: Any) -> bool:
    try:
        act(*arguments, **named)
    except ChannelClosedByBroker as closed:
        if closed.reply_code != ACCESS_REFUSED:
            raise
        return True
    return False
