"""Answering what was asked in the sandbox: nobody acts on it, and the department hears what would have come of it.

There each confirmation is asked once, and about nobody; the first answer to it stands, as with intake.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from services.chassis.locking import KeyRing, Locker
from services.contracts.confirmations import Answered, Concerned, Outcome, Waiting
from services.contracts.days import days_after, end_of
from services.contracts.department_events import (
    ANSWER_TAKEN,
    APPLICATION_REFUSED,
    CERTIFICATE_ISSUED,
    CONFIRMATION_REQUESTED,
)
from services.contracts.departments import SANDBOX
from services.contracts.errors import ConfirmationAnswered, ConfirmationOvertaken, DomainError, TooManyRequests
from services.contracts.feed.concerning import PURPOSE, SANDBOX_KEY, confirmation_of
from services.contracts.feed.events import PublicEvent, digest, moment_of, source_of, type_of
from services.contracts.feed_schemas import data_example
from services.contracts.notify import AnswerGiven
from services.contracts.sandbox_facts import SUBJECT
from services.notify.feed.answering import Refused
from services.notify.feed.budgets import SANDBOX_EVENTS, Budgets, seconds_left
from services.notify.feed.confirmations import Confirmation, Rehearsed
from services.notify.feed.handlers import Feed
from services.notify.feed.projecting import Told

ASKING = 1
"""The only one of each."""

COUNTS_DAYS = 30
"""For how long a yes does, to the end of the last, as with intake."""


class Rehearsals(Protocol):
    """Where answers to the sandbox are kept."""

    def rehearse(self, reference: str, outcome: str, *, now: datetime) -> Rehearsed:
        """Answer what is asked there, unless it is answered: what stands now. Raises NotFound."""


@dataclass(frozen=True, kw_only=True)
class Rehearsing:
    """Takes answers in intake's place. Said twice, one is told once."""

    rehearsals: Rehearsals
    feed: Feed
    budgets: Budgets

    def answer(self, reference: str, *, by: str, asking: int, outcome: str, now: datetime) -> Answered:
        """One that a department gives over the API; it hears how the application would end.

        Raises ConfirmationOvertaken, ConfirmationAnswered, NotFound and TooManyRequests.
        """
        kept = self._keep(reference, by=by, asking=asking, outcome=outcome, now=now)
        return Answered(
            reference=reference,
            asking=asking,
            outcome=kept.outcome,
            answered_at=kept.at,
            counts_until=_counts_until(kept),
        )

    def hand_on(self, given: AnswerGiven, *, town: str) -> None:  # noqa: ARG002 - there is but one
        """See answering.Answers: one that it gives by an event, of which it hears as well that it is taken. Raises
        Refused, as intake would refuse it."""
        try:
            kept = self._keep(
                given.reference, by=given.given_by, asking=given.asking, outcome=given.outcome, now=given.given_at
            )
        except DomainError as error:
            raise Refused(error.slug, error.detail) from None
        self.feed.tell(_taken(kept, given))

    def _keep(self, reference: str, *, by: str, asking: int, outcome: str, now: datetime) -> Rehearsed:
        if asking != ASKING:
            raise ConfirmationOvertaken(str(ASKING))
        if not self.budgets.spend(SANDBOX_EVENTS, by, 2, now=now):
            raise TooManyRequests(str(seconds_left(now)))
        kept = self.rehearsals.rehearse(reference, outcome, now=now)
        if kept.outcome != outcome:
            raise ConfirmationAnswered(kept.outcome)
        self.feed.tell(_ended(kept, by=by))
        return kept


def asked_of(confirmation: Confirmation) -> Waiting:
    """As it waits, about nobody; who builds opens that with loket_contracts."""
    moments = data_example(CONFIRMATION_REQUESTED)
    concerned = Concerned(national_number=SUBJECT.national_number)
    locker = Locker(PURPOSE, KeyRing.parse(SANDBOX_KEY))
    return Waiting(
        reference=confirmation.reference,
        department=confirmation.department,
        product=confirmation.product,
        asking=ASKING,
        asked_at=confirmation.asked_at,
        due_at=datetime.fromisoformat(moments["due_at"]),
        expires_at=datetime.fromisoformat(moments["expires_at"]),
        concerning=locker.lock(concerned, bound_to=confirmation.reference),
    )


def _counts_until(kept: Rehearsed) -> datetime | None:
    return end_of(days_after(kept.at, COUNTS_DAYS)) if kept.outcome == Outcome.CONFIRMED else None


def _taken(kept: Rehearsed, given: AnswerGiven) -> Told:
    until = _counts_until(kept)
    data = {
        "answer": given.given_id,
        "confirmation": confirmation_of(given.reference),
        "asking": given.asking,
        "outcome": kept.outcome,
        "answered_at": moment_of(kept.at),
    }
    data |= {"counts_until": moment_of(until)} if until else {}
    return _told(ANSWER_TAKEN, given.answer_id, kept, data, by=given.given_by)


def _ended(kept: Rehearsed, *, by: str) -> Told:
    """As it would, if nothing else were asked."""
    return _told(
        CERTIFICATE_ISSUED if kept.outcome == Outcome.CONFIRMED else APPLICATION_REFUSED, kept.subject, kept, {}, by=by
    )


def _told(name: str, what: str, kept: Rehearsed, data: dict[str, Any], *, by: str) -> Told:
    event = PublicEvent(
        id=digest(f"rehearsed {name}", what),
        type=type_of(name),
        source=source_of(SANDBOX),
        subject=kept.subject,
        time=kept.at,
        data={"product": kept.product, **data},
    )
    return Told(event=event, product=kept.product, only_for=by)
