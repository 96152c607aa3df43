"""A store that was restored: which time is lost, and the numbers that are not given a second time.

Each service keeps in its own database, in the collection `restorations`, from when to when records are missing. What
was said in that time is of a past that no longer exists: where the broker still holds it, nothing comes of it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pymongo import UpdateOne
from pymongo.collection import Collection
from pymongo.database import Database

from services.contracts.restoring import LostTime

COLLECTION = "restorations"

UNDER_WAY = "under-way"
"""The id of a mark: what is in this database is not whole."""

JUMP = 1000
"""More events than any aggregate says in its life: numbers from before and after a restoring never meet."""

_AT_ONCE = 1000
_ALIVE = {"emptied_at": {"$exists": False}}
_NUMBERED = {"emitted": {"$exists": True}}
"""Tombstones, too, which may say something; those of versions before keep no number, and have said nothing."""


class NotWhole(Exception):
    """The database is being restored, or its restoring was interrupted: nobody may work on it."""


def lost_times(database: Database[dict[str, Any]]) -> tuple[LostTime, ...]:
    """Of which times a service lost its records, the earliest first. Raises NotWhole, and pymongo's PyMongoError."""
    found = list(database[COLLECTION].find())
    if any(each["_id"] == UNDER_WAY for each in found):
        raise NotWhole
    times = (LostTime(since=each["since"], until=each["until"]) for each in found)
    return tuple(sorted(times, key=lambda lost: lost.until))


def mark_under_way(database: Database[dict[str, Any]]) -> None:
    """Before the first document is put: services wait until `mark_restored`."""
    database[COLLECTION].update_one({"_id": UNDER_WAY}, {"$set": {"_id": UNDER_WAY}}, upsert=True)


def is_under_way(database: Database[dict[str, Any]]) -> bool:
    """Was a restoring begun here, and not finished?"""
    return database[COLLECTION].find_one({"_id": UNDER_WAY}) is not None


def mark_restored(database: Database[dict[str, Any]], lost: LostTime) -> None:
    """Everything is there; services may begin."""
    database[COLLECTION].update_one(
        {"_id": f"restored-{lost.until.isoformat()}"}, {"$set": {"since": lost.since, "until": lost.until}}, upsert=True
    )
    database[COLLECTION].delete_one({"_id": UNDER_WAY})


def pass_over(
    aggregates: Mapping[str, Collection[dict[str, Any]]],
    *,
    beside: Iterable[Collection[dict[str, Any]]] = (),
    hears_everything: Iterable[str] = ("intake",),
) -> None:
    """Leave out the numbers that may have been given in the lost time, before any service runs.

    `aggregates` maps services to their collections, in which one id stands for one subject. Versions and numbers of
    events go on JUMP higher, so that no id of an event is given to two. Who hears every event of a source
    (Hearing.CONTIGUOUS) waits for none that was said before and will not come; those that do come still count.
    `beside` are others, of which nobody hears every event.
    """
    for collection in (*aggregates.values(), *beside):
        collection.update_many(_NUMBERED, {"$inc": {"version": JUMP, "emitted": JUMP}})
    for hearing in hears_everything:
        for service, collection in aggregates.items():
            if service != hearing:
                _take_as_heard(collection, said_by=service, in_=aggregates[hearing])


def _take_as_heard(said: Collection[dict[str, Any]], *, said_by: str, in_: Collection[dict[str, Any]]) -> None:
    updates: list[UpdateOne] = []
    for document in said.find(_ALIVE, {"emitted": 1}):
        key = f"heard.{said_by}/{document['_id']}"
        updates.append(UpdateOne({"_id": document["_id"], **_ALIVE}, {"$set": {key: document["emitted"]}}))
        if len(updates) == _AT_ONCE:
            in_.bulk_write(updates, ordered=False)
            updates = []
    if updates:
        in_.bulk_write(updates, ordered=False)
