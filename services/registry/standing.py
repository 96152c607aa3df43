"""What of a town waits for people or for a source, and since when: for operators, without a word of anybody."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pymongo.database import Database

from services.registry.extract import HELD, Absence, State

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Missed:
    """A source that has not answered so many extracts, the first `since`; `reason` is that of the one it was last."""

    waiting: int
    since: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Of one town. `held` counts what waits until people have mended something, by what: a kind of contradiction, a key
    that is missing, …; `missed` are the sources that do not answer, by name, also where they do not take a question.
    """

    held: Mapping[str, int]
    missed: Mapping[str, Missed]


def standing(database: Database[dict[str, Any]], *, town: str) -> Standing:
    """Reads what is to be asked for again, by the index `due`. Raises PyMongoError."""
    held, missed = Counter[str](), dict[str, Missed]()
    wanted = {"town": town, "due_at": {"$gt": _EVER}}
    for each in database["extracts"].find(wanted, {"state": 1, "code": 1, "away": 1, "due_at": 1}).sort("due_at"):
        away = Absence(**each["away"]) if each.get("away") else None
        if each["state"] in HELD and not (away and each["state"] == State.STUCK):
            held[each["code"]] += 1
        if away:
            known = missed.get(away.source)
            missed[away.source] = Missed(
                waiting=known.waiting + 1 if known else 1,
                since=min(known.since, away.since) if known else away.since,
                reason=away.reason,
            )
    return Standing(held=dict(held), missed=missed)
