"""What was published is taken out of the outboxes of many documents at once, and nothing else."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database
from structlog.testing import capture_logs

from services.chassis.aggregates import Aggregates
from services.chassis.outbox import GRACE, IN_PASSING_S, LONGEST_PAUSE, SETTLING_S, Bus, Relay, outward_entry
from services.chassis.publisher import Publisher, Unconfirmed, Unpublished
from services.chassis.signing import SigningKey
from services.chassis.stored import Stored
from services.contracts.intake import ApplicationWithdrawn
from tests.keys import event_key
from tests.listening import Listening

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Mouth(Publisher):
    """Publishes to nobody; `closed` it confirms nothing."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.closed = False

    def publish(self, body: bytes, **message: Any) -> None:  # type: ignore[override]
        """As the broker's confirm would have it."""
        if self.closed:
            raise Unpublished("closed")
        self.said.append(message["message_id"])


@pytest.fixture
def mouth() -> Mouth:
    return Mouth()


@pytest.fixture
def listening() -> Listening:
    return Listening()


@pytest.fixture
def relay(mouth: Mouth) -> Relay:
    return Relay(mouth, key=SigningKey.parse(event_key("intake")), clock=lambda: NOON)


@pytest.fixture
def things(
    mongo_uri: str, database: Database[dict[str, Any]], listening: Listening, relay: Relay
) -> Iterator[Aggregates]:
    with MongoClient[dict[str, Any]](mongo_uri, tz_aware=True, event_listeners=[listening]) as client:
        things = client[database.name]["things"]
        yield Aggregates(things, relay=relay, service="intake", clock=lambda: NOON)


def withdrawn(id: str) -> ApplicationWithdrawn:
    return ApplicationWithdrawn(application_id=id, product="life", withdrawn_at=NOON)


def a_thing(things: Aggregates, id: str) -> Stored:
    created = things.create(id, {}, town="24001", events=[withdrawn(id)])
    assert created is not None
    return created


def outboxes(things: Aggregates) -> dict[str, list[str]]:
    return {each["_id"]: [entry["id"] for entry in each.get("outbox", ())] for each in things.collection.find()}


def test_many_are_emptied_with_one_write(things: Aggregates, relay: Relay, listening: Listening) -> None:
    ids = [f"a{number}" for number in range(30)]
    for id in ids:
        a_thing(things, id)
    listening.sent.clear()

    relay.empty()

    assert listening.sent == ["update"]
    assert outboxes(things) == {id: [] for id in ids}
    assert things.collection.count_documents({"outbox_since": {"$exists": True}}) == 0
    assert {each["version"] for each in things.collection.find()} == {1}


def test_what_is_still_to_be_published_stays(things: Aggregates, relay: Relay, mouth: Mouth) -> None:
    first = a_thing(things, "a")
    mouth.closed = True
    other = Aggregates(things.collection, relay=relay, service="intake", clock=lambda: NOON)
    other.change(first, {}, events=[withdrawn("a")])

    relay.empty()

    assert outboxes(things) == {"a": ["a:application-withdrawn:2"]}
    assert [each["_id"] for each in things.collection.find({"outbox_since": NOON})] == ["a"]


def test_what_the_next_change_took_out_needs_no_write(
    things: Aggregates, relay: Relay, listening: Listening, mouth: Mouth
) -> None:
    things.change(a_thing(things, "a"), {"state": "over"})
    listening.sent.clear()

    relay.empty()

    assert listening.sent == []
    assert (mouth.said, outboxes(things)) == (["a:application-withdrawn:1"], {"a": []})


def test_a_tombstone_stays_as_it_is(things: Aggregates, relay: Relay) -> None:
    a_thing(things, "a")
    things.collection.update_one({"_id": "a"}, {"$set": {"outbox": []}, "$unset": {"outbox_since": ""}})
    stored = things.load("a", town="24001")
    assert stored is not None
    assert things.empty(stored, state="over")
    tombstone = things.collection.find_one({"_id": "a"})

    relay.empty()

    assert things.collection.find_one({"_id": "a"}) == tombstone


class Doubtful(Mouth):
    """Says everything and confirms nothing, until it is `sound`."""

    def __init__(self) -> None:
        super().__init__()
        self.sound = False
        self.patience: list[float] = []

    @property
    def stands_for_s(self) -> float:
        """Since ever."""
        return 1e9

    def publish(self, body: bytes, **message: Any) -> None:  # type: ignore[override]
        """As where one of several queues takes nothing."""
        super().publish(body, **message)
        self.patience.append(message["patience_s"])
        if not self.sound:
            raise Unconfirmed("one of them")


def test_what_one_of_several_queues_does_not_confirm_is_said_to_the_others_less_and_less_often(
    database: Database[dict[str, Any]],
) -> None:
    now, mouth = [NOON], Doubtful()
    key = SigningKey.parse(event_key("notify"))
    others = {"far": Bus(publisher=mouth, exchange="far")}
    relay = Relay(Mouth(), key=key, clock=lambda: now[0], others=others)
    events = database["events"]
    relay.watch(events)
    entry = outward_entry(bus="far", id="e1", type="t", routing_key="k", body=b"{}", since=NOON)
    document = {"_id": "e1", "outbox": [entry], "outbox_since": NOON}
    events.insert_one(document)

    relay.relay(events, document)
    while now[0] < NOON + timedelta(days=1):
        now[0] += timedelta(minutes=1)
        relay.sweep()

    at_most = timedelta(days=1) / LONGEST_PAUSE
    assert at_most / 2 < len(mouth.said) < at_most + LONGEST_PAUSE / timedelta(minutes=1)
    mouth.sound = True
    now[0] += LONGEST_PAUSE + GRACE
    assert relay.sweep() == 1
    relay.empty()
    assert events.find_one() == {"_id": "e1", "outbox": []}


