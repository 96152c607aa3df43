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

ATTEST_FAULTS = {
    "attest-slow": "gives federal attests late",
    "attest-source-away": "says of attests alone that its own source is away (99995)",
    "attest-refusing": "says that the town has no right to attests (40006)",
    "attest-none": "has no attest of anybody (30001)",
    "attest-another-person": "gives an attest of somebody else",
    "attest-no-pdf": "gives something that is no PDF",
    "attest-half-document": "gives half of the PDF",
    "attest-altered": "gives a PDF that was changed after it was sealed",
    "attest-unsealed": "gives a PDF without a seal",
    "attest-stranger-seal": "seals from an authority that nobody named",
    "attest-expired-seal": "seals with a certificate that has ended",
    "attest-other-seal": "gives a PDF that somebody else has sealed, from the same authority",
    "attest-huge": "gives a PDF larger than any attest",
}
"""The same of those in which only GeefAttest fails."""

ALL_FAULTS = {**FAULTS, **ATTEST_FAULTS}
OF_ATTESTS = "attest-"


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
