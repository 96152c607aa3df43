"""What a department is asked to confirm, about whom, and what it answers."""

from typing import Any

from gateway.asking import ask
from gateway.departments.callers import counted_look, require_department
from gateway.departments.confirmation_schemas import (
    AnswerShape,
    ConfirmationAnsweredShape,
    ConfirmationListShape,
    ConfirmationShape,
)
from gateway.problems import Problem
from gateway.resources.blueprints import JSON, offer, resource
from gateway.resources.refusals import CHANGING, DEPARTMENT, READING_JSON, described
from services.contracts.confirmations import (
    AnswerConfirmation,
    Answered,
    ListConfirmations,
    ReadConfirmation,
    Waiting,
)
from services.contracts.errors import ConfirmationAnswered, ConfirmationOver, ConfirmationOvertaken
from services.contracts.feed.concerning import confirmation_of
from services.contracts.notify import FindConfirmation, ReadRoles, RehearseAnswer
from services.contracts.questions import Question
from services.contracts.registry import NoteConfirming

blueprint = resource("department_confirmations", "/departments/confirmations", "What a department is to confirm")

OWN = (*DEPARTMENT, "not-found", "bad-path", "confirmation-over")


@blueprint.get("")
@blueprint.response(200, ConfirmationListShape)
@described(*DEPARTMENT)
def list_confirmations() -> dict[str, Any]:
    """What waits for the department in this town, without a word of anybody: a hundred at most, first what is due
    first. What it is asked is told over the feed as well."""
    offer(*JSON)
    asked_by = require_department()
    roles = ask(ReadRoles(asked_by=asked_by))
    found = ask(ListConfirmations(town=asked_by.town, departments=roles.departments))
    return {"confirmations": [_shown(each) for each in found.confirmations], "more": found.more}


@blueprint.get("/<id:reference>")
@blueprint.response(200, ConfirmationShape)
@described(*OWN, "facts-gone")
def read_confirmation(reference: str) -> dict[str, Any]:
    """What the department is asked, and about whom: in `concerning`, which is locked for the department alone, by the
    keys that the operator gave it. The person concerned reads that the department was told, and what for. What is asked
    in the sandbox is about nobody."""
    offer(*JSON)
    asked_by = require_department()
    with counted_look(asked_by):
        found = ask(FindConfirmation(asked_by=asked_by, confirmation=reference))
        if found.is_answered:
            raise ConfirmationOver
        if found.rehearsed is not None:
            return {**_shown(found.rehearsed), "concerning": found.rehearsed.concerning}
        told = ask(ReadConfirmation(town=asked_by.town, department=found.department, reference=found.reference))
        ask(
            NoteConfirming(
                town=asked_by.town,
                application_id=found.application_id,
                department=asked_by.department,
                title=found.title,
                purpose=found.purpose,
            )
        )
    return {**_shown(told), "concerning": told.concerning}


@blueprint.post("/<id:reference>/answers")
@blueprint.arguments(AnswerShape)
@blueprint.response(200, ConfirmationAnsweredShape)
@described(*OWN, *CHANGING, *READING_JSON, "invalid-field", "confirmation-answered", "confirmation-overtaken")
def answer_confirmation(given: dict[str, Any], reference: str) -> dict[str, Any]:
    """Answer one asking, for good. The same again is the same. Another answer is refused, with the `outcome` that
    stands; so is one about facts that have changed since, with the `asking` that waits. What would have come of an
    answer in the sandbox the department alone is told."""
    offer(*JSON)
    asked_by = require_department()
    found = ask(FindConfirmation(asked_by=asked_by, confirmation=reference))
    answer: Question[Answered]
    if found.rehearsed is not None:
        answer = RehearseAnswer(asked_by=asked_by, confirmation=reference, **given)
    else:
        answer = AnswerConfirmation(
            town=asked_by.town,
            department=found.department,
            reference=found.reference,
            by=f"{asked_by.department} (key {asked_by.key})",
            **given,
        )
    try:
        kept = ask(answer)
    except ConfirmationAnswered as answered:
        raise Problem(answered.slug, members={"outcome": answered.detail}) from None
    except ConfirmationOvertaken as overtaken:
        raise Problem(overtaken.slug, members={"asking": int(overtaken.detail)}) from None
    return {
        "reference": reference,
        "asking": kept.asking,
        "outcome": kept.outcome,
        "answered_at": kept.answered_at,
        "counts_until": kept.counts_until,
    }


def _shown(each: Waiting) -> dict[str, Any]:
    return {
        "reference": confirmation_of(each.reference),
        "department": each.department,
        "product": each.product,
        "asking": each.asking,
        "asked_at": each.asked_at,
        "due_at": each.due_at,
        "expires_at": each.expires_at,
    }
