"""The populations in the store: which one each town answers from, and how a new one takes its place."""

from datetime import datetime
from typing import Any

from pymongo import ASCENDING
from pymongo.database import Database

from services.registry.sources.population.mapping import DWELLING

_NUMBER = [("town", ASCENDING), ("population", ASCENDING), ("number", ASCENDING)]
_HOUSEHOLD = [("town", ASCENDING), ("population", ASCENDING), ("household", ASCENDING)]
_MERGED = [("town", ASCENDING), ("population", ASCENDING), ("replaced_by", ASCENDING)]
_DWELLING = [("town", ASCENDING), ("population", ASCENDING), (f"{DWELLING}.numbers", ASCENDING)]
_PARENTS = [("town", ASCENDING), ("population", ASCENDING), ("parents.number", ASCENDING)]
_CHILDREN = [("town", ASCENDING), ("population", ASCENDING), ("children", ASCENDING)]


class Populations:
    """`populations` holds one document a town: `{_id: town, begun, current, away: {until, reason}, …}`."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.towns = database["populations"]
        self.dossiers = database["dossiers"]
        self.households = database["households"]

    def ensure_indexes(self) -> None:
        self.dossiers.create_index(_NUMBER, unique=True)
        for keys in (_HOUSEHOLD, _MERGED, _DWELLING, _PARENTS, _CHILDREN):
            self.dossiers.create_index(keys)
        self.households.create_index(_HOUSEHOLD, unique=True)
        self.households.create_index(_DWELLING)

    def begin(self, town: str) -> int:
        """The number of a new population of a town, with nothing written under it. Never given twice."""
        while True:
            self._ensure(town)
            known = self.towns.find_one({"_id": town}) or {}
            begun = int(known["begun"])
            taken = self.towns.update_one({"_id": town, "begun": begun}, {"$set": {"begun": begun + 1}})
            if taken.modified_count:
                return begun + 1

    def pause(self, town: str, *, until: datetime | None = None, reason: str = "") -> None:
        """The town's register is away from now on, `until` a moment or until it is resumed."""
        self._ensure(town)
        self.towns.update_one({"_id": town}, {"$set": {"away": {"until": until, "reason": reason}}})

    def known(self, town: str) -> dict[str, Any]:
        """A town's document; empty where it was never seeded nor paused."""
        return self.towns.find_one({"_id": town}) or {}

    def resume(self, town: str) -> None:
        """The town's register is back."""
        self._ensure(town)
        self.towns.update_one({"_id": town}, {"$set": {"away": None}})

    def write(self, dossiers: list[dict[str, Any]], households: list[dict[str, Any]]) -> None:
        for collection, documents in ((self.dossiers, dossiers), (self.households, households)):
            if documents:
                collection.insert_many(documents, ordered=False)

    def switch(self, town: str, population: int, about: dict[str, Any], *, now: datetime | None) -> None:
        """From now on the town answers from this population, unless a later one was quicker; older ones are removed."""
        self.towns.update_one(
            {"_id": town, "$or": [{"current": None}, {"current": {"$lt": population}}]},
            {"$set": {"current": population, "seeded_at": now, **about}},
        )
        for collection in (self.dossiers, self.households):
            collection.delete_many({"town": town, "population": {"$lt": population}})

    def _ensure(self, town: str) -> None:
        self.towns.update_one({"_id": town}, {"$setOnInsert": {"begun": 0, "current": None}}, upsert=True)
