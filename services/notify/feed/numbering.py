"""Counting the public events: one order, in which a reader who has read up to a number never misses one before it.

Many processes keep events at once, so that none can number its own: one that was slower would come to stand before what
a reader has read. Instead each event is kept without a number, and whichever process looks next numbers those that
wait, in two steps that may end between any two writes. First it claims the next numbers for them in the one document
that counts, guarded by the last number: of two processes one does. Then it writes them, in their order. Nobody claims
more before what was claimed last is written, so that where a number can be read, all before it can.

Where the store was restored, numbers may have been read that it does not know: they are left out (pass_over).
"""

import secrets
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from pymongo import ASCENDING, DESCENDING, UpdateOne
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.chassis.crash import crash_point
from services.chassis.retention import EVER

AT_ONCE = 200

JUMP = 1_000_000
"""More events than are told between a backup and its restoring."""

_COUNT = "count"

_UNNUMBERED = {"unnumbered_since": {"$gt": EVER}}


class Numbering:
    """Numbers what waits in `department_events`; `department_count` holds the last number and whose they are."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._events = database["department_events"]
        self._counts = database["department_count"]
        self._events.create_index([("unnumbered_since", ASCENDING)], name="unnumbered", sparse=True)
        self._events.create_index([("_id", ASCENDING), ("unnumbered_since", ASCENDING)], name="numbering_guard")
        self._events.create_index([("number", ASCENDING)], name="number", sparse=True)
        by_hearer = [("only_for", ASCENDING), ("town", ASCENDING), ("number", ASCENDING)]
        self._events.create_index(by_hearer, name="pulled")
        self._counts.create_index([("_id", ASCENDING), ("last", ASCENDING)], name="guard")
        begun = {"last": 0, "claimed": [], "key": secrets.token_bytes(32)}
        with suppress(DuplicateKeyError):  # another process, at the same moment
            self._counts.update_one({"_id": _COUNT}, {"$setOnInsert": begun}, upsert=True)

    @property
    def key(self) -> bytes:
        """With which places in this order are locked, by all processes: who reads them learns no number."""
        return bytes(self._count()["key"])

    def last(self) -> int:
        """The last number that was claimed; what has it may not be readable yet."""
        return int(self._count()["last"])

    def readable(self) -> int:
        """The last number that an event has: all before it can be read. Of those that were claimed last some may be
        missing, and nobody else's are looked at."""
        count = self._count()
        written = int(count["last"]) - len(count["claimed"])
        return max(written, _newest(self._events, after=written))

    def is_left_out(self, number: int) -> bool:
        """Whether it may have been given in a time of which records are missing, and is not known now."""
        return any(gap["after"] < number <= gap["until"] for gap in self._count().get("left_out", []))

    def number(self) -> int:
        """Number what waits, until nothing does or another process is at it; how many these were."""
        numbered = 0
        while self._waiting(most=1):
            count = self._count()
            self._write(count["claimed"], last=count["last"])
            waiting = self._waiting()
            if not waiting or not self._claim(waiting, last=count["last"]):
                break
            crash_point("notify.numbers-claimed")
            self._write(waiting, last=count["last"] + len(waiting))
            numbered += len(waiting)
        return numbered

    def _waiting(self, most: int = AT_ONCE) -> list[str]:
        found = self._events.find(_UNNUMBERED, {"_id": 1}).sort("unnumbered_since", ASCENDING).limit(most)
        return [each["_id"] for each in found]

    def _claim(self, events: Sequence[str], *, last: int) -> bool:
        claimed = {"$set": {"last": last + len(events), "claimed": list(events)}}
        return self._counts.update_one({"_id": _COUNT, "last": last}, claimed).modified_count == 1

    def _write(self, events: Sequence[str], *, last: int) -> None:
        """The numbers that end with `last`, in their order; what has its own already keeps it."""
        left = {each["_id"] for each in self._events.find({"_id": {"$in": list(events)}, **_UNNUMBERED}, {"_id": 1})}
        steps = [
            UpdateOne({"_id": event, **_UNNUMBERED}, {"$set": {"number": number}, "$unset": {"unnumbered_since": ""}})
            for number, event in enumerate(events, last - len(events) + 1)
            if event in left
        ]
        if steps:
            self._events.bulk_write(steps, ordered=True)

    def _count(self) -> dict[str, Any]:
        found = self._counts.find_one({"_id": _COUNT})
        assert found is not None  # it is made before anything counts
        return found


def pass_over(database: Database[dict[str, Any]]) -> None:
    """After a restoring, before any service runs: give no number that may have been given since the backup was taken.

    Events may be of a later moment than the count, which is read first.
    """
    events, counts = database["department_events"], database["department_count"]
    count = counts.find_one({"_id": _COUNT})
    if count is None:
        return
    known = max(count["last"], _newest(events, after=0))
    gap = {"after": known, "until": known + JUMP}
    counts.update_one({"_id": _COUNT}, {"$set": {"last": gap["until"], "claimed": []}, "$push": {"left_out": gap}})


def _newest(events: Collection[dict[str, Any]], *, after: int) -> int:
    found = events.find_one({"number": {"$gt": after}}, {"number": 1}, sort=[("number", DESCENDING)])
    return int(found["number"]) if found else 0
