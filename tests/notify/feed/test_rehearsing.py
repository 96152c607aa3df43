"""An answer in the sandbox: as it would be taken or refused, told to who gave it alone, and nobody acts on it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from pymongo.database import Database

from services.contracts.catalogue import products
from services.contracts.confirmations import Answered
from services.contracts.days import days_after, end_of
from services.contracts.departments import SANDBOX, Answering
from services.contracts.errors import (
    ConfirmationAnswered,
    ConfirmationOvertaken,
    DomainError,
    InvalidField,
    NotFound,
    TooManyRequests,
)
from services.contracts.feed.answers import Answer, answer_key
from services.contracts.feed.concerning import SANDBOX_KEY, Opener
from services.contracts.feed.events import PublicEvent
from services.contracts.national_number import is_valid
from services.contracts.notify import FindConfirmation, FoundConfirmation, Pass, ReadReference, RehearseAnswer
from services.notify.feed.answering import Said, hear_answer
from services.notify.feed.asked import Admissions, find_confirmation, read_reference, rehearse_answer
from services.notify.feed.budgets import Budget, BudgetStore
from services.notify.feed.confirmations import Confirmations
from services.notify.feed.credentials import CredentialStore, new_secret
from services.notify.feed.departments import Department, DepartmentStore
from services.notify.feed.references import References
from services.notify.feed.rehearsing import Rehearsing
from services.notify.feed.sandbox import sandbox_events
from services.notify.feed.store import FeedStore
from tests.notify.feed.making import NOON, TOWN, a_department
from tests.outbox import KeptInOutbox

Store = Database[dict[str, Any]]

ZONE = replace(a_department("zone"), topics=(), answers=(Answering(town=SANDBOX, asked="school"),))
NEWCOMER = replace(a_department("newcomer"), topics=())


class Room:
    """notify's side of the sandbox, on a real store; nothing is published. Everybody is let in."""

    def __init__(self, database: Store) -> None:
        self.database = database
        self.now = NOON
        self.feed = FeedStore(database, relay=KeptInOutbox(), kept=timedelta(days=7), clock=lambda: self.now)
        self.confirmations = Confirmations(database)
        self.budgets = BudgetStore(database)
        self.rehearsing = Rehearsing(rehearsals=self.confirmations, feed=self.feed, budgets=self.budgets)
        self.admissions = Admissions(departments=DepartmentStore(database), credentials=CredentialStore(database))
        self._ids = map("{:032x}".format, count(1))

    def asked(self, department: Department, name: str = "confirmation-requested") -> PublicEvent:
        """What it has itself asked in the sandbox."""
        (told,) = sandbox_events(
            [name], department=department, products=products(), new_id=lambda: next(self._ids), now=self.now
        )
        self.feed.tell(told)
        return told.event

    def let_in(self, department: Department, *, town: str = TOWN) -> Pass:
        self.admissions.departments.add(department)
        credential, _ = new_secret(department.id, now=NOON)
        self.admissions.credentials.add(credential)
        return Pass(town=town, department=department.id, key=credential.id)

    def find(self, by: Pass, asked: PublicEvent) -> FoundConfirmation:
        question = FindConfirmation(asked_by=by, confirmation=asked.data["confirmation"])
        return find_confirmation(question, admissions=self.admissions, confirmations=self.confirmations)

    def answer(self, by: Pass, asked: PublicEvent, outcome: str = "confirmed", *, asking: int = 1) -> Answered:
        """Over the API."""
        return rehearse_answer(
            RehearseAnswer(asked_by=by, confirmation=asked.data["confirmation"], asking=asking, outcome=outcome),
            admissions=self.admissions,
            confirmations=self.confirmations,
            rehearsing=self.rehearsing,
            now=self.now,
        )

    def say(self, by: Department, asked: PublicEvent, outcome: str = "confirmed", *, asking: int = 1) -> bool:
        """By an event of its own."""
        answer = Answer(
            id=f"2026/{outcome}",
            department=by.id,
            confirmation=asked.data["confirmation"],
            asking=asking,
            outcome=outcome,
            time=NOON,
        )
        said = Said(by=by, key=answer_key(asked.town, asked.data["department"]), body=answer.to_json())
        return hear_answer(
            said,
            confirmations=self.confirmations,
            answers=self.rehearsing,
            feed=self.feed,
            budgets=self.budgets,
            now=self.now,
        )

    def told_of(self, asked: PublicEvent) -> list[PublicEvent]:
        """What followed; all of it was for who had it asked alone."""
        (own,) = self.database["department_events"].find({"_id": asked.id})
        found = list(self.database["department_events"].find({"_id": {"$ne": asked.id}}).sort("name"))
        assert {each["only_for"] for each in found} <= {own["only_for"]}
        keys = [each["outbox"][0]["routing_key"] for each in found]
        assert keys == [f"{SANDBOX}.{each['name']}.{own['only_for']}" for each in found]
        return [PublicEvent.from_json(each["body"].encode()) for each in found]


@pytest.fixture
def room(database: Store) -> Room:
    return Room(database)


def names(events: Iterable[PublicEvent]) -> list[str]:
    return [each.name for each in events]


