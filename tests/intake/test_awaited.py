"""What waits for departments, as it is listed for them: their own alone, in the order in which it is due."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from services.intake.awaited import waiting_for
from services.intake.store import ApplicationStore
from tests.intake.confirmed import SCHOOL, TWICE, ConfirmedRoad, facts_at
from tests.intake.fakes import NOON
from tests.intake.test_moving import ID
from tests.outbox import KeptInOutbox

Listed = Callable[..., list[tuple[str, str]]]

SCHOOL_FIRST = replace(TWICE, gates=(SCHOOL,))


@pytest.fixture
def listed(database: Database[dict[str, Any]]) -> Listed:
    """Three applications that wait for the police, the last of which is due first, and one for a school."""
    store = ApplicationStore(database, relay=KeptInOutbox(), clock=lambda: NOON)
    for number, product in enumerate((TWICE, TWICE, TWICE, SCHOOL_FIRST), start=1):
        road = ConfirmedRoad(product)
        road.hear(facts_at(NOON))
        kept = road.applications.kept[ID]
        due = NOON + timedelta(days=20 - number)
        gate = replace(kept.gates[1], reference=f"a{number}-1", due_at=due)
        store.add(
            replace(kept.with_gate(1, gate), id=f"a{number}", idempotency_key=f"k{number}", deadline=due, version=1), []
        )

    def listed(*departments: str, town: str = "24001", limit: int = 9) -> list[tuple[str, str]]:
        found = waiting_for(database, town=town, departments=departments, limit=limit)
        assert all(each.concerning == "" for each in found)
        return [(each.reference, each.department) for each in found]

    return listed


def test_who_is_asked_reads_its_own_and_what_is_due_first_comes_first(listed: Listed) -> None:
    assert listed("police") == [("a3-1", "police"), ("a2-1", "police"), ("a1-1", "police")]
    assert listed("police", limit=2) == [("a3-1", "police"), ("a2-1", "police")]
    assert listed("school") == [("a4-1", "school")]
    assert len(listed("school", "police")) == 4


def test_who_is_asked_nothing_reads_nothing(listed: Listed) -> None:
    assert listed() == listed("court") == listed("police", town="21005") == []
