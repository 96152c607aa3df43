"""The departments of a deployment, to be handled by tests: one of them, and what it hears."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx
import pika

from deploy.local.stack import Stack
from deploy.operator.departments import AtDeployment, departments_of
from deploy.operator.missing_departments import declare_missing
from services.chassis.database import connect as connect_store
from services.contracts.departments import EXCHANGE, Topic, virtual_host
from services.contracts.feed import Subscriber
from services.contracts.feed.events import CONTENT_TYPE
from services.notify.feed.departments import Department, new_user
from tests.contracts.feed.department import events

POLICE = Department(
    id="police",
    user=new_user("police"),
    title="Police zone",
    purpose="to be tried",
    topics=(Topic.parse("24001.*.*"),),
    added_at=datetime(2026, 11, 27, 12, 0, tzinfo=UTC),
)


@dataclass(frozen=True)
class Elsewhere:
    """A deployment whose broker and store others run; the broker has users, and has never heard of departments."""

    stack: Stack
    api: httpx.Client

    def departments(self) -> AbstractContextManager[AtDeployment]:
        return departments_of(self.stack)

    def lose(self) -> None:
        """The store, and all that departments have at the broker."""
        with connect_store(self.stack.mongo_uri, appname="tests") as client:
            for name in client.list_database_names():
                if name.startswith(self.stack.database):
                    client.drop_database(name)
        vhost = virtual_host(urlsplit(self.stack.amqp_uri).path.removeprefix("/"))
        self.api.delete(f"/vhosts/{vhost}").raise_for_status()
        self.api.delete(f"/users/{POLICE.user}").raise_for_status()

    def declare(self) -> list[str]:
        """What the operator is told."""
        told: list[str] = []
        declare_missing(self.stack, told.append)
        return told


def tell(here: AtDeployment, count: int, *, headers: dict[str, str] | None = None) -> None:
    with pika.BlockingConnection(pika.URLParameters(here._uri)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for event in events(count):
            properties = pika.BasicProperties(
                content_type=CONTENT_TYPE, delivery_mode=2, message_id=event.id, headers=headers
            )
            channel.basic_publish(EXCHANGE, "24001.certificate-issued.residence", event.to_json(), properties)


def heard(at: AtDeployment, password: str) -> list[tuple[str, str]]:
    """By the police, since ever."""
    return [event.key for event in Subscriber(at.address(POLICE, password)).history()]