@pytest.mark.parametrize(
    ("outcome", "end"), [("confirmed", "certificate-issued"), ("not-confirmed", "application-refused")]
)
def test_an_answer_over_the_api_is_kept_and_the_end_is_told(room: Room, outcome: str, end: str) -> None:
    """Before any right, and said again it is told once."""
    newcomer = room.let_in(NEWCOMER)
    asked = room.asked(NEWCOMER)

    first = room.answer(newcomer, asked, outcome)
    room.now += timedelta(hours=1)
    assert room.answer(newcomer, asked, outcome) == first

    assert (first.outcome, first.answered_at) == (outcome, NOON)
    assert first.counts_until == (end_of(days_after(NOON, 30)) if outcome == "confirmed" else None)
    assert room.find(newcomer, asked).is_answered
    (told,) = room.told_of(asked)
    assert (told.name, told.subject, told.data) == (end, asked.subject, {"product": asked.data["product"]})


def test_an_answer_by_an_event_is_taken_as_well(room: Room) -> None:
    """As whom the department is asked there, which is as whom it answers."""
    asked = room.asked(ZONE)
    assert asked.data["department"] == "school"

    assert [room.say(ZONE, asked) for _ in range(2)] == [True, True]

    taken, ended = room.told_of(asked)
    assert (taken.name, taken.data["answer"], taken.data["confirmation"]) == (
        "answer-taken",
        "2026/confirmed",
        asked.data["confirmation"],
    )
    assert ended.name == "certificate-issued"


def test_whom_it_is_about_opens_with_the_key_that_all_know_and_is_nobody(room: Room) -> None:
    newcomer = room.let_in(NEWCOMER)
    asked = room.asked(NEWCOMER, "confirmation-reminded")

    found = room.find(newcomer, asked).rehearsed

    assert found is not None
    assert not room.find(newcomer, asked).is_answered
    assert (found.product, found.asking) == (asked.data["product"], 1)
    concerned = Opener(SANDBOX_KEY).open(found.concerning, confirmation=asked.data["confirmation"])
    assert is_valid(concerned.national_number, test=True)
    assert not is_valid(concerned.national_number)


REFUSED: dict[str, tuple[str, int, type[DomainError], str]] = {
    "another answer": ("not-confirmed", 1, ConfirmationAnswered, "confirmed"),
    "another asking": ("confirmed", 2, ConfirmationOvertaken, "1"),
    "an asking beyond all": ("confirmed", 2**70, ConfirmationOvertaken, "1"),
    "what cannot be answered": ("\ud800", 1, InvalidField, ""),
}


@pytest.mark.parametrize(("outcome", "asking", "error", "detail"), REFUSED.values(), ids=REFUSED)
def test_what_intake_would_refuse_is_refused(
    room: Room, outcome: str, asking: int, error: type[DomainError], detail: str
) -> None:
    newcomer = room.let_in(NEWCOMER)
    asked = room.asked(NEWCOMER)
    room.answer(newcomer, asked)

    with pytest.raises(error) as refused:
        room.answer(newcomer, asked, outcome, asking=asking)

    assert refused.value.detail == detail
    assert names(room.told_of(asked)) == ["certificate-issued"]


def test_by_an_event_it_is_told_why(room: Room) -> None:
    asked = room.asked(ZONE)
    room.say(ZONE, asked)

    assert not room.say(ZONE, asked, "not-confirmed")

    refused, *_ = room.told_of(asked)
    assert (refused.name, refused.data["code"], refused.data["detail"]) == (
        "answer-refused",
        "confirmation-answered",
        "confirmed",
    )


NOT_ITS_OWN: dict[str, Callable[[Department], Department]] = {
    "another's": lambda it: replace(it, id="schools", user="department.schools.0"),
    "of who was called so before": lambda it: replace(it, added_at=NOON + timedelta(seconds=1)),
}


@pytest.mark.parametrize("other", NOT_ITS_OWN.values(), ids=NOT_ITS_OWN)
def test_what_another_had_asked_is_not_found(room: Room, other: Callable[[Department], Department]) -> None:
    asked = room.asked(ZONE)
    by = other(ZONE)
    let_in = room.let_in(by)

    for ask in (room.find, room.answer):
        with pytest.raises(NotFound):
            ask(let_in, asked)
    assert not room.say(by, asked)
    assert [each["name"] for each in room.database["department_events"].find({"name": "answer-taken"})] == []


def test_what_is_needed_no_more_waits_for_no_answer(room: Room) -> None:
    newcomer = room.let_in(NEWCOMER)

    with pytest.raises(NotFound):
        room.answer(newcomer, room.asked(NEWCOMER, "confirmation-needless"))


def test_answers_are_of_the_sandboxs_own_budget(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.notify.feed.rehearsing.SANDBOX_EVENTS", Budget(name="sandbox", most=3))
    newcomer = room.let_in(NEWCOMER)
    first, second = (room.asked(NEWCOMER) for _ in range(2))
    room.answer(newcomer, first)

    with pytest.raises(TooManyRequests):
        room.answer(newcomer, second)


def test_the_certificate_that_follows_leads_to_invented_facts(room: Room) -> None:
    newcomer = room.let_in(NEWCOMER)
    asked = room.asked(NEWCOMER)
    room.answer(newcomer, asked)

    found = read_reference(
        ReadReference(asked_by=newcomer, reference=asked.subject),
        admissions=room.admissions,
        references=References(room.database),
        products=products(),
        today=NOON.date(),
    )

    assert found.application_id is None


def test_what_was_asked_goes_with_its_event(room: Room) -> None:
    asked = room.asked(NEWCOMER)

    kept = room.database["department_confirmations"].find_one({"_id": asked.data["confirmation"]})
    assert kept is not None
    assert kept["expire_at"] == NOON + timedelta(days=7)
