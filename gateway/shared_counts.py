"""Where requests are counted: in the gateway's database for all its processes, in each for itself while that is away.

A count is one document, and one update guarded by its number moves it: however many ask at once, no more than `most`
get through. Neither an address nor a national number is in it.
"""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import pymongo
import structlog
from pymongo import ASCENDING, UpdateOne
from pymongo.database import Database
from pymongo.errors import BulkWriteError, DuplicateKeyError, PyMongoError
from pymongo.write_concern import WriteConcern

from gateway.counting import (
    Bill,
    Counts,
    MemoryCounts,
    Ticket,
    exchange,
    give_all_back,
    pay,
    refund,
    take_new,
)
from gateway.rates import Window

log = structlog.get_logger()

T = TypeVar("T")

PATIENCE_S = 3.0
"""How long counting may hold up a request; a store that takes longer is away."""

PROBE_S = 0.5
"""The same for the request that looks whether it is back."""

PAUSE_S, LONGEST_PAUSE_S = 1.0, 8.0
"""How long a store that was away is left alone; then one request tries it for all."""

DUPLICATE_KEY = 11000
"""The code of MongoDB's error."""

KEPT_AFTER_S = 60
"""How long the store keeps a count that is over, for a process whose clock is late."""


class StoreCounts:
    """In the database. Every operation names one document by its `_id`, and raises PyMongoError where it is away."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        # what is counted for minutes need not outlive a crash of the store
        self._counts = database.get_collection("counts", write_concern=WriteConcern(w=1))
        self._preparing = threading.Lock()
        self._is_prepared = False

    def prepare(self) -> None:
        """Once: the index that serves the guard exactly, and the one by which the store forgets what is over."""
        if self._is_prepared or not self._preparing.acquire(blocking=False):
            return  # without them counting is slower, and no less exact
        try:
            self._counts.create_index([("_id", ASCENDING), ("taken", ASCENDING)], name="guard")
            self._counts.create_index("expire_at", name="over", expireAfterSeconds=0)
            self._is_prepared = True
        finally:
            self._preparing.release()

    def take(self, window: Window) -> bool:
        try:
            self._counts.update_one(_with_room(window), _one_more(window), upsert=True)
        except DuplicateKeyError:  # it is full, or somebody else was the first at the same moment
            return self._counts.update_one(_with_room(window), _one_more(window)).modified_count == 1
        return True

    def take_new(self, windows: Sequence[Window], ticket: Ticket) -> Window | Ticket | None:
        """With one command, where all is as it mostly is."""
        paid = {"$setOnInsert": {"expire_at": _moment(ticket.until)}}
        steps = [UpdateOne(_with_room(window), _one_more(window), upsert=True) for window in windows]
        try:
            done = self._counts.bulk_write([*steps, UpdateOne({"_id": ticket.id}, paid, upsert=True)], ordered=True)
        except BulkWriteError as error:
            stopped = error.details["writeErrors"][0]
            if stopped["code"] != DUPLICATE_KEY:
                raise
            give_all_back(self, windows[: stopped["index"]])
            return take_new(self, windows, ticket)  # step by step, which finds out what is full
        if len(windows) in (done.upserted_ids or {}):
            return None
        give_all_back(self, windows)
        return ticket

    def give_back(self, window: Window) -> None:
        self._counts.update_one({"_id": window.id}, {"$inc": {"taken": -1}})

    def has_seen(self, ticket: Ticket) -> bool:  # noqa: ARG002 - it remembers nothing
        return False

    def knows(self, ticket: Ticket) -> bool:
        return self._counts.find_one({"_id": ticket.id}, {"_id": 1}) is not None

    def remember(self, ticket: Ticket) -> bool:
        try:
            self._counts.insert_one({"_id": ticket.id, "expire_at": _moment(ticket.until)})
        except DuplicateKeyError:
            return False
        return True

    def forget(self, ticket: Ticket) -> None:
        self._counts.delete_one({"_id": ticket.id})


def _with_room(window: Window) -> dict[str, Any]:
    return {"_id": window.id, "taken": {"$lt": window.most}}


def _one_more(window: Window) -> dict[str, Any]:
    return {"$inc": {"taken": 1}, "$setOnInsert": {"expire_at": _moment(window.ends)}}


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds + KEPT_AFTER_S, UTC)


class SharedCounts:
    """Counts of all processes, of which this one remembers its own part, to go on from when the store is away.

    No thread waits for the store to come back: while it is away nobody asks it, but for one request now and then.
    """

    def __init__(
        self,
        database: Database[dict[str, Any]],
        *,
        memory: MemoryCounts | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = StoreCounts(database)
        self._memory = memory or MemoryCounts()
        self._clock = clock
        self._lock = threading.Lock()
        self._pause = 0.0
        self._away_until = 0.0

    def pay(self, bill: Bill) -> Window | None:
        return self._count(lambda counts: pay(counts, bill))

    def refund(self, bill: Bill) -> None:
        self._count(lambda counts: refund(counts, bill))

    def exchange(self, windows: Sequence[Window], others: Sequence[Window]) -> None:
        self._count(lambda counts: exchange(counts, windows, others))

    def _count(self, act: Callable[[Counts], T]) -> T:
        pause, may_ask = self._turn()
        if may_ask:
            try:
                both = _Both(self._store, self._memory)
                with pymongo.timeout(PROBE_S if pause else PATIENCE_S):
                    self._store.prepare()
                    found = act(both)
            except PyMongoError as error:
                both.undo()
                self._was_away(error, pause)
            else:
                self._is_there()
                return found
        return act(self._memory)

    def _turn(self) -> tuple[float, bool]:
        """The pause that is kept at the moment, and whether this request may ask the store."""
        with self._lock:
            now, pause = self._clock(), self._pause
            may_ask = now >= self._away_until
            if may_ask and pause:
                self._away_until = now + PROBE_S + pause  # the others go on without, while this one looks
            return pause, may_ask

    def _was_away(self, error: PyMongoError, pause: float) -> None:
        with self._lock:
            if pause != self._pause:
                return  # another request has found out since
            if not pause:
                log.warning("counting_alone", error=type(error).__name__)
            self._pause = min(pause * 2 or PAUSE_S, LONGEST_PAUSE_S)
            self._away_until = self._clock() + self._pause

    def _is_there(self) -> None:
        with self._lock:
            if self._pause:
                log.info("counting_together")
            self._pause = self._away_until = 0.0


class _Both:
    """The store decides and the memory follows. Where the store goes away in between, the memory begins anew, alone."""

    def __init__(self, store: StoreCounts, memory: MemoryCounts) -> None:
        self._store = store
        self._memory = memory
        self._undoing: list[Callable[[], object]] = []

    def take(self, window: Window) -> bool:
        taken = self._store.take(window)
        if taken:
            self._follow(window)
        return taken

    def give_back(self, window: Window) -> None:
        self._store.give_back(window)
        self._memory.give_back(window)
        self._undoing.append(lambda: self._memory.take(window))

    def has_seen(self, ticket: Ticket) -> bool:
        return self._memory.has_seen(ticket)

    def knows(self, ticket: Ticket) -> bool:
        return self._memory.knows(ticket) or self._store.knows(ticket)

    def remember(self, ticket: Ticket) -> bool:
        is_new = self._store.remember(ticket)
        if self._memory.remember(ticket):
            self._undoing.append(lambda: self._memory.forget(ticket))
        return is_new

    def take_new(self, windows: Sequence[Window], ticket: Ticket) -> Window | Ticket | None:
        found = self._store.take_new(windows, ticket)
        if found is None:
            for window in windows:
                self._follow(window)
        if not isinstance(found, Window) and self._memory.remember(ticket):
            self._undoing.append(lambda: self._memory.forget(ticket))
        return found

    def forget(self, ticket: Ticket) -> None:
        self._store.forget(ticket)
        if self._memory.knows(ticket):
            self._memory.forget(ticket)
            self._undoing.append(lambda: self._memory.remember(ticket))

    def _follow(self, window: Window) -> None:
        if self._memory.take(window):
            self._undoing.append(lambda: self._memory.give_back(window))

    def undo(self) -> None:
        """In the memory, all that was done here."""
        for act in reversed(self._undoing):
            act()
