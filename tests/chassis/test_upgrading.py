"""What version 0.1 declared at the broker becomes what this one declares, or is left alone: no message is lost."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pika
import pytest
from kombu import Connection

from deploy.broker.rights import TOPOLOGY
from deploy.operator.dead_letters import DeadLetters
from services.chassis.declaring import Occupied, declare
from services.chassis.deliveries import read_delivery
from services.chassis.topology import queues
from services.contracts.delivery import Unacceptable
from services.contracts.envelope import CONTENT_TYPE
from services.contracts.events import EVENTS
from tests.broker import declare_on
from tests.golden import broker_0_1
from tests.keys import VERIFYING

pytestmark = pytest.mark.slow

UNSIGNED = (
    b'{"id":"a1:application-cleared:2","type":"be.loket.intake.application-cleared.v1","source":"/towns/24001/intake",'
    b'"subject":"a1","time":"2026-11-22T19:30:05+00:00","data":{"application_id":"a1"},"sequence":2,'
    b'"specversion":"1.0","datacontenttype":"application/json"}'
)
QUEUE = "documents.issue-certificate"


@pytest.fixture
def channel(amqp_uri: str) -> Iterator[Any]:
    """To a virtual host as version 0.1 left it."""
    with pika.BlockingConnection(pika.URLParameters(amqp_uri)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        broker_0_1.declare(channel)
        yield channel


@pytest.fixture
def host(amqp_uri: str, broker: tuple[str, httpx.Client]) -> "Host":
    return Host(broker[1], amqp_uri.rsplit("/", 1)[1])


class Host:
    """A virtual host, as the broker's HTTP API shows it."""

    def __init__(self, api: httpx.Client, name: str) -> None:
        self._api = api
        self.name = name

    def holds(self) -> dict[str, Any]:
        """Exchanges, queues and bindings, without what is the broker's own."""
        exchanges = self._api.get(f"/exchanges/{self.name}").json()
        queues = self._api.get(f"/queues/{self.name}").json()
        bindings = self._api.get(f"/bindings/{self.name}").json()
        return {
            "exchanges": {each["name"]: each["type"] for each in exchanges if each["name"].startswith("loket.")},
            "queues": {each["name"]: each["arguments"] for each in queues},
            "bindings": {(each["source"], each["routing_key"], each["destination"]) for each in bindings},
        }


def put(channel: Any, exchange: str, key: str) -> None:
    properties = pika.BasicProperties(content_type=CONTENT_TYPE, message_id="a1:application-cleared:2", delivery_mode=2)
    channel.basic_publish(exchange, key, UNSIGNED, properties, mandatory=True)


def test_nothing_waits_and_all_is_as_if_declared_for_the_first_time(
    amqp_uri: str, channel: Any, host: Host, broker: tuple[str, httpx.Client]
) -> None:
    declare_on(amqp_uri)
    migrated = host.holds()

    fresh = f"{host.name}-fresh"
    broker[1].put(f"/vhosts/{fresh}").raise_for_status()
    try:
        declare_on(amqp_uri.replace(host.name, fresh))
        assert migrated == Host(broker[1], fresh).holds()
    finally:
        broker[1].delete(f"/vhosts/{fresh}").raise_for_status()
    put(channel, "loket.events", "be.loket.intake.application-cleared.v1")
    assert channel.basic_get(QUEUE, auto_ack=True)[2] == UNSIGNED


@pytest.mark.parametrize(
    ("exchange", "key", "queue"),
    [
        ("loket.events", "be.loket.intake.application-cleared.v1", QUEUE),
        ("loket.delay.30m", QUEUE, "loket.delay.30m"),
        ("loket.delay.5m", QUEUE, "loket.delay.5m"),
    ],
)
def test_while_messages_of_the_last_version_wait_nothing_is_changed(
    amqp_uri: str, channel: Any, host: Host, exchange: str, key: str, queue: str
) -> None:
    put(channel, exchange, key)
    before = host.holds()

    with pytest.raises(Occupied) as refused:
        declare_on(amqp_uri)

    assert str(refused.value) == f"{queue} (1)"
    assert host.holds() == before
    assert channel.basic_get(queue, auto_ack=True)[2] == UNSIGNED
    declare_on(amqp_uri)


