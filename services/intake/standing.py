"""How many applications wait, and since when: for operators, who see no more of an application than its id."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pymongo.database import Database

from services.chassis.retention import EVER
from services.contracts.intake import State
from services.intake.awaited import awaited
from services.intake.store import state_of

MOVING = frozenset({State.SUBMITTED, State.LOOKED_UP, State.CLEARED})
"""On the road: somebody has them in hand or will have at once."""

PEOPLE = frozenset({State.AWAITING_PAYMENT, State.AWAITING_DECISION})


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """The application that has waited longest, and where it stands."""

    application_id: str
    state: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Department:
    """What another department is to confirm: how many, how many of them by a time that has passed, the first since."""

    waiting: int = 0
    late: int = 0
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Of one town: applications `waiting` on the road or for people, `deferred`, and `untold`, which have their
    certificate while its mail has not left; by name those `departments` for which some wait. `oldest` is the first
    filed of those that wait or are deferred, `oldest_moving` of those on the road alone.
    """

    waiting: int = 0
    deferred: int = 0
    untold: int = 0
    departments: dict[str, Department] = field(default_factory=dict)
    oldest: Waiting | None = None
    oldest_moving: Waiting | None = None


def standing(database: Database[dict[str, Any]], *, town: str) -> Standing:
    """Reads only what is under way, which is what has a deadline (the index `overdue`). Raises PyMongoError."""
    counts = dict.fromkeys(State, 0)
    departments: dict[str, Department] = {}
    oldest: Waiting | None = None
    oldest_moving: Waiting | None = None
    wanted = {"town": town, "deadline": {"$gt": EVER}}
    for each in database["applications"].find(wanted, {"state": 1, "awaits": 1, "submitted_at": 1}):
        state = state_of(each)
        counts[state] += 1
        found = Waiting(application_id=each["_id"], state=state.value, since=each["submitted_at"])
        if state in MOVING or state in PEOPLE or state is State.DEFERRED:
            oldest = _older(oldest, found)
        if state in MOVING:
            oldest_moving = _older(oldest_moving, found)
    for asked in awaited(database, town=town) if counts[State.AWAITING_CONFIRMATION] else ():
        known = departments.get(asked.department, Department(since=asked.since))
        departments[asked.department] = Department(
            waiting=known.waiting + 1, late=known.late + asked.is_late, since=min(known.since, asked.since)
        )
    return Standing(
        waiting=sum(counts[state] for state in MOVING | PEOPLE),
        deferred=counts[State.DEFERRED],
        untold=counts[State.ISSUED],
        departments=departments,
        oldest=oldest,
        oldest_moving=oldest_moving,
    )


def _older(kept: Waiting | None, found: Waiting) -> Waiting:
    return found if kept is None or found.since < kept.since else kept
