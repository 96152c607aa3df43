"""Which application a reference stands for: kept longer than the events, so that who asks late is told so; of the
sandbox, where there is nothing to be late for, as long as they."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.notify.feed.departments import Department
from services.notify.feed.projecting import Told

KEPT = timedelta(days=366)

LENGTH = 32
"""Characters of a reference."""


@dataclass(frozen=True, kw_only=True)
class Reference:
    """What it stands for: an application, or none where it was told in the sandbox."""

    application_id: str | None
    product: str


class References:
    """The collection `department_references`, a document for each event about an application, or that is told as if it
    were. It tells nothing of anybody but that there is such an application."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._collection = database["department_references"]
        self._collection.create_index("reference", name="reference")
        self._collection.create_index("expire_at", name="retention", expireAfterSeconds=0)

    def keep(self, told: Told, *, now: datetime, with_event: timedelta) -> None:
        """Before the event is told, once; that is kept for so long."""
        if told.application_id is None and not told.is_invented:
            return
        event = told.event
        with suppress(DuplicateKeyError):
            self._collection.insert_one(
                {
                    "_id": event.id,
                    "reference": event.reference,
                    "town": event.town,
                    "name": event.name,
                    "product": told.product,
                    "application_id": told.application_id,
                    "only_for": told.only_for,
                    "stored_at": now,
                    "expire_at": now + (with_event if told.is_invented else KEPT),
                }
            )

    def find(self, reference: str, *, town: str, heard_by: Department) -> Reference | None:
        """None where the department may hear of none of its events in that town, nor had them told in the sandbox:
        itself, not another that was called so before."""
        if len(reference) != LENGTH or not reference.isascii():
            return None
        for each in self._collection.find({"reference": reference}):
            found = Reference(application_id=each["application_id"], product=each["product"])
            if found.application_id is None:
                is_own = each["only_for"] == heard_by.id and each["stored_at"] >= heard_by.added_at
                return found if is_own else None
            is_heard = heard_by.hears(town=each["town"], event=each["name"], product=each["product"])
            if each["town"] == town and is_heard:
                return found
        return None
