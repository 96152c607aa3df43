"""The public events in MongoDB, one document each, for as long as departments can catch up on them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.chassis.outbox import Relay, outward_entry
from services.contracts.departments import BUS
from services.notify.feed.confirmations import Confirmations
from services.notify.feed.projecting import Told
from services.notify.feed.references import References


class FeedStore:
    """The collection `department_events`; `_id` is the event's. Each goes `kept` after it was kept.

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
        self._collection.create_index("expire_at", name="retention", expireAfterSeconds=0)
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
            "outbox": [outward_entry(bus=BUS, id=event.id, type=event.type, routing_key=key, body=body)],
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
