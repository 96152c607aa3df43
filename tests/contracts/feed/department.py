"""One department's queues, declared by an administrator who is also who reads them: what the client does is tested
here, what a department may do is tested with the broker's rights (tests/deploy/broker/test_departments.py)."""

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pika

from deploy.broker.departments import PARKED, AtBroker, definitions_of
from deploy.local.embedded.broker import Broker
from deploy.local.embedded.part import Running
from services.chassis.publisher import Publisher, Unpublished
from services.contracts.departments import Topic
from services.contracts.feed import PublicEvent, Subscriber
from services.contracts.feed.events import source_of, type_of
from tests.chassis.cable import Cable
from tests.waiting import wait_for

EVENT = PublicEvent(
    id="0" * 32,
    type=type_of("certificate-issued"),
    source=source_of("24001"),
    subject="1" * 32,
    time=datetime(2026, 11, 27, 8, 30, 15, 123456, tzinfo=UTC),
    data={"product": "residence"},
)


@dataclass(frozen=True)
class Own:
    """Queue, parking queue and stream of the user in `uri`."""

    uri: str

    def over(self, cable: Cable) -> "Own":
        """The same, to whom another way leads."""
        return Own(cable.leading_to(self.uri))

    @property
    def queue(self) -> str:
        return Subscriber(self.uri).queue

    @classmethod
    def at(cls, uri: str) -> "Own":
        made = cls(uri)
        user = made.queue
        known = AtBroker(id="x", user=user, topics=(Topic.parse("24001.*.*"),), kept=timedelta(days=7))
        with pika.BlockingConnection(pika.URLParameters(uri)) as connection:
            channel = connection.channel()
            channel.exchange_declare(PARKED, "direct", durable=True)
            for each in definitions_of(known, "v", password=None)["queues"]:
                channel.queue_declare(each["name"], durable=True, arguments=each["arguments"])
            channel.queue_bind(known.parking, PARKED, user)
        return made

    def tell(self, *events: PublicEvent, body: bytes | None = None) -> None:
        """To the queue and the stream, confirmed; a stream is up a moment later than its broker. What is confirmed to
        nobody, as by a broker that has just come up, is told once more, as Loket does."""
        with closing(Publisher(self.uri, confirm_timeout_s=5)) as publisher:
            for told in [body] if body is not None else [each.to_json() for each in events]:
                for queue in (self.queue, f"{self.queue}.history"):
                    wait_for(partial(_took, publisher, queue, told), what=f"{queue} to take it")

    def count(self, suffix: str = "") -> int:
        with pika.BlockingConnection(pika.URLParameters(self.uri)) as connection:
            declared: Any = connection.channel().queue_declare(self.queue + suffix, passive=True)
            return int(declared.method.message_count)


def breakable_own(broker: Running) -> Own:
    """At a broker that may be killed."""
    part = broker.part
    assert isinstance(part, Broker)
    own = Own.at(part.uri)
    await_coordinator(part)
    return own


def await_coordinator(part: Broker) -> None:
    """RabbitMQ 3.10 notes within a second of its first stream who coordinates streams; killed before, it never finds
    them again."""
    (noted,) = part.folder.glob("data/*/coordination/*/names.dets")
    wait_for(lambda: b"rabbit_stream_coordinator" in noted.read_bytes(), what="the streams' coordinator to be noted")


def _took(publisher: Publisher, queue: str, told: bytes) -> bool:
    try:
        publisher.publish(told, exchange="", routing_key=queue)
    except Unpublished:
        return False
    return True


def events(count: int) -> list[PublicEvent]:
    return [replace(EVENT, id=f"{number:032x}") for number in range(count)]
