"""The outbox: events saved in their aggregate's own document, published right after, and swept up after a crash.

What waits in one goes to `loket.events`, or, where it says so, over another bus: another virtual host of the broker.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from time import monotonic
from types import MappingProxyType
from typing import Any

import structlog
from pymongo.collection import Collection
from pymongo.errors import PyMongoError

from services.chassis import metrics
from services.chassis.crash import chassis_point
from services.chassis.publisher import PERSISTENT, TRANSIENT, Publisher, Unconfirmed, Unpublished
from services.chassis.signing import SIGNATURE, SigningKey
from services.chassis.topology import EVENTS
from services.contracts.envelope import CONTENT_TYPE, Envelope

log = structlog.get_logger()

GRACE = timedelta(seconds=3)
"""How long whoever saved an event has to publish it before the sweeper does."""

RESTLESS_S = 4 * GRACE.total_seconds()
"""How long there may be something for the sweeper after a start, and after an event that was not published."""


SETTLING_S = 10.0
"""A broker that has just begun confirms messages while a stream that should have them is not up yet: on 3.10 the first
after each kill -9 were missing there. So what leaves for another bus on a connection younger than this leaves again."""


IN_DOUBT_S = 4 * GRACE.total_seconds()
"""How long another bus is in doubt after it confirmed nothing. Whoever works on something else meanwhile, a mail to a
citizen, say, tells it in passing and waits no longer than IN_PASSING_S; the sweeper has the time."""

IN_PASSING_S = 0.2

LONGEST_PAUSE = timedelta(minutes=10)
"""An event for another bus is for several queues, and confirmed once all of them have it. Where one takes nothing the
others have it again each time it is repeated: so it waits as long as it has waited before, and no longer than this. So
much later it comes, too, once the broker takes messages again."""


@dataclass(frozen=True, kw_only=True)
class Bus:
    """Where events are published: a broker's virtual host and the topic exchange there."""

    publisher: Publisher
    exchange: str

    def must_repeat(self) -> bool:
        """Whether what was just confirmed may be missing in a stream."""
        return self.publisher.stands_for_s < SETTLING_S


class Unsettled(Unpublished):
    """Confirmed by a broker that has just begun: it leaves once more, as it does in every beginning."""


REMEMBERED = 20_000
"""Events of which this process knows that the broker has them."""


