"""Whom the demonstration's sources know: those of the registers that `loket register seed` has filled."""

from collections.abc import Callable
from typing import Any

from pymongo.database import Database

from services.registry.domain import Dossier
from services.registry.sources.population.mapping import dossier_of

People = Callable[[str, str], tuple[str, Dossier] | None]
"""The town and the dossier of a number, None for nobody's. The people with a story have the same number in each of the
demonstration's towns, so that it is looked for in the one that asks first."""


def people_of(database: Database[dict[str, Any]]) -> People:
    """Those of a registry's own database, as it answers from just now."""

    def find(number: str, asked_by: str) -> tuple[str, Dossier] | None:
        towns = list(database["populations"].find({"current": {"$ne": None}}))
        for town in sorted(towns, key=lambda each: each["_id"] != asked_by):
            place = {"town": town["_id"], "population": town["current"], "number": number}
            if found := database["dossiers"].find_one(place):
                return town["_id"], dossier_of(found)
        return None

    return find
