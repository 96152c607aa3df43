"""How much of something one department may have kept in a day: whoever floods fills no store, and nobody else's."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from pymongo import ASCENDING
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Budget:
    """At most so much in each day (UTC)."""

    name: str
    most: int


REFUSALS = Budget(name="refusals", most=500)
"""Answers by events of which a department is told that they are refused, one by one."""

SANDBOX_EVENTS = Budget(name="sandbox", most=2_000)
"""Those that a department is told there."""


class Budgets(Protocol):
    """Where it is counted."""

    def spend(self, budget: Budget, whose: str, count: int = 1, *, now: datetime) -> bool:
        """So much of what is left today. False where less is: nothing is spent then, and it counts as beyond."""

    def beyond(self, budget: Budget, whose: str, *, now: datetime) -> int:
        """How much was wanted today for which there was nothing left."""


class BudgetStore:
    """The collection `department_budgets`, a document for each budget of somebody and each day; see Budgets. Two
    processes at once spend no more than there is: one update, guarded by what is spent, moves the count."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._collection = database["department_budgets"]
        self._collection.create_index([("_id", ASCENDING), ("spent", ASCENDING)], name="guard")
        self._collection.create_index("expire_at", name="retention", expireAfterSeconds=0)

    def spend(self, budget: Budget, whose: str, count: int = 1, *, now: datetime) -> bool:
        """See Budgets."""
        id = _id(budget, whose, now)
        enough = {"_id": id, "spent": {"$lte": budget.most - count}}
        spent = {"$inc": {"spent": count}}
        try:
            begun = {"$setOnInsert": {"beyond": 0, "expire_at": day_after(now) + _DAY}}
            self._collection.update_one(enough, spent | begun, upsert=True)
        except DuplicateKeyError:  # too little is left, or somebody else was the first of the day at the same moment
            if not self._collection.update_one(enough, spent).modified_count:
                self._collection.update_one({"_id": id}, {"$inc": {"beyond": count}})
                return False
        return True

    def beyond(self, budget: Budget, whose: str, *, now: datetime) -> int:
        """See Budgets."""
        found = self._collection.find_one({"_id": _id(budget, whose, now)}, {"beyond": 1})
        return int(found["beyond"]) if found else 0


def day_after(now: datetime) -> datetime:
    """When the next day begins, and with it all budgets."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + _DAY


def seconds_left(now: datetime) -> int:
    """Until then, one at least."""
    return math.ceil((day_after(now) - now).total_seconds())


def _id(budget: Budget, whose: str, now: datetime) -> str:
    return f"{budget.name} {now.astimezone(UTC):%Y-%m-%d} {whose}"
