"""Whom the demonstration's sources know: those of the registers that `loket register seed` has filled."""

from collections.abc import Callable
from typing import Any

from pymongo.database import Database

from services.registry.domain import Dossier
from services.registry.sources.population.mapping import dossier_of

People = Callable[[str], tuple[str, Dossier] | None]
"""The town and the dossier of a number, None for nobody's."""


def people_of(database: Database[dict[str, Any]]) -> People:
    """Those of a registry's own database, as it answers from just now."""

    def find(number: str) -> tuple[str, Dossier] | None:
        for town in database["populations"].find({"current": {"$ne": None}}):
            place = {"town": town["_id"], "population": town["current"], "number": number}
            if found := database["dossiers"].find_one(place):
                return town["_id"], dossier_of(found)
        return None

    return find
