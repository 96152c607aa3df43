"""Where people dwell, written down for what was stored before that was: version 0.1 did not."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

from pymongo import UpdateOne

from services.registry.contradictions import Inconsistent
from services.registry.sources.mapping import dossier_document, dossier_of, household_document, household_of
from services.registry.sources.populations import Populations

_AT_ONCE = 1000


def note_dwellings(populations: Populations) -> int:
    """In the populations that towns answer from; the number of documents that lacked it.

    Any number of processes may do so at once. What cannot be read stays without, and is looked at for every address.
    """
    noted = 0
    for town in populations.towns.find({"current": {"$ne": None}}):
        lacking = {"town": town["_id"], "population": town["current"], "dwelling": None}
        for collection, write in ((populations.dossiers, _of_dossier), (populations.households, _of_household)):
            updates = _updates(collection.find(lacking), write)
            while some := list(islice(updates, _AT_ONCE)):
                noted += collection.bulk_write(some, ordered=False).matched_count
    return noted


def _updates(documents: Iterable[dict[str, Any]], write: Callable[[dict[str, Any]], str]) -> Iterator[UpdateOne]:
    for document in documents:
        with suppress(Inconsistent):
            yield UpdateOne({"_id": document["_id"]}, {"$set": {"dwelling": write(document)}})


def _of_dossier(document: dict[str, Any]) -> str:
    return str(dossier_document(dossier_of(document))["dwelling"])


def _of_household(document: dict[str, Any]) -> str:
    return str(household_document(household_of(document))["dwelling"])
