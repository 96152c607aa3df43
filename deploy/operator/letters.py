"""A parked message as an operator may see it: what it is called, why it is parked, and nothing that is in it."""

import contextlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from deploy.operator.terminal import printable
from services.chassis.topology import DEATHS, DETAIL, PARKED_AT, REASON

LOCKED = "«locked»"
LONGEST_ID = 200
FIGURES = 32
"""Of the SHA-256 of a message's bytes, at the end of its id: two that somebody made to have the same would block each
other (TwoOfOneId), and with twelve figures a laptop makes them in minutes."""

SHOWN = ("specversion", "id", "type", "source", "subject", "time", "sequence", "traceparent")
"""Attributes of the envelope that are shown as they are; they hold no personal data by contract."""


@dataclass(frozen=True, kw_only=True)
class DeadLetter:
    """A parked message, redacted. `id` is its queue, the event's id where it has one, and figures of its bytes: one
    event may be parked for several consumers, with several bodies, and what each message is called depends on no other.
    Those with the same bytes for one consumer are called the same, and whatever is done is done to all of them.

    `consumer` is the queue to which it is replayed.

    `parked_at` is None for what a version before 0.9 parked. `deaths` is how often the broker itself took the message
    from a queue (its header `x-death`): 0 for what a service parked, which publishes a copy.
    """

    id: str
    queue: str
    consumer: str
    reason: str
    detail: str
    parked_at: datetime | None
    size: int
    deaths: int
    event: dict[str, Any]


def letter_of(queue: str, headers: dict[str, Any], body: bytes) -> DeadLetter:
    """What is parked for a queue, redacted."""
    deaths = deaths_of(headers)
    event = _redacted(body)
    id = str(event.get("id") or "")
    if not (id.isprintable() and 0 < len(id) <= LONGEST_ID):
        id = ""
    return DeadLetter(
        id=called(queue, id, body),
        queue=queue,
        consumer=queue,
        reason=shown(headers.get(REASON) or (deaths[0].get("reason") if deaths else "unknown")),
        detail=shown(headers.get(DETAIL) or ""),
        parked_at=_parked_at(headers, deaths),
        size=len(body),
        deaths=sum(count for death in deaths if isinstance(count := death.get("count", 0), int)),
        event=event,
    )


def deaths_of(headers: dict[str, Any]) -> list[dict[str, Any]]:
    """What the broker says of each time it took the message from a queue, the last first."""
    deaths = headers.get(DEATHS)
    return [death for death in deaths if isinstance(death, dict)] if isinstance(deaths, list) else []


def died_at(deaths: list[dict[str, Any]]) -> datetime | None:
    """When it last did so."""
    died = deaths[0].get("time") if deaths else None
    return died.replace(tzinfo=UTC) if isinstance(died, datetime) else None


def _parked_at(headers: dict[str, Any], deaths: list[dict[str, Any]]) -> datetime | None:
    """Whoever parked it said so: a service, or the broker in the newest of its deaths."""
    said = headers.get(PARKED_AT)
    if isinstance(said, int) and 0 <= said < 2**40:
        with contextlib.suppress(ValueError, OverflowError):
            return datetime.fromtimestamp(said, UTC)
    return died_at(deaths)


def _redacted(body: bytes) -> dict[str, Any]:
    """The envelope of an event with the names of its data's fields, but none of their values."""
    event = event_of(body)
    told: dict[str, Any] = {key: shown(event[key]) for key in SHOWN if key in event}
    data = event.get("data")
    if isinstance(data, dict):
        told["data"] = {shown(key)[:60]: LOCKED for key in data}
    return told


def event_of(body: bytes) -> dict[str, Any]:
    """As it is; empty where it is none."""
    try:
        event = json.loads(body)
    except (ValueError, RecursionError, MemoryError):
        return {}
    return event if isinstance(event, dict) else {}


def shown(value: object) -> str:
    """The beginning of it, without what would move the cursor."""
    return printable(str(value)[:200])


def called(queue: str, id: str, body: bytes) -> str:
    """The id of what is parked there: `id` is the event's, where it has one."""
    return "#".join(filter(None, (queue, id, sha256(body).hexdigest()[:FIGURES])))
