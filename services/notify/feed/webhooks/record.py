"""What became of deliveries, in the collection that store.py keeps them in: how a webhook gets on, what was tried for
it, what is sent again, and how much of all that is kept.
"""

import heapq
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database

from services.contracts.department_webhooks import DeliveryPlace, Progress
from services.notify.feed.webhooks.domain import MOST_KEPT, MOST_WAITING, Delivery, Standing
from services.notify.feed.webhooks.store import LEAST_KEPT, delivery_of

MOST_LOOKED_AT = 1000
"""Deliveries, for one page: it may be short, and then there is more behind it."""

Document = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Dropped:
    """So many are not kept any more, none of them delivered; the last is of an event that was kept at `until`."""

    count: int
    until: datetime


class DeliveryRecord:
    """Reads and bounds `webhook_deliveries`. Where `towns` are named, it is about deliveries of their events alone."""

    def __init__(self, database: Database[dict[str, Any]], *, kept: timedelta, clock: Callable[[], datetime]) -> None:
        self._collection = database["webhook_deliveries"]
        self._kept = max(kept, LEAST_KEPT)
        self._clock = clock

    def standings(self, webhooks: Iterable[str], *, towns: Collection[str] | None = None) -> dict[str, Standing]:
        """How each of these gets on: one look for all."""
        asked = list(webhooks)
        counts = {id: dict.fromkeys(Progress, 0) for id in asked}
        oldest: dict[str, datetime] = {}
        which = {"webhook": {"$in": asked}} | _of(towns)
        key = {"webhook": "$webhook", "progress": "$progress"}
        grouped = {"_id": key, "count": {"$sum": 1}, "oldest": {"$min": "$stored_at"}}
        for each in self._collection.aggregate([{"$match": which}, {"$group": grouped}]):
            webhook, progress = each["_id"]["webhook"], Progress(each["_id"]["progress"])
            counts[webhook][progress] = each["count"]
            if progress is Progress.WAITING:
                oldest[webhook] = each["oldest"]
        return {id: Standing(counts=counts[id], oldest=oldest.get(id)) for id in asked}

    def page(
        self,
        webhook: str,
        *,
        most: int,
        progress: Progress | None = None,
        towns: Collection[str] | None = None,
        after: DeliveryPlace | None = None,
    ) -> tuple[list[Delivery], DeliveryPlace | None]:
        """Those of the newest events first, behind a place; with the place where to go on, None at the end."""
        asked: dict[str, Any] = {"webhook": webhook}
        if progress:
            asked["progress"] = str(progress)
        if after:
            with suppress(OverflowError):  # nothing is of after all time
                asked |= _up_to(after.at)
        behind = (after.at, after.id) if after else None
        page: list[Delivery] = []
        place = None
        newest_first = [("stored_at", DESCENDING), ("_id", DESCENDING)]
        with self._collection.find(asked).sort(newest_first).limit(2 * MOST_LOOKED_AT) as found:
            for looked_at, each in enumerate(found):
                if behind and (each["stored_at"], each["_id"]) >= behind:
                    continue
                if len(page) == most or looked_at >= MOST_LOOKED_AT:
                    return page, place
                place = DeliveryPlace(at=each["stored_at"], id=each["_id"])
                if towns is None or each["town"] in towns:
                    page.append(delivery_of(each))
        return page, None

    def stored_at(self, webhook: str, event: str) -> datetime | None:
        """When an event of which it has a delivery was kept; None where it has none (any more)."""
        found = self._collection.find_one({"_id": f"{webhook}:{event}"}, {"stored_at": 1})
        return found["stored_at"] if found else None

    def replay(
        self,
        webhook: str,
        *progress: Progress,
        since: datetime,
        most: int,
        towns: Collection[str] | None = None,
    ) -> tuple[int, str | None]:
        """What came that far and is of events since then is due now, the oldest first, and tried for 72 hours; what was
        tried before stays in the record. How many are, and the first event that is not, None where all are.
        """
        chosen: list[str] = []
        following = None
        named = {"event": 1, "stored_at": 1, "town": 1}
        by_progress = [
            self._collection.find(
                {"webhook": webhook, "progress": str(each), "stored_at": {"$gte": since}}, named
            ).sort("stored_at", ASCENDING)
            for each in progress
        ]
        for each in heapq.merge(*by_progress, key=lambda found: found["stored_at"]):
            if towns is not None and each["town"] not in towns:
                continue
            if len(chosen) == most:
                following = each["event"]
                break
            chosen.append(each["_id"])
        for cursor in by_progress:
            cursor.close()
        now = self._clock()
        anew = {
            "since": now,
            "due_at": now,
            "progress": str(Progress.WAITING),
            "tries": 0,
            "expire_at": now + self._kept,
        }
        return self._collection.update_many({"_id": {"$in": chosen}}, {"$set": anew}).modified_count, following

    def park_beyond(self, webhook: str, *, most: int = MOST_WAITING) -> int:
        """Of what waits so much stays, the newest; the rest is parked. How many that are."""
        waiting = {"webhook": webhook, "progress": str(Progress.WAITING)}
        last = self._last_beyond(waiting, most)
        if last is None:
            return 0
        parked = {"$set": {"progress": str(Progress.PARKED), "due_at": None}}
        return self._collection.update_many(waiting | _up_to(last), parked).modified_count

    def drop_beyond(self, webhook: str, *, most: int = MOST_KEPT) -> Dropped | None:
        """So much stays, the newest, and all that waits. None where nothing undelivered went."""
        last = self._last_beyond({"webhook": webhook}, most)
        if last is None:
            return None
        gone = {
            progress: self._collection.delete_many(
                {"webhook": webhook, "progress": str(progress)} | _up_to(last)
            ).deleted_count
            for progress in (Progress.DELIVERED, Progress.PARKED)
        }
        return Dropped(count=gone[Progress.PARKED], until=last) if gone[Progress.PARKED] else None

    def remove(self, webhook: str) -> None:
        """All of it, with what was tried."""
        self._collection.delete_many({"webhook": webhook})

    def _last_beyond(self, asked: dict[str, Any], most: int) -> datetime | None:
        """When the newest event beyond so many of the newest was kept; whoever asks at the same time gets the same."""
        found = self._collection.find(asked, {"stored_at": 1}).sort("stored_at", DESCENDING).skip(most).limit(1)
        return next((each["stored_at"] for each in found), None)


def _of(towns: Collection[str] | None) -> dict[str, Any]:
    return {} if towns is None else {"town": {"$in": sorted(towns)}}


def _up_to(moment: datetime) -> dict[str, Any]:
    """That moment as well. The embedded store takes a bound of an index's middle field for before all that has it."""
    return {"stored_at": {"$lt": moment + timedelta(milliseconds=1)}}