def test_who_has_other_work_waits_for_another_bus_in_doubt_no_longer_than_in_passing(
    database: Database[dict[str, Any]],
) -> None:
    mouth = Doubtful()
    others = {"far": Bus(publisher=mouth, exchange="far")}
    relay = Relay(Mouth(), key=SigningKey.parse(event_key("notify")), clock=lambda: NOON, others=others)
    events = database["events"]
    relay.watch(events)
    for id in ("e1", "e2", "e3"):
        entry = outward_entry(bus="far", id=id, type="t", routing_key="k", body=b"{}", since=NOON)
        document = {"_id": id, "outbox": [entry], "outbox_since": NOON - GRACE * 2}
        events.insert_one(document)
        relay.relay(events, document)
    assert mouth.patience == [GRACE.total_seconds(), IN_PASSING_S, IN_PASSING_S]

    events.update_many({}, {"$set": {"outbox_since": NOON - GRACE * 2}})
    relay.sweep()
    assert mouth.patience[3:] == [GRACE.total_seconds()]


def test_what_another_process_has_published_meanwhile_is_not_put_off(database: Database[dict[str, Any]]) -> None:
    relay = Relay(
        Mouth(),
        key=SigningKey.parse(event_key("notify")),
        clock=lambda: NOON,
        others={"far": Bus(publisher=Doubtful(), exchange="far")},
    )
    entry = outward_entry(bus="far", id="e1", type="t", routing_key="k", body=b"{}", since=NOON)
    database["events"].insert_one({"_id": "e1", "outbox": []})

    relay.relay(database["events"], {"_id": "e1", "outbox": [entry], "outbox_since": NOON})

    assert database["events"].find_one() == {"_id": "e1", "outbox": []}


def test_what_two_watch_is_looked_at_once(database: Database[dict[str, Any]]) -> None:
    """As the feed's events, which the sandbox tells as well: else each leaves twice in each sweep, while the broker has
    just begun."""
    mouth = Young()
    relay = Relay(
        Mouth(),
        key=SigningKey.parse(event_key("notify")),
        clock=lambda: NOON,
        others={"far": Bus(publisher=mouth, exchange="far")},
    )
    entry = outward_entry(bus="far", id="e1", type="t", routing_key="k", body=b"{}", since=NOON - GRACE * 2)
    database["events"].insert_one({"_id": "e1", "outbox": [entry], "outbox_since": NOON - GRACE * 2})

    relay.watch(database["events"])
    relay.watch(database["events"])

    assert (relay.sweep(), mouth.said) == (1, ["e1"])


def test_what_was_left_before_our_clock_went_back_leaves_all_the_same(database: Database[dict[str, Any]]) -> None:
    """Not only once the clock is there again; what somebody has just put off still waits."""
    mouth = Young()
    mouth.settled = True
    others = {"far": Bus(publisher=mouth, exchange="far")}
    relay = Relay(Mouth(), key=SigningKey.parse(event_key("notify")), clock=lambda: NOON, others=others)
    relay.watch(database["events"])
    for id, since in (("left", NOON + timedelta(hours=2)), ("put-off", NOON + LONGEST_PAUSE)):
        entry = outward_entry(bus="far", id=id, type="t", routing_key="k", body=b"{}", since=since)
        database["events"].insert_one({"_id": id, "outbox": [entry], "outbox_since": since})

    assert (relay.sweep(), mouth.said) == (1, ["left"])


class Young(Mouth):
    """Confirms everything; the broker has just begun, until it `settled`."""

    settled = False

    @property
    def stands_for_s(self) -> float:
        """Not long."""
        return SETTLING_S + 1 if self.settled else 0.1


@pytest.mark.parametrize(("mouth", "warned"), [(Young(), []), (Doubtful(), ["event_not_published"])])
def test_only_what_is_not_confirmed_is_warned_of(
    database: Database[dict[str, Any]], mouth: Young | Doubtful, warned: list[str]
) -> None:
    """What a broker that has just begun has confirmed leaves once more: so it is at every start."""
    relay = Relay(
        Mouth(),
        key=SigningKey.parse(event_key("notify")),
        clock=lambda: NOON,
        others={"far": Bus(publisher=mouth, exchange="far")},
    )
    events = database["events"]
    relay.watch(events)
    entry = outward_entry(bus="far", id="e1", type="t", routing_key="k", body=b"{}", since=NOON - GRACE * 2)
    document = {"_id": "e1", "outbox": [entry], "outbox_since": NOON - GRACE * 2}
    events.insert_one(document)

    with capture_logs() as logs:
        relay.relay(events, document)

    assert [each["event"] for each in logs if each["log_level"] == "warning"] == warned
    if isinstance(mouth, Young):
        mouth.settled = True
        relay.sweep()
        relay.empty()
        assert mouth.said == ["e1", "e1"]
        assert events.find_one() == {"_id": "e1", "outbox": []}