def test_while_a_process_of_the_last_version_listens_nothing_is_changed(
    amqp_uri: str, channel: Any, host: Host
) -> None:
    put(channel, "loket.events", "be.loket.intake.application-cleared.v1")
    (method, _, body) = next(channel.consume(QUEUE))  # in its hands, and so in no count of what waits
    before = host.holds()

    with pytest.raises(Occupied):
        declare_on(amqp_uri)

    assert (host.holds(), body) == (before, UNSIGNED)
    channel.basic_ack(method.delivery_tag)


def test_one_that_was_interrupted_is_finished_by_the_next(amqp_uri: str, channel: Any, host: Host) -> None:
    channel.queue_delete(QUEUE)
    channel.exchange_delete("loket.parked")
    channel.exchange_delete("loket.delay.5s")

    declare_on(amqp_uri)

    assert set(host.holds()["queues"]) == {queue.name for queue in queues(TOPOLOGY)}
    put(channel, "loket.parked", QUEUE)
    put(channel, "loket.delay.5s", QUEUE)


def test_what_is_parked_stays_and_is_parked_again_as_unsigned_when_replayed(
    amqp_uri: str, channel: Any, tmp_path: Path
) -> None:
    put(channel, "loket.parked", QUEUE)
    letters = DeadLetters(amqp_uri, audit=tmp_path / "audit.jsonl")

    declare_on(amqp_uri)

    (letter,) = letters.list()
    assert letter.id.startswith(f"{QUEUE}#a1:application-cleared:2#")
    letters.replay(letter.id)
    _, properties, body = channel.basic_get(QUEUE, auto_ack=True)
    with pytest.raises(Unacceptable, match="unsigned"):
        read_delivery(
            body,
            properties.content_type,
            properties.headers.get("loket-signature"),
            accepted=EVENTS,
            keys=VERIFYING,
        )


def test_a_broker_that_has_just_started_is_not_believed_that_nothing_waits(own_broker: Any) -> None:
    with pika.BlockingConnection(pika.URLParameters(own_broker.part.uri)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        broker_0_1.declare(channel)
        put(channel, "loket.events", "be.loket.intake.application-cleared.v1")

    for _ in range(2):
        own_broker.kill()
        own_broker.start()
        with pytest.raises(Occupied):
            declare_on(own_broker.part.uri)

    with pika.BlockingConnection(pika.URLParameters(own_broker.part.uri)) as connection:
        assert connection.channel().basic_get(QUEUE, auto_ack=True)[2] == UNSIGNED


def test_what_a_later_version_only_adds_is_declared_beside_the_versions_that_run(
    amqp_uri: str, broker: tuple[str, httpx.Client]
) -> None:
    declare_on(amqp_uri)
    host = Host(broker[1], amqp_uri.rsplit("/", 1)[1])
    before = host.holds()
    later = replace(TOPOLOGY, questions=[*TOPOLOGY.questions, "intake.a-new-question"])

    with pika.BlockingConnection(pika.URLParameters(amqp_uri)) as connection, Connection(amqp_uri) as operators:
        channel = connection.channel()
        channel.confirm_delivery()
        put(channel, "loket.events", "be.loket.intake.application-cleared.v1")
        (method, _, _) = next(channel.consume(QUEUE))  # an earlier version is at work
        declare(operators, later)
        channel.basic_ack(method.delivery_tag)

    after = host.holds()
    assert set(after["queues"]) - set(before["queues"]) == {"intake.a-new-question"}
    assert {TOPOLOGY.marker.name, later.marker.name} <= set(after["exchanges"])
    assert before["exchanges"].items() <= after["exchanges"].items()
    assert before["bindings"] <= after["bindings"]
