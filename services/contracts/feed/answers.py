"""What a department says itself: its answers to what it is asked to confirm, CloudEvents on an exchange of its own."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .events import LARGEST, Malformed, envelope_json, type_of
from .schemas import problems_of

CONFIRMATION_ANSWERED = "confirmation-answered"


class Outcome(StrEnum):
    """What may be answered."""

    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not-confirmed"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The answer to one `asking` of a `confirmation`, both as the event said that asked for it.

    `id` is the department's own, and makes it one and the same however often it is said: with another confirmation,
    asking or outcome it is refused. `time` is when it is said, by the department's clock: nothing rests on it, and what
    is said again may have another.
    """

    id: str
    department: str
    confirmation: str
    asking: int
    outcome: str
    time: datetime

    def to_json(self) -> bytes:
        """Always the same bytes of the same answer."""
        return envelope_json(
            id=self.id,
            source=source_of_department(self.department),
            type=type_of(CONFIRMATION_ANSWERED),
            subject=self.confirmation,
            time=self.time,
            data={"asking": self.asking, "outcome": self.outcome},
        )

    @classmethod
    def from_json(cls, body: bytes) -> "Answer":
        """Raises Malformed."""
        if len(body) > LARGEST:
            raise Malformed(f"longer than {LARGEST} bytes")
        try:
            said = json.loads(body)
        except (ValueError, RecursionError):
            raise Malformed("no JSON") from None
        if found := problems_of(said, type_of(CONFIRMATION_ANSWERED)):
            raise Malformed("; ".join(found))
        return cls(
            id=said["id"],
            department=said["source"].removeprefix(source_of_department("")),
            confirmation=said["subject"],
            asking=said["data"]["asking"],
            outcome=said["data"]["outcome"],
            time=datetime.fromisoformat(said["time"]),
        )


def source_of_department(department: str) -> str:
    """The source of all that a department says: `/departments/zone-5387`."""
    return f"/departments/{department}"


def answer_key(town: str, asked: str) -> str:
    """The routing key of an answer that is wanted in a town of whom the catalogue calls so."""
    return f"{town}.{CONFIRMATION_ANSWERED}.{asked}"
