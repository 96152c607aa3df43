"""What could not be put on paper lately: for operators, who can install a font, without a word of anybody."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING
from pymongo.database import Database

from services.documents.store import WITHOUT_PAPER

TOLD_FOR = timedelta(days=7)
"""An application that ended so stays as it is: nothing would ever take its line away."""


@dataclass(frozen=True, kw_only=True)
class Unprintable:
    """Of one town: how many applications for which reason, with its detail, and which was the last."""

    reasons: Mapping[str, int]
    last: str


def unprintable(database: Database[dict[str, Any]], *, now: datetime) -> dict[str, Unprintable]:
    """By town, of the days in TOLD_FOR. Raises PyMongoError."""
    counts, last = defaultdict[str, Counter[str]](Counter), dict[str, str]()
    wanted, told = {WITHOUT_PAPER: {"$gt": now - TOLD_FOR}}, {"town": 1, "no_paper": 1}
    for each in database["certificates"].find(wanted, told).sort(WITHOUT_PAPER, ASCENDING):
        why = each["no_paper"]
        counts[each["town"]][f"{why['reason']}: {why['detail']}"] += 1
        last[each["town"]] = each["_id"]
    return {town: Unprintable(reasons=dict(found), last=last[town]) for town, found in counts.items()}
