"""What departments answer by an event of their own: compared with what each may, kept once, and handed on to intake.

Nothing here remembers that it refused something: the same again is refused again, with the same event. Of a flood the
first refusals are told one by one; the rest is counted, and one event says so (budgets.py).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol

from services.contracts.department_events import ANSWER_REFUSED
from services.contracts.feed.answers import Answer, answer_key, source_of_department
from services.contracts.feed.events import Malformed, PublicEvent, digest, moment_of, source_of, type_of
from services.contracts.notify import AnswerGiven
from services.notify.feed.budgets import REFUSALS, Budgets, day_after
from services.notify.feed.confirmations import Confirmation
from services.notify.feed.departments import Department
from services.notify.feed.handlers import Feed
from services.notify.feed.projecting import Told

LONGEST_DETAIL = 500

MOST_ANSWERS = 50
"""Answers with different ids to one confirmation, from whoever and to whichever asking: intake keeps each in the
application's document, whose size is limited. Several at the same moment may pass it by a few."""


class Refused(Exception):
    """Nothing comes of what a department said. `code` is told to it, with `detail`."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail[:LONGEST_DETAIL]


class TooMany(Refused):
    """MOST_ANSWERS were given, and this is none of them."""

    def __init__(self) -> None:
        mend = f"{MOST_ANSWERS} answers of other ids were given to it: answer over the API, or ask the town"
        super().__init__("too-many-answers", mend)


class KnownConfirmations(Protocol):
    """The confirmations that departments were asked for, by what they know them by."""

    def find(self, confirmation: str, *, town: str, by: Department) -> Confirmation | None:
        """None where it is not of that town, or the department is not who gives it."""


class Answers(Protocol):
    """Where answers are kept on their way to intake."""

    def hand_on(self, given: AnswerGiven, *, town: str) -> None:
        """To intake, once. Raises Refused where another was handed on under that id, which stays, and TooMany."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What lay in a department's queue, and the routing key with which the broker let it say it."""

    by: Department
    key: str
    body: bytes

    @property
    def town(self) -> str:
        """The one that is answered: a department may use only keys of its own."""
        return self.key.partition(".")[0]


def hear_answer(
    said: Said, *, confirmations: KnownConfirmations, answers: Answers, feed: Feed, budgets: Budgets, now: datetime
) -> bool:
    """Hand an answer on to intake, which says what becomes of it. False where it is refused here, and the department
    has been told why, or that no more of today's refusals are told."""
    answer = None
    try:
        answer = _read(said)
        answers.hand_on(_checked(answer, said, confirmations, now=now), town=said.town)
    except Refused as refused:
        is_told = budgets.spend(REFUSALS, said.by.user, now=now)
        feed.tell(_refusal(said, refused, answer, now=now) if is_told else _last_refusal(said, now=now))
        return False
    return True


def _read(said: Said) -> Answer:
    """Raises Refused."""
    try:
        return Answer.from_json(said.body)
    except Malformed as malformed:
        raise Refused("malformed", str(malformed)) from None


def _checked(answer: Answer, said: Said, confirmations: KnownConfirmations, *, now: datetime) -> AnswerGiven:
    """Raises Refused."""
    if said.by.is_suspended:
        raise Refused("not-admitted")
    if answer.department != said.by.id:
        raise Refused("wrong-source", f"not {source_of_department(said.by.id)}")
    found = confirmations.find(answer.confirmation, town=said.town, by=said.by)
    if found is None or said.key != answer_key(found.town, found.department):
        raise Refused("not-found")
    return AnswerGiven(
        answer_id=digest("answer", f"{said.by.user} {answer.id}"),
        application_id=found.application_id,
        reference=found.reference,
        asking=answer.asking,
        department=found.department,
        product=found.product,
        outcome=answer.outcome,
        given_by=said.by.id,
        given_id=answer.id,
        given_at=now,
    )


def _refusal(said: Said, refused: Refused, answer: Answer | None, *, now: datetime) -> Told:
    """With as much of the answer as could be read. Of the same always the same event: it was said before, where `feed`
    knows it."""
    read: dict[str, Any] = {}
    if answer is not None:
        read = {
            "answer": answer.id,
            "confirmation": answer.confirmation,
            "asking": answer.asking,
            "outcome": answer.outcome,
        }
    id = digest(ANSWER_REFUSED, f"{said.by.user} {said.key} {refused.code} {sha256(said.body).hexdigest()}")
    event = PublicEvent(
        id=id,
        type=type_of(ANSWER_REFUSED),
        source=source_of(said.town),
        subject=id,
        time=now,
        data={**read, "code": refused.code, "detail": refused.detail},
    )
    return Told(event=event, only_for=said.by.id)


def _last_refusal(said: Said, *, now: datetime) -> Told:
    """In one day always the same event, whatever was said."""
    until = moment_of(day_after(now))
    detail = f"more than {REFUSALS.most} a day: until {until} refusals are counted, GET /departments/me tells how many"
    return _refusal(replace(said, body=until.encode()), Refused("too-many-refused", detail), None, now=now)
