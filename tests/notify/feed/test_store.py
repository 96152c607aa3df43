"""Public events kept and told, in a real store and at a real broker."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pika
import pytest
from pika.exceptions import AMQPError
from pymongo.database import Database

from deploy.broker.administration import Scripts
from deploy.broker.alarms import alarm
from deploy.local.embedded.broker import Broker
from deploy.local.embedded.part import Running
from deploy.local.stack import Stack
from deploy.operator.status.departments import facts_of
from services.chassis.outbox import Bus, Relay
from services.chassis.publisher import Publisher
from services.chassis.signing import SIGNATURE, SigningKey
from services.contracts.departments import BUS, EXCHANGE
from services.contracts.feed import PublicEvent, Subscriber
from services.contracts.feed.events import ALIVE
from services.notify.feed.alive import say_alive
from services.notify.feed.projecting import Told
from services.notify.feed.store import FeedStore
from tests.contracts.feed.department import EVENT, Own, breakable_own, events
from tests.keys import event_key
from tests.waiting import wait_for

NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


@dataclass
class Feed:
    """A store whose events leave for a queue and a stream of one department."""

    store: FeedStore
    relay: Relay
    own: Own

    def tell(self, event: PublicEvent) -> None:
        self.store.tell(Told(event=event, application_id="application-1", product="residence"))


@pytest.fixture
def feed(own_broker: Running, database: Database[dict[str, Any]]) -> Iterator[Feed]:
    """The services' side is not used; the departments' is the test's virtual host itself."""
    part = own_broker.part
    assert isinstance(part, Broker)
    own = breakable_own(own_broker)
    with pika.BlockingConnection(pika.URLParameters(part.uri)) as connection:
        channel = connection.channel()
        channel.exchange_declare(EXCHANGE, "topic", durable=True)
        for queue in (own.queue, f"{own.queue}.history"):
            channel.queue_bind(queue, EXCHANGE, "24001.#")
    publisher = Publisher(part.uri, confirm_timeout_s=5)
    bus = Bus(publisher=publisher, exchange=EXCHANGE)
    key = SigningKey.parse(event_key("notify"))
    relay = Relay(publisher, key=key, clock=lambda: datetime.now(UTC), others={BUS: bus})
    store = FeedStore(database, relay=relay, kept=timedelta(days=7), clock=lambda: datetime.now(UTC))
    yield Feed(store, relay, own)
    publisher.close()


@pytest.fixture
def swept(feed: Feed) -> Iterator[None]:
    """As a process does in the background."""
    ended = threading.Event()

    def sweep() -> None:
        while not ended.wait(0.5):
            feed.relay.sweep()
            feed.relay.empty()

    thread = threading.Thread(target=sweep)
    thread.start()
    yield
    ended.set()
    thread.join()


def test_an_event_is_told_signed_and_as_it_was_made(feed: Feed) -> None:
    feed.tell(EVENT)

    with pika.BlockingConnection(pika.URLParameters(feed.own.uri)) as connection:
        channel = connection.channel()
        method, properties, body = wait_for(lambda: _got(channel, feed.own.queue), what="the event")
    assert body == EVENT.to_json()
    assert method.routing_key == "24001.certificate-issued.residence"
    assert properties.content_type == "application/cloudevents+json"
    assert properties.message_id == EVENT.id
    assert properties.headers[SIGNATURE].startswith("notify.")


def _got(channel: Any, queue: str) -> Any:
    found = channel.basic_get(queue)
    return found if found[0] else None


def test_said_twice_it_is_kept_once(feed: Feed, database: Database[dict[str, Any]]) -> None:
    for _ in range(2):
        feed.tell(EVENT)

    (kept,) = database["department_events"].find()
    assert kept["body"].encode() == EVENT.to_json()
    assert kept["expire_at"] - kept["stored_at"] == timedelta(days=7)


def test_what_a_crash_left_is_told_when_it_is_said_again(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as crashed:
        crashed.setattr(feed.relay, "relay", lambda *_: None)
        feed.tell(EVENT)
    assert feed.own.count() == 0

    feed.tell(EVENT)

    wait_for(lambda: feed.own.count() >= 1, what="the event")


def test_the_way_is_said_to_be_open_once_an_hour(feed: Feed, database: Database[dict[str, Any]]) -> None:
    for minutes in (0, 5, 59, 60):
        say_alive(towns=["24001", "23027"], feed=feed.store, now=NOON + timedelta(minutes=minutes))

    kept = [PublicEvent.from_json(each["body"].encode()) for each in database["department_events"].find()]
    assert {(each.name, each.town, each.time) for each in kept} == {
        (ALIVE, town, NOON + timedelta(hours=hour)) for town in ("24001", "23027") for hour in (0, 1)
    }


@pytest.mark.slow
@pytest.mark.usefixtures("swept")
def test_a_broker_killed_while_it_is_told_leaves_nothing_out(feed: Feed, own_broker: Running) -> None:
    """Neither of the queue nor of the stream, which is up later than the rest; what comes twice is the same."""
    told = events(400)

    def tell() -> None:
        for event in told:
            feed.tell(event)
            time.sleep(0.02)  # as events come, so that some come while the broker is away and just back

    telling = threading.Thread(target=tell)
    telling.start()
    for so_far in (60, 200):
        wait_for(lambda so_far=so_far: _kept(feed) >= so_far, what=f"{so_far} to be told")
        own_broker.kill()
        own_broker.start()
    telling.join()

    ids = {each.id for each in told}
    wait_for(lambda: _in_stream(feed) >= ids, seconds=120, what="the stream")
    handled: list[str] = []
    subscriber = Subscriber(feed.own.uri)
    thread = threading.Thread(target=subscriber.run, args=(lambda event: handled.append(event.id),))
    thread.start()
    wait_for(lambda: set(handled) == ids, what="the queue")
    subscriber.stop()
    thread.join()
    assert len(handled) == len(ids)


@pytest.mark.slow
@pytest.mark.usefixtures("swept")
def test_a_broker_short_of_memory_keeps_what_is_to_be_told_waiting(
    feed: Feed, own_broker: Running, database: Database[dict[str, Any]]
) -> None:
    """Whoever tells it goes on after a moment; `loket status` says why nothing is taken, and since when."""
    part, kept = own_broker.part, database["department_events"]
    assert isinstance(part, Broker)
    scripts = Scripts((part,))
    scripts.run("rabbitmqctl", "set_vm_memory_high_watermark", "0.0000001")
    try:
        wait_for(lambda: alarm(part.uri) == "low on memory", what="the alarm")
        told = events(3)
        for event in told:
            feed.tell(event)
        assert kept.count_documents({"outbox": {"$ne": []}}) == len(told)
        assert facts_of(no_broker(), database, now=NOON)["unconfirmed_since"] == min(
            each["stored_at"] for each in kept.find()
        )
    finally:
        scripts.run("rabbitmqctl", "set_vm_memory_high_watermark", "0.4")

    wait_for(lambda: kept.count_documents({"outbox": {"$ne": []}}) == 0, seconds=60, what="the outbox to be empty")
    assert _in_stream(feed) == {each.id for each in told}


def no_broker() -> Stack:
    return cast(Stack, SimpleNamespace(amqp_uri="amqp://127.0.0.1:9/", outside={}))


def _in_stream(feed: Feed) -> set[str]:
    """Empty while the broker has just begun."""
    try:
        return {each.id for each in Subscriber(feed.own.uri).history()}
    except AMQPError:
        return set()


def _kept(feed: Feed) -> int:
    return feed.store._collection.count_documents({})
