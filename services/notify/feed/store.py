"""The public events in MongoDB, one document each, for as long as departments can catch up on them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from pymongo import ASCENDING
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.chassis.outbox import Relay, outward_entry
from services.chassis.retention import EVER
from services.contracts.departments import BUS
from services.notify.feed.confirmations import Confirmations
from services.notify.feed.projecting import Told
from services.notify.feed.references import References

AT_ONCE = 1000
"""Events that are deleted with one write."""


class FeedStore:
    """The collection `department_events`; `_id` is the event's. It is deleted `kept` after it was stored, but never
    before it was published, numbered and spread to webhooks.

    `unnumbered_since` waits for numbering.py. What application an event is about is kept longer, for who asks more
    (references.py).
    """

    def __init__(
        self, database: Database[dict[str, Any]], *, relay: Relay, kept: timedelta, clock: Callable[[], datetime]
    ) -> None:
        self._collection = database["department_events"]
        self._relay = relay
        self._kept = kept
        self._clock = clock
        self._collection.create_index("expire_at", name="kept_until")
        self._references = References(database)
        self._confirmations = Confirmations(database)
        relay.watch(self._collection)

    def tell(self, told: Told) -> bool:
        """See handlers.Feed. Where it is kept already, what a crash left unpublished is published."""
        event = told.event
        body = event.to_json()
        key = told.routing_key
        now = self._clock()
        document: dict[str, Any] = {
            "_id": event.id,
            "town": event.town,
            "name": event.name,
            "product": told.product,
            "body": body.decode(),
            "only_for": told.only_for,
            "asked": told.asked.department if told.asked else None,
            "stored_at": now,
            "webhooks_since": now,  # until deliveries are made of it (webhooks/store.py)
            "unnumbered_since": now,
            "expire_at": now + self._kept,
            "outbox": [outward_entry(bus=BUS, id=event.id, type=event.type, routing_key=key, body=body, since=now)],
            "outbox_since": now,
        }
        self._references.keep(told, now=now, with_event=self._kept)
        self._confirmations.keep(told, now=now, with_event=self._kept)
        try:
            self._collection.insert_one(document)
        except DuplicateKeyError:
            kept = self._collection.find_one({"_id": event.id}, {"outbox": 1})
            if kept and kept["outbox"]:
                self._relay.relay(self._collection, kept)
            return False
        self._relay.relay(self._collection, document)
        return True

    def forget(self, *, webhooks_since: datetime | None) -> int:
        """Delete what nobody can catch up on any more, but nothing that is still to be told: that has not left for the
        broker, has no number yet, or no deliveries where the first webhook was added before it (`webhooks_since`). The
        store by itself would delete that, too. How many these were."""
        marks = {"outbox_since": 1, "unnumbered_since": 1, "webhooks_since": 1}
        over = {"expire_at": {"$gt": EVER, "$lte": self._clock()}}
        forgotten = 0
        with self._collection.find(over, marks).sort("expire_at", ASCENDING).batch_size(AT_ONCE) as past:
            told = (each["_id"] for each in past if _is_told(each, webhooks_since))
            while piece := list(islice(told, AT_ONCE)):
                self._collection.delete_many({"_id": {"$in": piece}})
                forgotten += len(piece)
        return forgotten


def _is_told(event: dict[str, Any], webhooks_since: datetime | None) -> bool:
    if "outbox_since" in event or "unnumbered_since" in event:
        return False
    return webhooks_since is None or event.get("webhooks_since", EVER) < webhooks_since
