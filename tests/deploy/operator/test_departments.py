"""Departments as an operator handles them: a real broker and a real store."""

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
import pika
import pytest
from pika.exceptions import AMQPError
from pymongo.database import Database

from deploy.broker.administration import HttpApi, OverHttp
from deploy.broker.departments import shared_definitions
from deploy.local.stack import Stack
from deploy.operator.departments import AtDeployment
from services.contracts.departments import EXCHANGE, Topic, virtual_host
from services.contracts.feed import Since, Subscriber
from services.notify.feed.credentials import CredentialStore
from services.notify.feed.departments import Department, DepartmentStore, new_user
from tests.contracts.feed.department import events
from tests.waiting import wait_for

POLICE = Department(
    id="police",
    user=new_user("police"),
    title="Police zone",
    purpose="to be tried",
    topics=(Topic.parse("24001.*.*"),),
    added_at=datetime(2026, 11, 27, 12, 0, tzinfo=UTC),
)


@pytest.fixture
def here(amqp_uri: str, broker: tuple[str, httpx.Client], database: Database[dict[str, Any]]) -> Iterator[AtDeployment]:
    api = broker[1]
    address = urlsplit(amqp_uri)
    vhost = virtual_host(address.path.removeprefix("/"))
    administration = OverHttp(HttpApi(str(api.base_url).removesuffix("/").removesuffix("/api")))
    shared = {kind: each for kind, each in shared_definitions(vhost).items() if "permissions" not in kind}
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    administration.take({**shared, "permissions": [{"user": address.username, "vhost": vhost, **everything}]})
    stack = cast(Stack, SimpleNamespace(amqp_uri=amqp_uri, outside={}))
    yield AtDeployment(stack, DepartmentStore(database), CredentialStore(database), lambda: administration)
    wait_for(lambda: api.delete(f"/vhosts/{vhost}").status_code in (204, 404), what=f"{vhost} to be removed")
    api.delete(f"/users/{POLICE.user}")


def tell(here: AtDeployment, count: int) -> None:
    with pika.BlockingConnection(pika.URLParameters(here._uri)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for event in events(count):
            channel.basic_publish(EXCHANGE, "24001.certificate-issued.residence", event.to_json())


def test_how_it_gets_on(here: AtDeployment) -> None:
    assert here.health(POLICE).waiting is None
    here.declare(POLICE, password="secret")
    found = here.health(POLICE)
    assert (found.waiting, found.parked, found.consumers, found.oldest) == (0, 0, 0, None)

    tell(here, 3)

    wait_for(lambda: here.health(POLICE).waiting == 3, what="three to wait")
    assert here.health(POLICE).oldest == events(1)[0].time.replace(microsecond=123000)
    assert here.health(POLICE).waiting == 3  # nothing is taken by looking


def test_what_is_replayed_is_the_same(here: AtDeployment) -> None:
    here.declare(POLICE, password="secret")
    tell(here, 3)

    assert here.replay(POLICE, since=Since(offset=1)) == 2

    wait_for(lambda: here.health(POLICE).waiting == 5, what="five to wait")
    bodies = []
    with pika.BlockingConnection(pika.URLParameters(here.address(POLICE, "secret"))) as connection:
        channel = connection.channel()
        for _ in range(5):
            bodies.append(channel.basic_get(POLICE.user, auto_ack=True)[2])
    assert bodies == [each.to_json() for each in (*events(3), *events(3)[1:])]


def test_a_new_password_ends_the_old_one_and_removing_ends_all(here: AtDeployment) -> None:
    here.declare(POLICE, password="first")
    old = pika.BlockingConnection(pika.URLParameters(here.address(POLICE, "first")))

    here.declare(POLICE, password="second")
    here.disconnect(POLICE)

    with pytest.raises(AMQPError):
        wait_for(old.process_data_events, what="the connection to end")
    with pytest.raises(AMQPError):
        pika.BlockingConnection(pika.URLParameters(here.address(POLICE, "first")))
    assert list(Subscriber(here.address(POLICE, "second")).history()) == []

    here.remove(POLICE)

    assert here.health(POLICE).waiting is None
    with pytest.raises(AMQPError):
        pika.BlockingConnection(pika.URLParameters(here.address(POLICE, "second")))
