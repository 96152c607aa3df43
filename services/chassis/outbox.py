"""The outbox: events saved in their aggregate's own document, published right after, and swept up after a crash."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from pymongo.collection import Collection

from services.chassis import metrics
from services.chassis.crash import chassis_point
from services.chassis.publisher import PERSISTENT, TRANSIENT, Publisher, Unpublished
from services.chassis.topology import EVENTS
from services.contracts.envelope import CONTENT_TYPE, Envelope
from services.contracts.schema import load

log = structlog.get_logger()

GRACE = timedelta(seconds=3)
"""How long whoever saved an event has to publish it before the sweeper does."""


class Relay:
    """Publishes what the outboxes hold, in order, and empties them once the broker has confirmed."""

    def __init__(self, publisher: Publisher, *, clock: Callable[[], datetime]) -> None:
        self._publisher = publisher
        self._clock = clock
        self._collections: list[Collection[dict[str, Any]]] = []

    def watch(self, collection: Collection[dict[str, Any]]) -> None:
        """Have the sweeper look after a collection too."""
        collection.create_index("outbox_since", sparse=True)
        self._collections.append(collection)

    def relay(self, collection: Collection[dict[str, Any]], document: dict[str, Any]) -> None:
        """Publish the document's outbox and empty it. A failure is left to the sweeper: the effect is saved."""
        outbox = document["outbox"]
        if not outbox:
            return
        chassis_point("saved")
        for entry in outbox:
            try:
                self._publish(entry)
            except Unpublished as error:
                log.warning("event_not_published", event_id=entry["event"]["id"], reason=repr(error))
                return
        chassis_point("relayed")
        self._empty(collection, document)

    def sweep(self) -> int:
        """Publish what has waited longer than GRACE. Returns how many documents had something left."""
        found = 0
        for collection in self._collections:
            for document in collection.find({"outbox_since": {"$lt": self._clock() - GRACE}}).limit(100):
                found += 1
                metrics.OUTBOX_SWEPT.inc()
                log.info("outbox_swept", aggregate=document["_id"], events=len(document["outbox"]))
                self.relay(collection, document)
                if not document["outbox"]:
                    self._empty(collection, document)
        return found

    def _publish(self, entry: dict[str, Any]) -> None:
        envelope = load(Envelope, entry["event"])
        self._publisher.publish(
            envelope.to_json(),
            exchange=EVENTS.name,
            routing_key=envelope.type,
            message_id=envelope.id,
            headers={"traceparent": envelope.traceparent} if envelope.traceparent else {},
            content_type=CONTENT_TYPE,
            mandatory=not entry["ephemeral"],
            delivery_mode=TRANSIENT if entry["ephemeral"] else PERSISTENT,
        )
        metrics.EVENTS_PUBLISHED.labels(envelope.type).inc()

    @staticmethod
    def _empty(collection: Collection[dict[str, Any]], document: dict[str, Any]) -> None:
        """The version guards what a later change has put into the outbox meanwhile."""
        emptied = collection.update_one(
            {"_id": document["_id"], "version": document["version"]},
            {"$set": {"outbox": []}, "$unset": {"outbox_since": ""}},
        )
        if not emptied.matched_count:
            ids = [entry["event"]["id"] for entry in document["outbox"]]
            collection.update_one({"_id": document["_id"]}, {"$pull": {"outbox": {"event.id": {"$in": ids}}}})
