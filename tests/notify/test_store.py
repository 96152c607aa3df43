"""One suite for every store of correspondences."""

from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from services.contracts.delivery import AlreadyHandled, ConcurrentChange, Unacceptable
from services.contracts.notify import CitizenTold
from services.notify.domain import Correspondence, Correspondences, Kind, Progress
from services.notify.store import CorrespondenceStore
from tests.notify.fakes import ID, NOON, FakeCorrespondences, a_cause
from tests.outbox import KeptInOutbox

TOLD = CitizenTold(application_id=ID, channel="mail", told_at=NOON)


@pytest.fixture(params=["stand-in", "real"])
def correspondences(request: pytest.FixtureRequest) -> Correspondences:
    if request.param == "stand-in":
        return FakeCorrespondences()
    database: Database[dict[str, Any]] = request.getfixturevalue("database")
    return CorrespondenceStore(database, relay=KeptInOutbox(), clock=lambda: NOON)


def claimed(correspondence: Correspondence) -> Correspondence:
    return correspondence.claimed(Kind.ISSUED, message_id="<m>", now=NOON, patience=timedelta(seconds=1))


def test_what_was_claimed_and_noted_is_read_back(correspondences: Correspondences):
    claim = correspondences.claim(claimed(correspondences.hear(ID, a_cause())))
    correspondences.save(claim.noted(Kind.ISSUED, Progress.POSTPONED, now=NOON, code="c"))

    found = correspondences.hear(ID, a_cause())

    message = found.message(Kind.ISSUED)
    assert message is not None
    assert (message.message_id, message.progress, message.at, message.code) == ("<m>", Progress.POSTPONED, NOON, "c")


def test_doubts_are_counted_over_all_attempts(correspondences: Correspondences):
    for _ in range(2):
        claim = correspondences.claim(claimed(correspondences.hear(ID, a_cause())))
        correspondences.save(claim.doubted(Kind.ISSUED, now=NOON, code="mail-in-doubt"))

    message = correspondences.hear(ID, a_cause()).claim_of(Kind.ISSUED)

    assert (message.progress, message.code, message.doubts) == (Progress.POSTPONED, "mail-in-doubt", 2)


def test_of_two_that_claim_at_once_one_does(correspondences: Correspondences):
    first, second = (claimed(correspondences.hear(ID, a_cause())) for _ in range(2))
    correspondences.claim(first)

    with pytest.raises(ConcurrentChange):
        correspondences.claim(second)


def test_the_cause_is_remembered_with_the_outcome(correspondences: Correspondences):
    claim = correspondences.claim(claimed(correspondences.hear(ID, a_cause(sequence=3))))

    correspondences.save(claim.noted(Kind.ISSUED, Progress.SENT, now=NOON), [TOLD], cause=a_cause(sequence=3))

    with pytest.raises(AlreadyHandled):
        correspondences.hear(ID, a_cause(sequence=3))
    with pytest.raises(Unacceptable):
        correspondences.hear(ID, a_cause(sequence=3, digest="another"))
    assert correspondences.hear(ID, a_cause(sequence=2)).message(Kind.ISSUED) is not None
    assert correspondences.hear(ID, a_cause(sequence=7)).message(Kind.ISSUED) is not None


def test_another_town_finds_nothing(correspondences: Correspondences):
    correspondences.claim(claimed(correspondences.hear(ID, a_cause())))

    found = correspondences.hear(ID, a_cause(town="21005"))

    assert found.messages == ()
    with pytest.raises(ConcurrentChange):
        correspondences.claim(claimed(found))
