"""Hints leave while somebody watches, whichever process moves what they watch, and else not."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from services.chassis.admission import Hearing
from services.chassis.aggregates import WATCHED, Aggregates
from services.chassis.stored import Stored
from services.contracts.delivery import ConcurrentChange
from services.contracts.envelope import Cause, source_of
from services.contracts.intake import ApplicationMoved
from services.contracts.registry import ExtractCompiled
from tests.listening import Listening
from tests.outbox import KeptInOutbox

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@dataclass
class Intake:
    """One process of it."""

    database: Database[dict[str, Any]]
    now: datetime = NOON
    relay: KeptInOutbox = field(default_factory=KeptInOutbox)

    def __post_init__(self) -> None:
        self.aggregates = Aggregates(
            self.database["things"], relay=self.relay, service="intake", clock=lambda: self.now
        )

    def create(self) -> None:
        self.aggregates.create("a", {"state": "submitted"}, town="24001", events=[moved("submitted")])

    def watch(self) -> Stored:
        return self.aggregates.watch(self.read())

    def read(self) -> Stored:
        stored = self.aggregates.load("a", town="24001")
        assert stored is not None
        return stored

    def move(self, sequence: int) -> None:
        """As a handler of an event does, which runs again where somebody else was quicker."""
        cause = Cause(
            event_id=f"a:extract-compiled:{sequence}",
            type=ExtractCompiled.TYPE,
            source=source_of("24001", "registry"),
            subject="a",
            sequence=sequence,
            digest="d",
        )
        for _ in range(2):
            stored = self.aggregates.hear("a", cause, Hearing.CONTIGUOUS)
            assert stored is not None
            try:
                self.aggregates.change(stored, {"state": "moved"}, events=[moved("cleared")], cause=cause)
            except ConcurrentChange:
                continue
            return

    def hinted(self) -> int:
        return len(self.relay.hinted)


def moved(state: str) -> ApplicationMoved:
    return ApplicationMoved(application_id="a", state=state)


@pytest.fixture
def listening() -> Listening:
    return Listening()


@pytest.fixture
def ours(mongo_uri: str, database: Database[dict[str, Any]], listening: Listening) -> Iterator[Intake]:
    with MongoClient[dict[str, Any]](mongo_uri, tz_aware=True, event_listeners=[listening]) as client:
        yield Intake(client[database.name])


@pytest.fixture
def theirs(database: Database[dict[str, Any]]) -> Intake:
    """Another process."""
    return Intake(database)


def test_where_nobody_watches_nothing_is_hinted(ours: Intake) -> None:
    ours.create()
    ours.move(1)

    assert ours.hinted() == 0


def test_whichever_process_moves_it_who_watches_is_hinted_to(ours: Intake, theirs: Intake) -> None:
    ours.create()
    ours.move(1)
    theirs.watch()

    ours.move(2)  # by what it saved last, of which the store finds that it is not the latest
    theirs.move(3)

    assert (ours.hinted(), theirs.hinted()) == (1, 1)


def test_what_moved_it_between_look_and_note_is_found_out(ours: Intake, theirs: Intake) -> None:
    ours.create()
    looked = theirs.read()
    ours.move(1)

    with pytest.raises(ConcurrentChange):
        theirs.aggregates.watch(looked)

    assert theirs.watch().body["state"] == "moved"


def test_watching_changes_nothing_that_is_told(ours: Intake) -> None:
    ours.create()
    before = ours.read()

    watched = ours.watch()

    assert (watched.changes, watched.body) == (before.changes, before.body)
    assert watched == ours.read()
    ours.move(1)
    assert ours.read().changes == before.changes + 1


def test_it_is_noted_once_however_many_watch(ours: Intake, listening: Listening) -> None:
    ours.create()
    listening.sent.clear()

    for _ in range(500):
        ours.watch()

    assert listening.sent.count("update") == 1


def test_who_goes_on_watching_is_hinted_to_and_who_left_is_not(ours: Intake) -> None:
    ours.create()
    ours.watch()
    ours.now += WATCHED / 2 + timedelta(seconds=1)
    ours.watch()
    ours.now += WATCHED - timedelta(seconds=1)
    ours.move(1)
    assert ours.hinted() == 1

    ours.now += timedelta(seconds=2)
    ours.move(2)

    assert ours.hinted() == 1
