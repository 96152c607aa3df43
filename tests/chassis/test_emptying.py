"""An emptied aggregate is a tombstone: put in its place whole or not at all, and in nobody's way."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database
from pymongo.errors import WriteError

from services.chassis.admission import Hearing
from services.chassis.aggregates import Aggregates
from services.chassis.retention import AT_ONCE, Rounds
from services.chassis.stored import Stored
from services.chassis.suspects import KEPT, Suspects
from services.contracts.delivery import AlreadyHandled, ConcurrentChange, Emptied, Unacceptable
from services.contracts.envelope import Cause
from services.contracts.intake import ApplicationWithdrawn
from services.contracts.retention import Cutoffs
from tests.outbox import KeptInOutbox, events_in

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LARGEST_DOCUMENT = 16 * 1024 * 1024


@pytest.fixture
def aggregates(database: Database[dict[str, Any]]) -> Aggregates:
    collection = database["things"]
    collection.create_index([("town", 1), ("number", 1)], unique=True)
    return Aggregates(collection, relay=KeptInOutbox(), service="intake", clock=lambda: NOON)


def a_thing(aggregates: Aggregates, id: str, **body: Any) -> Stored:
    aggregates.create(id, {"number": f"number of {id}", "secret": "s", **body}, town="24001")
    return the(aggregates, id)


def the(aggregates: Aggregates, id: str) -> Stored:
    stored = aggregates.load(id, town="24001")
    assert stored is not None
    return stored


def test_nothing_of_its_body_is_left(aggregates: Aggregates) -> None:
    aggregates.empty(a_thing(aggregates, "a"), state="over")

    assert aggregates.collection.find_one({"_id": "a"}) == {
        "_id": "a",
        "town": "24001",
        "version": 2,
        "emitted": 0,
        "state": "over",
        "emptied_at": NOON,
    }


def an_end() -> ApplicationWithdrawn:
    return ApplicationWithdrawn(application_id="a", product="life", withdrawn_at=NOON)


def test_a_tombstone_may_answer_an_event_once_and_counts_on(aggregates: Aggregates) -> None:
    said = aggregates.change(a_thing(aggregates, "a"), {}, events=[an_end()])
    aggregates.collection.update_one({"_id": "a"}, {"$set": {"outbox": []}})
    assert aggregates.empty(replace(said, outbox=[]), state="over")
    cause = Cause(event_id="b:1", type="t", source="/towns/24001/notify", subject="b", sequence=1, digest="d")

    with pytest.raises(Emptied):
        aggregates.hear("a", cause, Hearing.CONTIGUOUS)
    after = aggregates.change(the(aggregates, "a"), {}, events=[an_end()], cause=cause)

    assert (after.emptied, after.body) == (True, {"state": "over"})
    (event,) = events_in(aggregates.collection.find_one({"_id": "a"}))
    assert (event["id"], event["sequence"]) == ("a:application-withdrawn:2", 2)
    with pytest.raises(AlreadyHandled) as again:
        aggregates.hear("a", cause, Hearing.CONTIGUOUS)
    assert not isinstance(again.value, Emptied)
    with pytest.raises(Unacceptable):
        aggregates.hear("a", replace(cause, digest="another"), Hearing.CONTIGUOUS)


def test_what_the_store_does_not_take_is_no_change(aggregates: Aggregates) -> None:
    stored = a_thing(aggregates, "a", padding="x" * (LARGEST_DOCUMENT - 300_000))

    with pytest.raises(Unacceptable, match=r"^not-writable: a: "):
        aggregates.change(stored, {"more": "x" * 300_000})

    assert the(aggregates, "a").version == 1


def test_tombstones_are_no_duplicates_of_each_other_and_what_they_held_is_free_again(aggregates: Aggregates) -> None:
    for id in ("a", "b"):
        assert aggregates.empty(a_thing(aggregates, id), state="over", unique=("number",))

    assert a_thing(aggregates, "c", number="number of a").body["number"] == "number of a"


def test_one_that_has_something_to_say_or_changed_or_is_emptied_is_left(aggregates: Aggregates) -> None:
    stale = a_thing(aggregates, "a")
    changed = aggregates.change(stale, {"secret": "t"})
    assert not aggregates.empty(stale, state="over")
    told = aggregates.change(changed, {}, events=[an_end()])
    assert not aggregates.empty(told, state="over")
    assert the(aggregates, "a").body["secret"] == "t"

    assert aggregates.empty(a_thing(aggregates, "b"), state="over")
    assert not aggregates.empty(the(aggregates, "b"), state="over")
    assert the(aggregates, "b").version == 2


def test_who_changes_it_at_the_same_moment_wins_or_loses_whole(aggregates: Aggregates) -> None:
    for number in range(40):
        stored = a_thing(aggregates, f"a{number}")
        outcomes: dict[str, bool] = {}
        start = threading.Barrier(2)

        def change(stored: Stored = stored, outcomes: dict[str, bool] = outcomes, start: Any = start) -> None:
            start.wait()
            outcomes["changed"] = False
            with suppress(ConcurrentChange):
                outcomes["changed"] = aggregates.change(stored, {"secret": "t"}).version == 2

        def empty(stored: Stored = stored, outcomes: dict[str, bool] = outcomes, start: Any = start) -> None:
            start.wait()
            outcomes["emptied"] = aggregates.empty(stored, state="over", unique=("number",))

        threads = [threading.Thread(target=each) for each in (change, empty)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        now = the(aggregates, stored.id)
        assert outcomes["changed"] != outcomes["emptied"]
        assert now.emptied is outcomes["emptied"]
        assert now.body.get("secret") == (None if now.emptied else "t")


def test_going_round_everything_comes_by_and_nothing_is_skipped(database: Database[dict[str, Any]]) -> None:
    collection = database["things"]
    count = 2 * AT_ONCE + 7
    collection.insert_many(
        {"_id": number, "product": "p" if number % 2 else "gone", "at": [{"on": NOON + timedelta(seconds=number)}]}
        for number in range(count)
    )
    rounds = Rounds(collection, moment="at.on")
    cutoffs = Cutoffs(by_product={"p": NOON + timedelta(seconds=count)}, others=NOON + timedelta(seconds=9))

    def round_() -> Iterator[list[int]]:
        for _ in range(2):
            yield [each["_id"] for each in rounds.past(cutoffs)]

    first, second = round_()
    assert len(first) == AT_ONCE + 10
    assert {each for each in first + second if each > 9} == {each for each in range(10, count) if each % 2}
    assert [each["_id"] for each in rounds.past(cutoffs)] == first


def test_a_suspect_whose_message_never_came_back_goes_by_itself(database: Database[dict[str, Any]]) -> None:
    suspects = Suspects(database["suspects"], clock=lambda: NOON)

    suspects.begin(suspects.look_up(queue="q", body=b"message"))

    assert database["suspects"].find_one({}, {"_id": 0}) == {"begun": 1, "begun_at": NOON}
    assert database["suspects"].index_information()["retention"]["expireAfterSeconds"] == KEPT.total_seconds()


def test_what_the_store_refuses_otherwise_is_no_fault_of_the_document(aggregates: Aggregates) -> None:
    stored = a_thing(aggregates, "a")

    with pytest.raises(WriteError):
        aggregates.change(stored, {"_id": "another"})
