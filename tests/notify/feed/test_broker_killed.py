"""EVENTS told while the broker is killed again and again: each department has each, by every way there is.

2,000 where nothing else is said; `make chaos EVENTS=10000` takes some eight minutes for them.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pika
import pytest
from pymongo.database import Database

from deploy.local.embedded.broker import Broker
from deploy.local.embedded.part import Running
from services.chassis.outbox import Bus, Relay
from services.chassis.publisher import Publisher
from services.chassis.signing import SigningKey
from services.contracts.departments import BUS, EXCHANGE
from services.contracts.feed import PublicEvent, Since, Subscriber
from services.contracts.feed.queues import history_of
from services.contracts.feed.streams import history
from services.notify.feed.numbering import Numbering
from services.notify.feed.pulling import Pulling
from services.notify.feed.store import FeedStore
from tests.contracts.feed.department import await_coordinator
from tests.deploy.broker.side import Side, a_side, department
from tests.keys import event_key
from tests.notify.feed.making import TOWN, a_department, told
from tests.waiting import wait_for

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900)]

COUNT, AT_ONCE = int(os.environ.get("EVENTS", "2000")), 4
DEPARTMENTS = ("police", "waste", "schools")
TOPIC = f"{TOWN}.*.*"

EVENTS = [told(number) for number in range(COUNT)]
BODIES = {each.event.id: each.event.to_json() for each in EVENTS}


@pytest.fixture
def side(own_broker: Running) -> Side:
    part = own_broker.part
    assert isinstance(part, Broker)
    management = f"http://{part.user}:{part.password}@127.0.0.1:{part.management_port}"
    return a_side(part.uri, management, password=part.password_of("notify"))  # with which it comes back


@pytest.fixture
def feed(side: Side, database: Database[dict[str, Any]]) -> Iterator[FeedStore]:
    """As one process of notify has it: what it did not publish at once is swept."""
    publisher = Publisher(side.notify, confirm_timeout_s=5)
    bus = Bus(publisher=publisher, exchange=EXCHANGE)
    key = SigningKey.parse(event_key("notify"))
    relay = Relay(publisher, key=key, clock=lambda: datetime.now(UTC), others={BUS: bus})
    store = FeedStore(database, relay=relay, kept=timedelta(days=7), clock=lambda: datetime.now(UTC))

    def sweep() -> None:
        relay.sweep()
        relay.empty()

    with again_and_again(sweep, every=0.5):
        yield store
    publisher.close()


@contextmanager
def again_and_again(act: Callable[[], object], *, every: float) -> Iterator[None]:
    ended = threading.Event()

    def run() -> None:
        while not ended.wait(every):
            act()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextmanager
def telling(feed: FeedStore) -> Iterator[None]:
    """All of them, by AT_ONCE workers."""
    ended = threading.Event()

    def tell(first: int) -> None:
        for each in EVENTS[first::AT_ONCE]:
            if ended.is_set():
                return
            feed.tell(each)

    workers = [threading.Thread(target=tell, args=(first,)) for first in range(AT_ONCE)]
    for each in workers:
        each.start()
    try:
        yield
    finally:
        ended.set()
        for each in workers:
            each.join()


@contextmanager
def subscribed(uri: str, handle: Callable[[PublicEvent], object]) -> Iterator[None]:
    subscriber = Subscriber(uri)
    thread = threading.Thread(target=subscriber.run, args=(handle,))
    thread.start()
    try:
        yield
    finally:
        subscriber.stop()
        thread.join()


def test_each_department_has_each_event_by_each_way(
    side: Side, feed: FeedStore, own_broker: Running, database: Database[dict[str, Any]]
) -> None:
    """From its queue once, as the client drops what comes twice; from its stream at least once, as the broker confirms
    what a stream lacks after kill -9, so that it is told again; by pulling once, as the store knows. The same bytes."""
    uris = {each: side.add(department(each, TOPIC)) for each in DEPARTMENTS}
    assert isinstance(own_broker.part, Broker)
    await_coordinator(own_broker.part)
    handled: dict[str, list[PublicEvent]] = {each: [] for each in DEPARTMENTS}
    kept = database["department_events"]

    with (
        subscribed(uris["police"], handled["police"].append),
        subscribed(uris["waste"], handled["waste"].append),
        telling(feed),
    ):
        for so_far in (COUNT // 10, COUNT // 10 * 4, COUNT // 10 * 8):
            wait_for(lambda so_far=so_far: kept.count_documents({}) >= so_far, seconds=300, what=f"{so_far} to be told")
            own_broker.kill()
            own_broker.start()
        wait_for(lambda: kept.count_documents({"outbox_since": {"$exists": True}}) == 0, seconds=300, what="the outbox")
        for each in ("police", "waste"):
            wait_for(lambda each=each: len(handled[each]) >= COUNT, seconds=120, what=f"all for the {each}")
    with subscribed(uris["schools"], handled["schools"].append):  # was away all the time
        wait_for(lambda: len(handled["schools"]) >= COUNT, seconds=120, what="all for the schools")

    for each, events in handled.items():
        assert len(events) == COUNT, each
        assert {event.id: event.to_json() for event in events} == BODIES, each
    for each in DEPARTMENTS:
        replayed = list(from_stream(uris[each]))
        assert dict(replayed) == BODIES, each
        assert all(BODIES[id] == body for id, body in replayed), each
    assert list(pulled(database)) == [body.decode() for body in in_order(database)]


def from_stream(uri: str) -> Iterator[tuple[str, bytes]]:
    """All that it holds, also what came twice."""
    address = pika.URLParameters(uri)
    for message in history(lambda: pika.BlockingConnection(address), history_of(Subscriber(uri).queue), Since()):
        yield PublicEvent.from_json(message.body).id, message.body


def pulled(database: Database[dict[str, Any]]) -> Iterator[str]:
    numbering = Numbering(database)
    numbering.number()
    pulling = Pulling(database, numbering, clock=lambda: datetime.now(UTC))
    after, more = None, True
    while more:
        page = pulling.page(a_department("police", TOPIC), town=TOWN, after=after, limit=100)
        yield from page.events
        after, more = page.after, page.more


def in_order(database: Database[dict[str, Any]]) -> list[bytes]:
    """By their numbers, of which none is missing or double."""
    found = list(database["department_events"].find({}, {"number": 1}).sort("number"))
    assert [each["number"] for each in found] == list(range(1, COUNT + 1))
    return [BODIES[each["_id"]] for each in found]
