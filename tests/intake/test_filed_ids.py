"""What was filed in a time that is lost is known by its id, to whoever filed it and to nobody else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.chassis.pseudonyms import KeyedPseudonyms
from services.contracts.errors import ApplicationLost, DomainError, NotFound
from services.contracts.ids import could_be_an_id, new_id
from services.contracts.intake import ReadApplication, WithdrawApplication
from services.contracts.restoring import LostTime
from services.intake.domain.filed_ids import filed_id
from services.intake.handlers import read_application, withdraw_application
from tests.intake.fakes import CITIZEN, NOON, PSEUDONYMS, STRANGER, FakeApplications, a_national_number

LOST = (LostTime(since=NOON - timedelta(hours=1), until=NOON + timedelta(hours=1)),)
FORMER = a_national_number(serial=35)


def an_id(*, citizen: str = CITIZEN, town: str = "24001", now: datetime = NOON, pepper: bytes = b"p" * 32) -> str:
    pseudonyms = KeyedPseudonyms(pepper)
    applicant = pseudonyms.of("applicant", town=town, value=citizen)
    return filed_id(new_id(), town=town, applicant=applicant, now=now, pseudonyms=pseudonyms)


def read(id: str, *, lost: tuple[LostTime, ...] = LOST, **asked: Any) -> type[DomainError]:
    """How it is refused; nothing is on record."""
    with pytest.raises(DomainError) as refused:
        read_application(
            ReadApplication(**{"town": "24001", "citizen": CITIZEN, "application_id": id} | asked),
            applications=FakeApplications(),
            pseudonyms=PSEUDONYMS,
            lost=lost,
        )
    return refused.type


def test_its_applicant_is_told_that_it_is_lost():
    assert read(an_id()) is ApplicationLost


def test_its_applicant_is_told_under_whichever_of_their_numbers_it_was_filed():
    assert read(an_id(citizen=FORMER), other_numbers=(FORMER,)) is ApplicationLost


def test_it_cannot_be_withdrawn_either():
    with pytest.raises(ApplicationLost):
        withdraw_application(
            WithdrawApplication(town="24001", citizen=CITIZEN, application_id=an_id()),
            applications=FakeApplications(),
            pseudonyms=PSEUDONYMS,
            lost=LOST,
            now=NOON,
        )


@pytest.mark.parametrize(
    "id",
    [
        an_id(citizen=STRANGER),
        an_id(town="21005"),
        an_id(now=NOON - timedelta(hours=2)),
        an_id(now=NOON + timedelta(hours=2)),
        an_id(pepper=b"q" * 32),
        new_id(),
        "0" * 32,
        "f" * 32,
        "not-an-id",
    ],
    ids=["a stranger", "another town", "before", "after", "another pepper", "random", "zeros", "ones", "no id"],
)
def test_anybody_else_and_of_anything_else_it_is_as_if_there_were_nothing(id: str):
    assert read(id) is NotFound


def test_where_nothing_was_lost_nothing_is():
    assert read(an_id(), lost=()) is NotFound


@pytest.mark.parametrize("place", range(32))
def test_an_id_that_was_changed_anywhere_is_nobodys(place: int):
    id = an_id()
    changed = f"{id[:place]}{int(id[place], 16) ^ 1:x}{id[place + 1 :]}"

    assert read(changed) is NotFound


def test_to_everybody_else_it_is_a_random_id():
    ids = [an_id(now=NOON) for _ in range(200)]

    assert len(set(ids)) == 200
    assert all(map(could_be_an_id, ids))
    for place in range(32):
        assert len({id[place] for id in ids}) > 8


def test_the_moment_is_kept_to_the_millisecond_and_its_bounds_are_not_lost():
    since = datetime(2026, 11, 26, 14, 0, 0, 5000, tzinfo=UTC)
    lost = (LostTime(since=since, until=since + timedelta(hours=1)),)

    told = [read(an_id(now=since + timedelta(milliseconds=each)), lost=lost) for each in (-1, 0, 1)]

    assert told == [NotFound, NotFound, ApplicationLost]
