"""A department answers what it was asked."""

from datetime import datetime

from services.contracts.confirmations import AnswerConfirmation, Answered
from services.contracts.errors import NotFound
from services.intake.domain.gate import application_of, place_of
from services.intake.domain.gates import kinds
from services.intake.domain.ports import Applications
from services.intake.handlers.whose import check_id


def answer_confirmation(asked: AnswerConfirmation, *, applications: Applications, now: datetime) -> Answered:
    """A department answers what it was asked, and nobody else. Raises NotFound, or what the gate raises."""
    check_id(asked.reference)
    application = applications.find(application_of(asked.reference), town=asked.town)
    place = None if application is None else place_of(application.gates, asked.reference, whose=asked.department)
    if application is None or place is None:
        raise NotFound
    moved, given = kinds()[application.gates[place].kind].answer(application, place, asked, now=now)
    if moved.application != application:
        applications.save(moved.application, moved.events)
    return Answered(
        reference=asked.reference,
        asking=given.asking,
        outcome=given.outcome,
        answered_at=given.at,
        counts_until=given.counts_until,
    )
