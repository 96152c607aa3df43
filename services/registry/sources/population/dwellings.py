"""Where people dwell, noted anew of what was stored before it was noted as it is now (mapping.DWELLING)."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

import structlog
from pymongo import UpdateOne

from services.registry.contradictions import Inconsistent
from services.registry.sources.population.mapping import (
    DWELLING,
    FORMER_DWELLINGS,
    dossier_document,
    dossier_of,
    household_document,
    household_of,
)
from services.registry.sources.population.populations import Populations

log = structlog.get_logger()

_AT_ONCE = 1000


def note_dwellings(populations: Populations) -> int:
    """In the populations that towns answer from; the number of documents that lacked it.

    What an earlier version noted is taken away: a process of that version then looks at everybody. Any number
    of processes may do so at once. What cannot be read stays without, and is looked at for every address.
    """
    noted = 0
    for town in populations.towns.find({"current": {"$ne": None}}):
        lacking = {"town": town["_id"], "population": town["current"], f"{DWELLING}.numbers": None}
        for collection, write in ((populations.dossiers, _of_dossier), (populations.households, _of_household)):
            updates = _updates(collection.find(lacking), write)
            while some := list(islice(updates, _AT_ONCE)):
                log.info("noting_dwellings", so_far=noted)  # for whoever waits: deploy/local/control.py
                noted += collection.bulk_write(some, ordered=False).matched_count
    return noted


def _updates(
    documents: Iterable[dict[str, Any]], write: Callable[[dict[str, Any]], dict[str, Any]]
) -> Iterator[UpdateOne]:
    former = dict.fromkeys(FORMER_DWELLINGS, "")
    for document in documents:
        with suppress(Inconsistent):
            yield UpdateOne({"_id": document["_id"]}, {"$set": {DWELLING: write(document)[DWELLING]}, "$unset": former})


def _of_dossier(document: dict[str, Any]) -> dict[str, Any]:
    return dossier_document(dossier_of(document))


def _of_household(document: dict[str, Any]) -> dict[str, Any]:
    return household_document(household_of(document))
