"""One suite for the fake and the real store of what was asked about certificates."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.contracts.delivery import AlreadyHandled, ConcurrentChange
from services.contracts.envelope import Cause
from services.contracts.registry import FactsRechecked
from services.contracts.retention import Cutoffs
from services.documents.ports import Truths
from services.documents.still_true import Truth
from services.documents.truth_store import TruthStore
from tests.documents.fakes import FakeTruths
from tests.outbox import KeptInOutbox

NOW = datetime(2026, 11, 24, 13, 5, tzinfo=UTC)
TOWN, OTHER = "21005", "24001"


@pytest.fixture(params=["fake", "real"])
def truths(request: pytest.FixtureRequest) -> Truths:
    if request.param == "fake":
        return FakeTruths()
    return TruthStore(request.getfixturevalue("database"), relay=KeptInOutbox(), clock=lambda: NOW)


def a_truth(id: str = "application-1", **chosen: Any) -> Truth:
    usual: dict[str, Any] = {"town": TOWN, "product": "residence", "issued_at": NOW}
    return Truth(application_id=id, **{**usual, **chosen})


def an_answer(id: str = "application-1", sequence: int = 1, town: str = TOWN) -> Cause:
    return Cause(
        event_id=f"{id}:facts-rechecked:{sequence}",
        type=FactsRechecked.TYPE,
        source=f"/towns/{town}/registry",
        subject=id,
        sequence=sequence,
        digest="digest",
    )


def test_what_is_wanted_is_found_the_longest_waiting_first_and_by_town(truths: Truths) -> None:
    assert not truths.is_any_wanted()
    for number, minutes in enumerate((3, 1, 2)):
        truths.save(a_truth(f"application-{number}").wanted(now=NOW + timedelta(minutes=minutes)))

    assert truths.is_any_wanted()
    assert [each.application_id for each in truths.wanted(town=TOWN, most=2)] == ["application-1", "application-2"]
    assert list(truths.wanted(town=OTHER, most=2)) == list(truths.wanted(town=TOWN, most=0)) == []


def test_what_is_asked_is_read_back_whole_and_awaited(truths: Truths) -> None:
    wanted = truths.save(a_truth().wanted(now=NOW))
    asked, events = wanted.asked("locked", now=NOW)

    truths.save(asked, events=events)

    assert truths.load("application-1", town=TOWN) == asked
    assert truths.load("application-1", town=OTHER) is None
    assert list(truths.awaited(since=NOW - timedelta(minutes=1))) == [TOWN]
    assert list(truths.awaited(since=NOW)) == []
    assert not truths.is_any_wanted()


def test_of_two_who_change_it_one_does(truths: Truths) -> None:
    first = truths.save(a_truth().wanted(now=NOW))
    truths.save(first.unwanted())

    for late in (first.unwanted(), a_truth().wanted(now=NOW)):
        with pytest.raises(ConcurrentChange):
            truths.save(late)


def test_an_answer_finds_what_another_process_asked(truths: Truths, request: pytest.FixtureRequest) -> None:
    """Who wants it may be one process, who asks another, and the answer comes to either."""
    fake = isinstance(truths, FakeTruths)
    other = truths if fake else TruthStore(request.getfixturevalue("database"), relay=KeptInOutbox(), clock=lambda: NOW)
    truths.save(a_truth().wanted(now=NOW))
    (wanted,) = other.wanted(town=TOWN, most=1)
    asked, events = wanted.asked("locked", now=NOW)
    other.save(asked, events=events)

    heard = truths.hear("application-1", cause=an_answer())

    assert heard is not None
    assert heard.asking == 1


def test_an_answer_is_heard_once_and_in_its_town(truths: Truths) -> None:
    truths.save(a_truth())
    heard = truths.hear("application-1", cause=an_answer())
    assert heard is not None
    truths.save(heard, cause=an_answer())

    with pytest.raises(AlreadyHandled):
        truths.hear("application-1", cause=an_answer())
    assert truths.hear("application-1", cause=an_answer(sequence=2)) is not None
    assert truths.hear("application-1", cause=an_answer(sequence=3, town=OTHER)) is None
    assert truths.hear("application-2", cause=an_answer("application-2")) is None


def test_it_goes_when_its_certificate_does(truths: Truths) -> None:
    truths.save(a_truth())
    truths.save(a_truth("application-2", issued_at=NOW + timedelta(days=1)))

    over = list(truths.past(Cutoffs(by_product={"residence": NOW}, others=NOW)))

    assert [each.application_id for each in over] == ["application-1"]
    assert truths.empty(over[0])
    assert truths.load("application-1", town=TOWN) is None
    assert truths.load("application-2", town=TOWN) is not None
