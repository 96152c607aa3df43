"""Extracts in MongoDB."""

import heapq
from collections.abc import Callable, Container, Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from pymongo import ASCENDING
from pymongo.database import Database

from services.chassis.admission import Hearing
from services.chassis.aggregates import Aggregates
from services.chassis.outbox import Relay
from services.chassis.retention import EVER, Rounds
from services.chassis.stored import Stored
from services.contracts.delivery import ConcurrentChange
from services.contracts.envelope import Cause
from services.contracts.events import Event
from services.contracts.plans import read_plan
from services.contracts.retention import Cutoffs
from services.registry.extract import Absence, Extract, State

_AT_ONCE = 100

_OTHERS = timedelta(seconds=5)
"""How often is looked for what another process was to ask for again and did not: it ended."""


class ExtractStore:
    """The collection `extracts`; `_id` is the application's."""

    def __init__(self, database: Database[dict[str, Any]], *, relay: Relay, clock: Callable[[], datetime]) -> None:
        self._aggregates = Aggregates(database["extracts"], relay=relay, service="registry", clock=clock)
        self._collection = self._aggregates.collection
        self._collection.create_index([("town", ASCENDING), ("due_at", ASCENDING)], name="due")  # for standing.py
        self._collection.create_index([("due_at", ASCENDING)], name="due_anywhere")
        self._collection.create_index([("references", ASCENDING)], name="references", sparse=True)
        self._collection.create_index([("request_until", ASCENDING)], name="asked")
        self._others_at = EVER
        self._own: list[datetime] = []
        self._answered = Rounds(self._collection, moment="answered_at")
        self._unanswered = Rounds(self._collection, moment="since", by="answered_at")

    def hear(self, application_id: str, cause: Cause) -> Extract | None:
        """Raises AlreadyHandled and Unacceptable. Of what intake says of an application only the latest counts."""
        stored = self._aggregates.hear(application_id, cause, Hearing.LATEST)
        return _extract(stored) if stored else None

    def save(self, extract: Extract, events: tuple[Event, ...], *, cause: Cause | None = None) -> Extract:
        """Raises ConcurrentChange, also for one that was taken for new and is not."""
        body = _body(extract)
        if extract.due_at:
            heapq.heappush(self._own, extract.due_at)
        if isinstance(extract.origin, Stored):
            return _extract(self._aggregates.change(extract.origin, body, events=events, cause=cause))
        created = self._aggregates.create(extract.application_id, body, town=extract.town, events=events, cause=cause)
        if created is None:
            raise ConcurrentChange(extract.application_id)
        return _extract(created)

    def due(self, *, towns: Container[str], now: datetime) -> list[Extract]:
        """At most a hundred. The store is asked where something of this process' own may be due, and now and then."""
        if now < self._others_at and not (self._own and self._own[0] <= now):
            return []
        self._others_at = now + _OTHERS
        while self._own and self._own[0] <= now:
            heapq.heappop(self._own)
        with self._collection.find({"due_at": {"$gt": EVER, "$lte": now}}).sort("due_at", ASCENDING) as found:
            served = (document for document in found if document["town"] in towns)
            due = [_extract(Aggregates.stored(document)) for document in islice(served, _AT_ONCE)]
        if due:
            self._others_at = now  # there may be more
        return due

    def find(self, application_id: str, *, town: str) -> Extract | None:
        """The extract of a town's application; None where there is none, or it was emptied."""
        stored = self._aggregates.load(application_id, town=town)
        return _extract(stored) if stored and not stored.emptied else None

    def asked_until(self, moment: datetime) -> Iterator[Extract]:
        """See retention.PastExtracts."""
        found = self._collection.find({"request_until": {"$gt": EVER, "$lte": moment}}).limit(_AT_ONCE)
        return (_extract(Aggregates.stored(document)) for document in found)

    def waiting_for(self, reference: str) -> list[Extract]:
        """Those to whom a source promised an answer under this reference."""
        found = self._collection.find({"references": reference})
        return [_extract(Aggregates.stored(document)) for document in found]

    def past(self, cutoffs: Cutoffs) -> Iterator[Extract]:
        """See retention.PastExtracts."""
        return (_extract(Aggregates.stored(document)) for document in self._answered.past(cutoffs))

    def unanswered(self, *, asked_before: datetime) -> Iterator[Extract]:
        """See retention.PastExtracts."""
        return (_extract(Aggregates.stored(each)) for each in self._unanswered.piece(None, until=asked_before))

    def empty(self, extract: Extract) -> bool:
        """See retention.PastExtracts."""
        return isinstance(extract.origin, Stored) and self._aggregates.empty(extract.origin, state=extract.state.value)


def _body(extract: Extract) -> dict[str, Any]:
    return {
        "product": extract.product,
        "state": extract.state.value,
        "request": extract.request,
        "request_until": extract.request_until,
        "since": extract.since,
        "tries": extract.tries,
        "due_at": extract.due_at,
        "promises": extract.promises,
        "promised_for": extract.promised_for,
        "references": list(extract.references),
        "code": extract.code,
        "answered_at": extract.answered_at,
        "asking": extract.asking,
        "plan": asdict(extract.plan) if extract.plan else None,
        "away": asdict(extract.away) if extract.away else None,
    }


def extract_of(document: dict[str, Any]) -> Extract:
    """The extract that a document of the collection holds."""
    return _extract(Aggregates.stored(document))


def _extract(stored: Stored) -> Extract:
    """Version 0.1 counted no promises, and did not know since when it asks; 0.9 knew no askings, plans and sources;
    0.10 kept no request that was answered."""
    body = stored.body
    plan, away = body.get("plan"), body.get("away")
    return Extract(
        application_id=stored.id,
        town=stored.town,
        product=body["product"],
        state=State(body["state"]),
        request=body["request"],
        request_until=body.get("request_until"),
        since=body.get("since"),
        tries=body["tries"],
        due_at=body["due_at"],
        promises=body.get("promises", 0),
        promised_for=body.get("promised_for"),
        references=tuple(body.get("references", ())),
        code=body["code"],
        answered_at=body["answered_at"],
        asking=body.get("asking", 0),
        plan=read_plan(plan) if plan else None,
        away=Absence(**away) if away else None,
        origin=stored,
    )
