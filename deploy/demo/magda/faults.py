"""How the stand-in fails, as an operator told it: kept beside its population, so that it outlives the process."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo.database import Database

FAULTS = {
    "slow": "answers late",
    "away": "does not answer at all",
    "source-away": "says that its own source is away (99995)",
    "busy": "says that too many ask at once (99996)",
    "failing": "answers with a status 500",
    "refusing": "says that the town has no right to ask (40006)",
    "unsigned": "does not take the signature",
    "half": "sends half of the answer",
    "twice": "answers twice in one message",
    "another-person": "answers about somebody else",
    "another-question": "answers another question",
    "huge": "sends far more than an answer has",
    "entities": "sends entities that grow",
    "trickling": "sends a byte a second",
}
"""Name to what it does."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """`until` is when it ends by itself; `delay_s` counts for `slow`."""

    name: str
    delay_s: float = 0.0
    until: datetime | None = None


class Faults:
    """The collection `faults`: one document for all that the stand-in answers."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._kept = database["faults"]

    def set(self, fault: Fault | None) -> None:
        if fault is None:
            self._kept.delete_many({})
            return
        body = {"name": fault.name, "delay_s": fault.delay_s, "until": fault.until}
        self._kept.update_one({"_id": "now"}, {"$set": body}, upsert=True)

    def now(self, moment: datetime) -> Fault | None:
        """The one that holds."""
        found = self._kept.find_one({"_id": "now"})
        if found is None or (found["until"] is not None and found["until"] <= moment):
            return None
        return Fault(name=found["name"], delay_s=found["delay_s"], until=found["until"])
