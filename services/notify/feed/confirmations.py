"""Which confirmation a reference stands for, and who may know and give it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo.database import Database

from services.contracts.feed.concerning import confirmation_of
from services.notify.feed.departments import Department
from services.notify.feed.projecting import Told
from services.notify.feed.references import KEPT, LENGTH


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """One that was asked for: intake's `reference`, and of which `department`, as the catalogue's gates name it."""

    town: str
    reference: str
    application_id: str
    product: str
    department: str


class Confirmations:
    """The collection `department_confirmations`, a document for each confirmation, by the reference that departments
    know it by. It tells nothing of anybody, nor how it stands: that is intake's."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._collection = database["department_confirmations"]
        self._collection.create_index("expire_at", name="retention", expireAfterSeconds=0)

    def keep(self, told: Told, *, now: datetime) -> None:
        """Before it is told, each time for longer."""
        asked = told.asked
        if asked is None:
            return
        kept = {
            "town": told.event.town,
            "reference": asked.reference,
            "application_id": asked.application_id,
            "product": told.product,
            "department": asked.department,
            "expire_at": now + KEPT,
        }
        self._collection.update_one({"_id": confirmation_of(asked.reference)}, {"$set": kept}, upsert=True)

    def find(self, reference: str, *, town: str, by: Department) -> Confirmation | None:
        """None where it is not of that town, or the department is not who gives it."""
        if len(reference) != LENGTH or not reference.isascii():
            return None
        found = self._collection.find_one({"_id": reference})
        if found is None or found["town"] != town or not by.is_asked(town=town, asked=found["department"]):
            return None
        return Confirmation(
            town=town,
            reference=found["reference"],
            application_id=found["application_id"],
            product=found["product"],
            department=found["department"],
        )
