"""Extracts and the access log in MongoDB."""

import contextlib
from collections import Counter
from collections.abc import Callable, Container, Iterator
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from typing import Any

from pymongo import ASCENDING
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.chassis.admission import Hearing
from services.chassis.aggregates import Aggregates, Stored
from services.chassis.outbox import Relay
from services.chassis.retention import EVER, Rounds
from services.contracts.days import days_after, end_of
from services.contracts.delivery import ConcurrentChange
from services.contracts.envelope import Cause
from services.contracts.events import Event
from services.contracts.plans import read_plan
from services.contracts.retention import Cutoffs
from services.registry.access import Access
from services.registry.extract import HELD, Extract, State

_AT_ONCE = 100


class ExtractStore:
    """The collection `extracts`; `_id` is the application's."""

    def __init__(self, database: Database[dict[str, Any]], *, relay: Relay, clock: Callable[[], datetime]) -> None:
        self._aggregates = Aggregates(database["extracts"], relay=relay, service="registry", clock=clock)
        self._collection = self._aggregates.collection
        self._collection.create_index([("town", ASCENDING), ("due_at", ASCENDING)], name="due")  # for `held`
        self._collection.create_index([("due_at", ASCENDING)], name="due_anywhere")
        self._answered = Rounds(self._collection, moment="answered_at")
        self._unanswered = Rounds(self._collection, moment="since", by="answered_at")

    def hear(self, application_id: str, cause: Cause) -> Extract | None:
        """Raises AlreadyHandled and Unacceptable. Of what intake says of an application only the latest counts."""
        stored = self._aggregates.hear(application_id, cause, Hearing.LATEST)
        return _extract(stored) if stored else None

    def save(self, extract: Extract, events: tuple[Event, ...], *, cause: Cause | None = None) -> Extract:
        """Raises ConcurrentChange, also for one that was taken for new and is not."""
        body = _body(extract)
        if isinstance(extract.origin, Stored):
            return _extract(self._aggregates.change(extract.origin, body, events=events, cause=cause))
        created = self._aggregates.create(extract.application_id, body, town=extract.town, events=events, cause=cause)
        if created is None:
            raise ConcurrentChange(extract.application_id)
        return _extract(created)

    def due(self, *, towns: Container[str], now: datetime) -> list[Extract]:
        """At most a hundred."""
        with self._collection.find({"due_at": {"$gt": EVER, "$lte": now}}).sort("due_at", ASCENDING) as found:
            served = (document for document in found if document["town"] in towns)
            return [_extract(Aggregates.stored(document)) for document in islice(served, _AT_ONCE)]

    def past(self, cutoffs: Cutoffs) -> Iterator[Extract]:
        """See retention.PastExtracts."""
        return (_extract(Aggregates.stored(document)) for document in self._answered.past(cutoffs))

    def unanswered(self, *, asked_before: datetime) -> Iterator[Extract]:
        """See retention.PastExtracts."""
        return (_extract(Aggregates.stored(each)) for each in self._unanswered.piece(None, until=asked_before))

    def empty(self, extract: Extract) -> bool:
        """See retention.PastExtracts."""
        return isinstance(extract.origin, Stored) and self._aggregates.empty(extract.origin, state=extract.state.value)


def held(database: Database[dict[str, Any]], *, town: str) -> dict[str, int]:
    """How many of a town's extracts wait until people have mended something, by what: a kind of contradiction, …"""
    wanted = {"town": town, "due_at": {"$gt": EVER}, "state": {"$in": sorted(HELD)}}
    return dict(Counter(each["code"] for each in database["extracts"].find(wanted, {"code": 1})))


class AccessStore:
    """The collection `accesses`: entries go by themselves `kept_days` after their day, at its end."""

    def __init__(self, database: Database[dict[str, Any]], *, kept_days: int) -> None:
        self._collection = database["accesses"]
        self._kept_days = kept_days
        self._collection.create_index([("town", ASCENDING), ("about", ASCENDING), ("at", ASCENDING)], name="about")
        self._collection.create_index("expire_at", name="retention", expireAfterSeconds=0)

    def record(self, access: Access) -> None:
        entry = asdict(access)
        entry_id = entry.pop("id")
        document = {**entry, "about": list(access.about), "expire_at": end_of(days_after(access.at, self._kept_days))}
        with contextlib.suppress(DuplicateKeyError):
            self._collection.insert_one({"_id": entry_id, **document})

    def about(self, *numbers: str, town: str) -> list[Access]:
        """All looks at the data of one person, who may have several numbers (merges.numbers_of), the oldest first."""
        found = self._collection.find({"town": town, "about": {"$in": list(numbers)}}).sort("at", ASCENDING)
        return [_access(document) for document in found]


def _body(extract: Extract) -> dict[str, Any]:
    return {
        "product": extract.product,
        "state": extract.state.value,
        "request": extract.request,
        "since": extract.since,
        "tries": extract.tries,
        "due_at": extract.due_at,
        "promises": extract.promises,
        "promised_for": extract.promised_for,
        "code": extract.code,
        "answered_at": extract.answered_at,
        "asking": extract.asking,
        "plan": asdict(extract.plan) if extract.plan else None,
    }


def extract_of(document: dict[str, Any]) -> Extract:
    """The extract that a document of the collection holds."""
    return _extract(Aggregates.stored(document))


def _extract(stored: Stored) -> Extract:
    """Version 0.1 counted no promises, and did not know since when it asks; 0.9 knew no askings and plans."""
    body = stored.body
    plan = body.get("plan")
    return Extract(
        application_id=stored.id,
        town=stored.town,
        product=body["product"],
        state=State(body["state"]),
        request=body["request"],
        since=body.get("since"),
        tries=body["tries"],
        due_at=body["due_at"],
        promises=body.get("promises", 0),
        promised_for=body.get("promised_for"),
        code=body["code"],
        answered_at=body["answered_at"],
        asking=body.get("asking", 0),
        plan=read_plan(plan) if plan else None,
        origin=stored,
    )


def _access(document: dict[str, Any]) -> Access:
    return Access(
        id=document["_id"],
        town=document["town"],
        at=document["at"],
        by=document["by"],
        about=tuple(document["about"]),
        capacity=document["capacity"],
        product=document["product"],
        purpose=document["purpose"],
        outcome=document["outcome"],
        application_id=document["application_id"],
        reason=document.get("reason"),
    )