class Relay:
    """Signs and publishes what the outboxes hold, in order, and empties them once the broker has confirmed.

    Emptying need not be at once: it is done for many documents together, or by the next change of the same one. What a
    crash leaves in an outbox is published again, and those who listen have seen its id.
    """

    def __init__(
        self,
        publisher: Publisher,
        *,
        key: SigningKey,
        clock: Callable[[], datetime],
        others: Mapping[str, Bus] = MappingProxyType({}),
    ) -> None:
        self._bus = Bus(publisher=publisher, exchange=EVENTS.name)
        self._others = others
        self._key = key
        self._clock = clock
        self._collections: list[Collection[dict[str, Any]]] = []
        self._published: OrderedDict[str, None] = OrderedDict()
        self._in_doubt_until: dict[str, float] = {}
        self._to_empty: dict[tuple[str, str], tuple[Collection[dict[str, Any]], list[str]]] = {}
        self._any_to_empty = threading.Event()
        self._any_left = threading.Event()
        self._restless_until = monotonic() + RESTLESS_S  # what ended before us may have left something

    def watch(self, collection: Collection[dict[str, Any]]) -> None:
        """Have the sweeper look after a collection too: once, however many watch it, or all of it would leave again
        for each."""
        if collection.full_name in (each.full_name for each in self._collections):
            return
        collection.create_index("outbox_since", sparse=True)
        self._collections.append(collection)

    def waiting(self, outbox: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Those of an outbox's entries that this process has not published."""
        return [entry for entry in outbox if entry["id"] not in self._published]

    def relay(
        self, collection: Collection[dict[str, Any]], document: dict[str, Any], *, in_passing: bool = True
    ) -> bool:
        """Publish the document's outbox. A failure is left to the sweeper: the effect is saved. False where it was put
        off. `in_passing`: whoever calls has other work than this."""
        key = (collection.full_name, document["_id"])
        if not document["outbox"]:
            self._to_empty.pop(key, None)  # this change took out what was published before
            return True
        chassis_point("saved")
        for entry in self.waiting(document["outbox"]):
            try:
                self._publish(entry, patience_s=self._patience(entry) if in_passing else GRACE.total_seconds())
            except Unpublished as error:
                bus = entry.get("bus", EVENTS.name)
                if isinstance(error, Unsettled):
                    log.info("event_leaves_again", published_id=entry["id"], bus=bus)
                else:
                    log.warning("event_not_published", published_id=entry["id"], bus=bus, reason=repr(error))
                self._restless_until = monotonic() + RESTLESS_S
                self._any_left.set()
                is_in_doubt = isinstance(error, Unconfirmed) and "bus" in entry
                if is_in_doubt:
                    self._in_doubt_until[bus] = monotonic() + IN_DOUBT_S
                    self._put_off(collection, document, waits_since=entry["since"])
                return not is_in_doubt
        chassis_point("relayed")
        self._to_empty[key] = (collection, [entry["id"] for entry in document["outbox"]])
        self._any_to_empty.set()
        return True

    def hint(self, entries: list[dict[str, Any]]) -> None:
        """Send what is kept in no outbox, once, after what is: nothing where nobody watches. Who misses it has another
        way to know.
        """
        chassis_point("saved")
        for entry in entries:
            try:
                self._publish(entry, patience_s=self._patience(entry))
            except Unpublished:
                return
        chassis_point("relayed")

    def await_any(self) -> None:
        """Until there is something to empty."""
        self._any_to_empty.wait()

    def empty(self) -> None:
        """Take what was published since the last time out of the outboxes, with one write for each collection. What
        another change has put in meanwhile stays.
        """
        self._any_to_empty.clear()
        due, self._to_empty = self._to_empty, {}
        collections = {collection.full_name: collection for collection, _ in due.values()}
        try:
            for name, collection in collections.items():
                published = {id: events for (of, id), (_, events) in due.items() if of == name}
                every = list(chain.from_iterable(published.values()))
                collection.update_many({"_id": {"$in": list(published)}}, _without(every))
        except PyMongoError:
            self._to_empty = {**due, **self._to_empty}
            self._any_to_empty.set()
            raise

    def await_left(self, patience_s: float) -> None:
        """Until there may be something that this process has left to the sweeper; else until the time is over, since
        another may have, and died.
        """
        self._any_left.clear()
        if monotonic() >= self._restless_until:
            self._any_left.wait(patience_s)

    def sweep(self) -> int:
        """Publish what has waited longer than GRACE, or was left before our clock went back. Returns how many documents
        had something left.

        After the first that was put off the other collections' turn comes: those behind it were told once, too, and
        would wait as long for the same queue.
        """
        found = 0
        now = self._clock()
        for collection in self._collections:
            waits = collection.find({"outbox_since": {"$lt": now - GRACE}}).limit(100)
            ahead = collection.find({"outbox_since": {"$gt": now + LONGEST_PAUSE + GRACE}}).limit(100)
            for document in chain(waits, ahead):
                found += 1
                metrics.OUTBOX_SWEPT.inc()
                log.info("outbox_swept", aggregate=document["_id"], events=len(document["outbox"]))
                if not self.relay(collection, document, in_passing=False):
                    break
        return found

    def _put_off(
        self, collection: Collection[dict[str, Any]], document: dict[str, Any], *, waits_since: datetime
    ) -> None:
        """Have the sweeper come to it later; nothing where another process has published it."""
        now = self._clock()
        pause = min(max(abs(now - waits_since), GRACE), LONGEST_PAUSE)  # our clock may have gone back
        since = {"$cond": [{"$eq": ["$outbox", []]}, "$$REMOVE", now + pause - GRACE]}
        with suppress(PyMongoError):  # then it comes sooner
            collection.update_one({"_id": document["_id"]}, [{"$set": {"outbox_since": since}}])

    def _patience(self, entry: dict[str, Any]) -> float:
        """Seconds to wait for the broker; then it is the sweeper's, and who asked is told that all is saved."""
        is_in_doubt = monotonic() < self._in_doubt_until.get(entry.get("bus", EVENTS.name), 0.0)
        return IN_PASSING_S if is_in_doubt else GRACE.total_seconds()

    def _publish(self, entry: dict[str, Any], *, patience_s: float) -> None:
        traceparent, body = entry["traceparent"], entry["body"].encode()
        bus = self._others[entry["bus"]] if "bus" in entry else self._bus
        bus.publisher.publish(
            body,
            exchange=bus.exchange,
            routing_key=entry.get("routing_key", entry["type"]),
            message_id=entry["id"],
            headers={SIGNATURE: self._key.sign(body), **({"traceparent": traceparent} if traceparent else {})},
            content_type=CONTENT_TYPE,
            delivery_mode=TRANSIENT if entry["ephemeral"] else PERSISTENT,
            mandatory=not entry.get("outward"),
            patience_s=patience_s,
        )
        if bus is not self._bus and bus.must_repeat():
            raise Unsettled
        metrics.EVENTS_PUBLISHED.labels(entry["type"]).inc()
        if not entry["ephemeral"]:
            log.info("event_published", published_id=entry["id"])
        self._published[entry["id"]] = None
        if len(self._published) > REMEMBERED:
            self._published.popitem(last=False)


def outward_entry(*, bus: str, id: str, type: str, routing_key: str, body: bytes, since: datetime) -> dict[str, Any]:
    """An event for another bus, as it waits in an outbox `since` then: no queue need be bound for it there."""
    return {
        "bus": bus,
        "id": id,
        "type": type,
        "routing_key": routing_key,
        "body": body.decode(),
        "traceparent": None,
        "ephemeral": False,
        "outward": True,
        "since": since,
    }


def _without(published: list[str]) -> list[dict[str, Any]]:
    is_left = {"$not": [{"$in": ["$$this.id", {"$literal": published}]}]}
    left = {"$cond": [{"$isArray": ["$outbox"]}, {"$filter": {"input": "$outbox", "cond": is_left}}, "$$REMOVE"]}
    since = {"$cond": [{"$eq": ["$outbox", []]}, "$$REMOVE", "$outbox_since"]}
    return [{"$set": {"outbox": left}}, {"$set": {"outbox_since": since}}]


def entry_of(envelope: Envelope, *, ephemeral: bool) -> dict[str, Any]:
    """An event as it waits in an outbox: ready to be sent."""
    return {
        "id": envelope.id,
        "type": envelope.type,
        "body": envelope.to_json().decode(),
        "traceparent": envelope.traceparent,
        "ephemeral": ephemeral,
    }
