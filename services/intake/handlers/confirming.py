"""A department answers what it was asked: through whoever asks for it, or by an event of its own."""

from datetime import datetime
from typing import Any

import structlog

from services.contracts.confirmations import (
    MOST_WAITING,
    AnswerConfirmation,
    Answered,
    AnswerRefused,
    AnswerTaken,
    ListConfirmations,
    ReadConfirmation,
    Waiting,
    WaitingList,
)
from services.contracts.delivery import Emptied
from services.contracts.envelope import Cause
from services.contracts.errors import ConfirmationOver, DomainError, NotFound
from services.contracts.notify import AnswerGiven
from services.contracts.retention import ON_ITS_ROAD
from services.intake.domain.application import Application, Moved
from services.intake.domain.gate import Answer, GateState, application_of, place_of
from services.intake.domain.gates import kinds
from services.intake.domain.ports import Applications, WaitingIn
from services.intake.handlers.whose import check_id

log = structlog.get_logger()


def answer_confirmation(asked: AnswerConfirmation, *, applications: Applications, now: datetime) -> Answered:
    """A department answers what it was asked, and nobody else. Raises NotFound, or what the gate raises."""
    application = _found(asked.reference, town=asked.town, applications=applications)
    moved, given = _answer(application, asked, now=now)
    if moved.application != application:
        applications.save(moved.application, moved.events)
    return Answered(
        reference=asked.reference,
        asking=given.asking,
        outcome=given.outcome,
        answered_at=given.at,
        counts_until=given.counts_until,
    )


def take_answer(given: AnswerGiven, cause: Cause, *, applications: Applications, now: datetime) -> None:
    """As answer_confirmation; the department is told what came of it. Where retention has emptied the application:
    `confirmation-over`, unless the answer is so old that it can only be a replay of one that was told."""
    said: dict[str, Any] = {
        "application_id": given.application_id,
        "reference": given.reference,
        "asking": given.asking,
        "product": given.product,
        "outcome": given.outcome,
        "answer_id": given.answer_id,
        "given_by": given.given_by,
        "given_id": given.given_id,
    }
    try:
        application = applications.hear(given.application_id, cause)
    except Emptied:
        if given.given_at + ON_ITS_ROAD < now:
            raise
        log.warning("answer_of_an_emptied_application", application_id=given.application_id, answer_id=given.answer_id)
        refused = AnswerRefused(**said, code=ConfirmationOver.slug, refused_at=now)
        applications.say_of_emptied(given.application_id, (refused,), cause=cause)
        return
    asked = AnswerConfirmation(
        town=cause.town,
        department=given.department,
        reference=given.reference,
        asking=given.asking,
        outcome=given.outcome,
        by=f"{given.given_by} (event {given.given_id})",
    )
    try:
        moved, kept = _answer(application, asked, now=now)
    except DomainError as error:
        refused = AnswerRefused(**said, code=error.slug, detail=error.detail, refused_at=now)
        applications.save(application, (refused,), cause=cause)
        return
    taken = AnswerTaken(**said, answered_at=kept.at, counts_until=kept.counts_until)
    applications.save(moved.application, (*moved.events, taken), cause=cause)


def list_confirmations(asked: ListConfirmations, *, waiting: WaitingIn) -> WaitingList:
    """Those first that are due first, and of each no word about whom it is."""
    found = waiting(town=asked.town, departments=asked.departments, limit=MOST_WAITING + 1)
    return WaitingList(confirmations=tuple(found[:MOST_WAITING]), more=len(found) > MOST_WAITING)


def read_confirmation(asked: ReadConfirmation, *, applications: Applications) -> Waiting:
    """With what is locked for the department. Raises NotFound and ConfirmationOver."""
    application = _found(asked.reference, town=asked.town, applications=applications)
    place = place_of(application.gates, asked.reference, whose=asked.department)
    if place is None:
        raise NotFound
    gate = application.gates[place]
    is_awaited = gate.state is GateState.ASKED and not application.has_ended
    if not is_awaited or not (gate.asked_at and gate.due_at and gate.expires_at):
        raise ConfirmationOver
    return Waiting(
        reference=gate.reference,
        department=gate.terms,
        product=application.product,
        asking=gate.asking,
        asked_at=gate.asked_at,
        due_at=gate.due_at,
        expires_at=gate.expires_at,
        concerning=gate.concerning,
    )


def _found(reference: str, *, town: str, applications: Applications) -> Application:
    """Whose confirmation that is. Raises NotFound, and ConfirmationOver where retention has emptied it."""
    check_id(reference)
    try:
        application = applications.find(application_of(reference), town=town)
    except Emptied:
        raise ConfirmationOver from None
    if application is None:
        raise NotFound
    return application


def _answer(application: Application, asked: AnswerConfirmation, *, now: datetime) -> tuple[Moved, Answer]:
    """Raises NotFound, or what the gate raises."""
    place = place_of(application.gates, asked.reference, whose=asked.department)
    if place is None:
        raise NotFound
    return kinds()[application.gates[place].kind].answer(application, place, asked, now=now)
