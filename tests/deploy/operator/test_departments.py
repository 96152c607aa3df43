"""Departments as an operator handles them: a real broker and a real store."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
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
from deploy.operator.status.departments import facts_of
from services.contracts.departments import EXCHANGE, Topic, virtual_host
from services.contracts.feed import Since, Subscriber
from services.notify.feed.credentials import CredentialStore
from services.notify.feed.departments import Department, DepartmentStore
from services.notify.feed.store import FeedStore
from tests.contracts.feed.department import events
from tests.notify.feed.making import NOON, told
from tests.outbox import KeptInOutbox
from tests.waiting import wait_for

POLICE = Department(
    id="police",
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
    api.delete("/users/department.police")


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
            bodies.append(channel.basic_get("department.police", auto_ack=True)[2])
    assert bodies == [each.to_json() for each in (*events(3), *events(3)[1:])]


def test_status_tells_what_waits_and_what_is_gone(here: AtDeployment, database: Database[dict[str, Any]]) -> None:
    now = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
    for each in (POLICE, replace(POLICE, id="schools"), replace(POLICE, id="waste")):
        here.declare(each, password="secret")
        here.store.add(each)
    with pika.BlockingConnection(pika.URLParameters(here._uri)) as connection:
        connection.channel().queue_delete("department.waste.history")
    tell(here, 3)
    stored_at = [now - timedelta(hours=30), *[now - timedelta(hours=1)] * 2]
    for number, at in enumerate(stored_at):
        clock = lambda at=at: at  # noqa: E731
        FeedStore(database, relay=KeptInOutbox(), kept=timedelta(days=7), clock=clock).tell(told(number))
    schools = pika.BlockingConnection(pika.URLParameters(here.address(replace(POLICE, id="schools"), "secret")))
    channel = schools.channel()
    wait_for(lambda: channel.basic_get("department.schools", auto_ack=True)[0], what="the first to be taken")

    def found() -> dict[str, dict[str, Any]]:
        facts = facts_of(here._stack, database, now=now)
        assert facts["is_there"]
        return {each["department"]: each for each in facts["departments"]}

    wait_for(lambda: [each["waiting"] for each in found().values()] == [3, 2, 3], what="the counts")
    schools.close()
    facts = found()
    assert {name: each["is_old"] for name, each in facts.items()} == {"police": True, "schools": False, "waste": True}
    assert {name: each["missing"] for name, each in facts.items() if each["missing"]} == {
        "waste": ["department.waste.history"]
    }
    for each in facts:
        here.remove(replace(POLICE, id=each))


def test_status_tells_a_broker_without_departments(here: AtDeployment, database: Database[dict[str, Any]]) -> None:
    assert facts_of(here._stack, database, now=NOON)["is_there"] is None
    here.store.add(POLICE)
    elsewhere = cast(Stack, SimpleNamespace(amqp_uri=f"{here._stack.amqp_uri}-none", outside={}))

    facts = facts_of(elsewhere, database, now=NOON)

    assert (facts["is_there"], facts["departments"]) == (False, [])


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
