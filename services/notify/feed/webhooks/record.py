"""What became of deliveries, in the collection that store.py keeps them in: how a webhook gets on, what was tried for
it, what is sent again, and how much of all that is kept, for how long.
"""

import heapq
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database

from services.chassis.retention import EVER
from services.contracts.department_webhooks import AttemptView, DeliveryPlace, DeliveryView, Progress
from services.notify.feed.webhooks.domain import MOST_KEPT, MOST_WAITING, Delivery, Standing
from services.notify.feed.webhooks.store import LEAST_KEPT, delivery_of, parked

MOST_LOOKED_AT = 1000
"""Deliveries, for one page: it may be short, and then there is more behind it."""

OLDEST_FIRST = [("stored_at", ASCENDING)]


@dataclass(frozen=True, kw_only=True)
class Dropped:
    """So many are not kept any more, none of them delivered, nor of an event that was kept after `until`."""

    count: int
    until: datetime


class DeliveryRecord:
    """Reads and bounds `webhook_deliveries`. Where `towns` are named, it is about deliveries of their events alone."""

    def __init__(self, database: Database[dict[str, Any]], *, kept: timedelta, clock: Callable[[], datetime]) -> None:
        self._collection = database["webhook_deliveries"]
        self._kept = max(kept, LEAST_KEPT)
        self._clock = clock

    def standings(self, webhooks: Iterable[str], *, towns: Collection[str] | None = None) -> dict[str, Standing]:
        """How each of these gets on."""
        places: list[dict[str, str]] = [{}] if towns is None else [{"town": town} for town in towns]
        return {id: self._standing([{"webhook": id, **place} for place in places]) for id in webhooks}

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
            "kept_until": None,
            "tries": 0,
        }
        return self._collection.update_many({"_id": {"$in": chosen}}, {"$set": anew}).modified_count, following

    def park_beyond(self, webhook: str, *, most: int = MOST_WAITING) -> int:
        """Of what waits so much stays, the newest; the rest is parked. How many that are."""
        waiting = {"webhook": webhook, "progress": str(Progress.WAITING)}
        last = self._last_beyond(waiting, most)
        if last is None:
            return 0
        changed = {"$set": parked(self._clock() + self._kept)}
        return self._collection.update_many(waiting | _up_to(last), changed).modified_count

    def drop_beyond(self, webhook: str, *, most: int = MOST_KEPT) -> Dropped | None:
        """So much stays, the newest, and all that waits. None where nothing undelivered went."""
        last = self._last_beyond({"webhook": webhook}, most)
        if last is None:
            return None
        return self._drop(webhook, _up_to(last), until=last)

    def drop_over(self, webhook: str) -> Dropped | None:
        """What was delivered or parked long ago goes. None where nothing undelivered went."""
        over = {"kept_until": {"$gt": EVER, "$lte": self._clock()}}
        undelivered = {"webhook": webhook, "progress": str(Progress.PARKED), **over}
        last = self._collection.find_one(undelivered, {"stored_at": 1}, sort=[("stored_at", DESCENDING)])
        return self._drop(webhook, over, until=last["stored_at"] if last else EVER)

    def webhooks(self) -> Sequence[str]:
        """Of which there are deliveries."""
        return self._collection.distinct("webhook")

    def remove(self, webhook: str) -> None:
        """All of it, with what was tried."""
        self._collection.delete_many({"webhook": webhook})

    def _standing(self, questions: Sequence[dict[str, str]]) -> Standing:
        """Of deliveries that answer one of them."""
        counts = {
            progress: sum(self._collection.count_documents({**each, "progress": str(progress)}) for each in questions)
            for progress in Progress
        }
        waiting = [{**each, "progress": str(Progress.WAITING)} for each in questions]
        firsts = [self._collection.find_one(each, {"stored_at": 1}, sort=OLDEST_FIRST) for each in waiting]
        return Standing(counts=counts, oldest=min((each["stored_at"] for each in firsts if each), default=None))

    def _drop(self, webhook: str, which: dict[str, Any], *, until: datetime) -> Dropped | None:
        """Of what is done with; none of the undelivered is of an event that was kept after `until`."""
        of_it = {"webhook": webhook, **which}
        self._collection.delete_many({**of_it, "progress": str(Progress.DELIVERED)})
        undelivered = self._collection.delete_many({**of_it, "progress": str(Progress.PARKED)}).deleted_count
        return Dropped(count=undelivered, until=until) if undelivered else None

    def _last_beyond(self, asked: dict[str, Any], most: int) -> datetime | None:
        """When the newest event beyond so many of the newest was kept; whoever asks at the same time gets the same."""
        found = self._collection.find(asked, {"stored_at": 1}).sort("stored_at", DESCENDING).skip(most).limit(1)
        return next((each["stored_at"] for each in found), None)


def delivery_view(delivery: Delivery) -> DeliveryView:
    """As its department and operators read it."""
    return DeliveryView(
        event=delivery.event,
        name=delivery.name,
        town=delivery.town,
        stored_at=delivery.stored_at,
        progress=str(delivery.progress),
        due_at=delivery.due_at,
        attempts=tuple(
            AttemptView(
                at=each.at,
                took_ms=each.took // timedelta(milliseconds=1),
                status=each.status,
                reason=each.reason,
            )
            for each in delivery.attempts
        ),
    )


def _up_to(moment: datetime) -> dict[str, Any]:
    """That moment as well. The embedded store takes a bound of an index's middle field for before all that has it."""
    return {"stored_at": {"$lt": moment + timedelta(milliseconds=1)}}
