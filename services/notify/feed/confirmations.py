"""Which confirmation a reference stands for, and who may know and give it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING
from pymongo.database import Database

from services.contracts.departments import SANDBOX
from services.contracts.errors import NotFound
from services.contracts.feed.concerning import confirmation_of
from services.notify.feed.departments import Department
from services.notify.feed.projecting import Told
from services.notify.feed.references import KEPT, LENGTH


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """One that was asked for: intake's `reference`, and of which `department`, as the catalogue's gates name it; of
    one of the sandbox alone it is known here whether it `is_answered`."""

    town: str
    reference: str
    application_id: str
    product: str
    department: str
    asked_at: datetime
    is_answered: bool = False

    @property
    def is_rehearsed(self) -> bool:
        """Whether it is asked in the sandbox."""
        return self.town == SANDBOX


@dataclass(frozen=True, kw_only=True)
class Rehearsed:
    """The first answer to one of the sandbox, which stands; `subject` is what departments know the application by."""

    outcome: str
    at: datetime
    product: str
    subject: str


class Confirmations:
    """The collection `department_confirmations`, a document for each confirmation, by the reference that departments
    know it by. It tells nothing of anybody, nor how it stands: that is intake's."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._collection = database["department_confirmations"]
        self._collection.create_index("expire_at", name="retention", expireAfterSeconds=0)
        self._collection.create_index([("_id", ASCENDING), ("outcome", ASCENDING)], name="guard")

    def keep(self, told: Told, *, now: datetime, with_event: timedelta) -> None:
        """Before it is told, each time for longer; of the sandbox for as long as its event."""
        asked = told.asked
        if asked is None:
            return
        kept = {
            "town": told.event.town,
            "reference": asked.reference,
            "application_id": asked.application_id,
            "product": told.product,
            "department": asked.department,
            "subject": told.event.subject,
            "asked_at": told.event.time,
            "only_for": told.only_for,
            "outcome": "",
            "stored_at": now,
            "expire_at": now + (with_event if told.is_invented else KEPT),
        }
        self._collection.update_one({"_id": confirmation_of(asked.reference)}, {"$set": kept}, upsert=True)

    def reference_of(self, confirmation: str) -> str | None:
        """Intake's own, of one that departments know; None where there is none, or it is of the sandbox."""
        found = self._collection.find_one({"_id": confirmation, "town": {"$ne": SANDBOX}}, {"reference": 1})
        return str(found["reference"]) if found else None

    def find(self, confirmation: str, *, town: str, by: Department) -> Confirmation | None:
        """None where it is not of that town, or the department is not who gives it. What it was asked in the sandbox
        it finds in every town."""
        if len(confirmation) != LENGTH or not confirmation.isascii():
            return None
        found = self._collection.find_one({"_id": confirmation})
        if found is None or not _is_asked(by, found, town=town):
            return None
        return Confirmation(
            town=found["town"],
            reference=found["reference"],
            application_id=found["application_id"],
            product=found["product"],
            department=found["department"],
            asked_at=found["asked_at"],
            is_answered=bool(found["outcome"]),
        )

    def rehearse(self, reference: str, outcome: str, *, now: datetime) -> Rehearsed:
        """See rehearsing.Rehearsals."""
        id = confirmation_of(reference)
        self._collection.update_one({"_id": id, "outcome": ""}, {"$set": {"outcome": outcome, "answered_at": now}})
        found = self._collection.find_one({"_id": id})
        if found is None:
            raise NotFound  # it has just expired
        return Rehearsed(
            outcome=found["outcome"], at=found["answered_at"], product=found["product"], subject=found["subject"]
        )


def _is_asked(department: Department, found: Mapping[str, Any], *, town: str) -> bool:
    if found["only_for"] is not None:
        return bool(found["only_for"] == department.id and found["stored_at"] >= department.added_at)
    return department.is_asked(town=town, asked=found["department"]) and bool(found["town"] == town)
