"""What waits for the register, for operators: listed without a word of anybody, and asked again on demand."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from pymongo import ASCENDING
from pymongo.database import Database

from services.registry.extract import Extract, State
from services.registry.store import extract_of

_EVER = datetime(1970, 1, 1, tzinfo=UTC)
WAIT = (State.CONTRADICTED, State.STUCK, State.WAITING)


class WaitingList:
    """The extracts of a registry's database that have no answer yet and are to be asked for again."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._extracts = database["extracts"]

    def of(self, town: str, *, kind: str | None = None) -> list[Extract]:
        """One town's, the longest waiting first; `kind` is a contradiction's, or another code."""
        wanted = self._wanted(town) | ({"code": kind} if kind else {})
        found = [extract_of(document) for document in self._extracts.find(wanted).sort("due_at", ASCENDING)]
        return sorted(found, key=lambda extract: extract.since or _EVER)

    def find(self, application_id: str, *, towns: Collection[str]) -> Extract | None:
        """One of these towns' that waits."""
        found = self._extracts.find_one({"_id": application_id, "state": {"$in": [each.value for each in WAIT]}})
        waits = found is not None and found["town"] in towns and found.get("due_at") is not None
        return extract_of(found) if found is not None and waits else None

    def ask_now(self, extract: Extract, *, now: datetime) -> bool:
        """Let the registry ask again within seconds instead of when it would have. False where it does already.

        The version stays: whoever is asking at this moment may still keep the answer, which is as new as any.
        """
        wanted = {"_id": extract.application_id, **self._wanted(extract.town, after=now)}
        return self._extracts.update_one(wanted, {"$set": {"due_at": now}}).modified_count == 1

    @staticmethod
    def _wanted(town: str, *, after: datetime = _EVER) -> dict[str, Any]:
        return {"town": town, "due_at": {"$gt": after}, "state": {"$in": [each.value for each in WAIT]}}
