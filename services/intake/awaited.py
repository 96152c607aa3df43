"""What waits for another department, for operators and for whoever answers on its behalf: no word of anybody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from pymongo import ASCENDING
from pymongo.database import Database

from services.chassis.retention import EVER
from services.contracts.confirmations import Waiting
from services.contracts.intake import State
from services.intake.domain.gate import GateState, application_of
from services.intake.store import gates_in, state_of


@dataclass(frozen=True, kw_only=True)
class Awaited:
    """One confirmation that was asked for, in the words of its events; `concerning` is locked for the department.

    `since` is when this wait began, whatever was asked again in it; `is_late`: the time promised first has passed.
    """

    town: str
    reference: str
    department: str
    product: str
    asking: int
    since: datetime
    is_late: bool
    asked_at: datetime
    due_at: datetime
    expires_at: datetime
    concerning: str = field(repr=False)


def awaited(database: Database[dict[str, Any]], *, town: str, department: str | None = None) -> list[Awaited]:
    """All that one town waits for, the longest waiting first (index `overdue`). Raises PyMongoError."""
    found = [each for document in database["applications"].find(_wanted(town)) for each in _in(document)]
    of_it = [each for each in found if department is None or each.department == department]
    return sorted(of_it, key=lambda each: (each.since, each.reference))


def waiting_for(
    database: Database[dict[str, Any]], *, town: str, departments: Sequence[str], limit: int
) -> list[Waiting]:
    """See ports.WaitingIn; read in the order of the index `overdue`, and no further than is wanted."""
    wanted = {**_wanted(town), "gates.terms": {"$in": list(departments)}}
    with database["applications"].find(wanted).sort("deadline", ASCENDING).batch_size(limit) as found:
        asked = (each for document in found for each in _in(document) if each.department in departments)
        return [_waiting(each) for each in islice(asked, limit)]


def _wanted(town: str) -> dict[str, Any]:
    return {"town": town, "deadline": {"$gt": EVER}, "awaits": State.AWAITING_CONFIRMATION.value}


def _waiting(each: Awaited) -> Waiting:
    return Waiting(
        reference=each.reference,
        department=each.department,
        product=each.product,
        asking=each.asking,
        asked_at=each.asked_at,
        due_at=each.due_at,
        expires_at=each.expires_at,
    )


def find_awaited(database: Database[dict[str, Any]], reference: str) -> Awaited | None:
    """That one, in whichever town. Raises PyMongoError."""
    wanted = {"_id": application_of(reference), "awaits": State.AWAITING_CONFIRMATION.value}
    document = database["applications"].find_one(wanted) or {}
    if not document or state_of(document) is not State.AWAITING_CONFIRMATION:
        return None
    return next((each for each in _in(document) if each.reference == reference), None)


def _in(document: dict[str, Any]) -> Iterator[Awaited]:
    for gate in gates_in(document):
        if gate.state is GateState.ASKED and gate.reference and gate.asked_at and gate.due_at and gate.expires_at:
            begun = _beginning(document)
            yield Awaited(
                town=document["town"],
                reference=gate.reference,
                department=gate.terms,
                product=document["product"],
                asking=gate.asking,
                since=begun["at"],
                is_late=begun["expected_by"] is not None and begun["expected_by"] < gate.due_at,
                asked_at=gate.asked_at,
                due_at=gate.due_at,
                expires_at=gate.expires_at,
                concerning=gate.concerning,
            )


def _beginning(document: dict[str, Any]) -> dict[str, Any]:
    """The first line of this wait: reminders, and an asking after a restoring, are no new one."""
    first: dict[str, Any] = document["timeline"][-1]
    for step in reversed(document["timeline"]):
        if step["state"] != State.AWAITING_CONFIRMATION:
            break
        first = step
    return first


def asked_of(database: Database[dict[str, Any]], reference: str) -> tuple[str, str] | None:
    """Town and department of a confirmation that was ever asked for. Raises PyMongoError."""
    document = database["applications"].find_one({"_id": application_of(reference)}) or {}
    gates = (gate for gate in gates_in(document) if gate.reference == reference and gate.asking)
    return next(((document["town"], gate.terms) for gate in gates), None)
