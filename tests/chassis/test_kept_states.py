"""The state that a process saved last spares it a look, and decides nothing by itself."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from services.chassis import stored as kept_in
from services.chassis.admission import Hearing
from services.chassis.aggregates import Aggregates
from services.chassis.stored import Stored
from services.contracts.delivery import AlreadyHandled, ConcurrentChange, TryLater, Unacceptable
from services.contracts.envelope import Cause, source_of
from services.contracts.registry import ExtractCompiled
from tests.listening import Listening
from tests.outbox import KeptInOutbox

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
IN_MICROSECONDS = NOON + timedelta(microseconds=123_456)


@pytest.fixture
def listening() -> Listening:
    return Listening()


@pytest.fixture
def ours(mongo_uri: str, database: Database[dict[str, Any]], listening: Listening) -> Iterator[Aggregates]:
    with MongoClient[dict[str, Any]](mongo_uri, tz_aware=True, event_listeners=[listening]) as client:
        yield of(client[database.name])


@pytest.fixture
def theirs(database: Database[dict[str, Any]]) -> Aggregates:
    """Another process'."""
    return of(database)


def of(database: Database[dict[str, Any]]) -> Aggregates:
    return Aggregates(database["things"], relay=KeptInOutbox(), service="intake", clock=lambda: NOON)


def cause(sequence: int, *, town: str = "24001", digest: str = "d") -> Cause:
    return Cause(
        event_id=f"a:extract-compiled:{sequence}",
        type=ExtractCompiled.TYPE,
        source=source_of(town, "registry"),
        subject="a",
        sequence=sequence,
        digest=digest,
    )


def heard(aggregates: Aggregates, sequence: int, **changed: str) -> Stored:
    stored = aggregates.hear("a", cause(sequence, **changed), Hearing.CONTIGUOUS)
    assert stored is not None
    return stored


def test_the_next_event_needs_no_look(ours: Aggregates, theirs: Aggregates, listening: Listening) -> None:
    ours.create("a", {"said": [], "at": IN_MICROSECONDS}, town="24001")
    listening.sent.clear()

    for sequence in (1, 2, 3):
        ours.change(heard(ours, sequence), {"said": [sequence], "at": IN_MICROSECONDS}, cause=cause(sequence))

    assert listening.sent == ["update"] * 3
    assert heard(ours, 4) == theirs.load("a", town="24001")


def test_what_another_process_has_changed_since_is_found_out(ours: Aggregates, theirs: Aggregates) -> None:
    ours.create("a", {"said": []}, town="24001")
    theirs.change(heard(theirs, 1), {"said": ["theirs"]}, cause=cause(1))

    with pytest.raises(ConcurrentChange):
        ours.change(heard(ours, 1), {"said": ["ours"]}, cause=cause(1))
    with pytest.raises(AlreadyHandled):
        heard(ours, 1)
    assert heard(ours, 2).body == {"said": ["theirs"]}


def test_no_event_is_turned_away_by_what_is_only_remembered(ours: Aggregates, theirs: Aggregates) -> None:
    """Between the two the store's answer may be another: for the one it looks."""
    ours.create("a", {}, town="24001")
    theirs.change(heard(theirs, 1), {}, cause=cause(1))

    assert heard(ours, 2).version == 2  # as this process knows it there would be a gap

    ours.change(heard(ours, 2), {}, cause=cause(2))
    with pytest.raises(TryLater, match="sequence-gap"):
        heard(ours, 4)
    with pytest.raises(Unacceptable, match="same-id-other-body"):
        heard(ours, 2, digest="forged")
    assert heard(ours, 3).version == 3


def test_what_was_emptied_is_heard_no_more(ours: Aggregates, theirs: Aggregates) -> None:
    ours.create("a", {"secret": "s"}, town="24001")
    assert theirs.empty(heard(theirs, 1), state="over")

    with pytest.raises(ConcurrentChange):
        ours.change(heard(ours, 1), {"secret": "s"}, cause=cause(1))
    with pytest.raises(AlreadyHandled):
        heard(ours, 1)

    ours.create("b", {"secret": "s"}, town="24001")
    ours.empty(ours.load("b", town="24001"), state="over")  # type: ignore[arg-type]
    with pytest.raises(AlreadyHandled):
        ours.hear("b", cause(1), Hearing.CONTIGUOUS)


def test_another_town_hears_nothing_of_it(ours: Aggregates) -> None:
    ours.create("a", {}, town="24001")

    assert ours.hear("a", cause(1, town="21005"), Hearing.CONTIGUOUS) is None


def test_a_change_that_failed_leaves_nothing_remembered(ours: Aggregates, listening: Listening) -> None:
    ours.create("a", {}, town="24001")
    before = heard(ours, 1)
    ours.change(before, {}, cause=cause(1))
    with pytest.raises(ConcurrentChange):
        ours.change(before, {}, cause=cause(1))
    listening.sent.clear()

    assert heard(ours, 2).version == 2
    assert listening.sent == ["find"]


def test_so_many_are_remembered_and_no_more(
    ours: Aggregates, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_in, "MOST_KEPT", 2)
    for id in ("a", "b", "c"):
        ours.create(id, {}, town="24001")
    listening.sent.clear()

    for id in ("c", "b", "a"):
        ours.hear(id, cause(1), Hearing.CONTIGUOUS)

    assert listening.sent == ["find"]


def test_what_is_mostly_new_is_not_looked_for_before_it_is_created(
    ours: Aggregates, theirs: Aggregates, listening: Listening
) -> None:
    def guessed() -> Stored | None:
        return ours.hear("a", cause(1), Hearing.EVERY, mostly_new=True)

    ours.collection.find_one({})
    listening.sent.clear()
    assert guessed() is None
    assert listening.sent == []

    theirs.create("a", {"said": []}, town="24001", cause=cause(1))
    assert ours.create("a", {"said": []}, town="24001", cause=cause(1)) is None

    with pytest.raises(AlreadyHandled):
        guessed()
