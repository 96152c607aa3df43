"""What was asked about certificates, in MongoDB: beside them, since intake hears every event that a certificate's own
document says, and numbers of these would be missing there."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from pymongo.database import Database

from services.chassis.admission import Hearing
from services.chassis.aggregates import Aggregates
from services.chassis.crash import crash_point
from services.chassis.outbox import Relay
from services.chassis.retention import EVER, Rounds
from services.chassis.stored import Stored
from services.contracts.delivery import ConcurrentChange
from services.contracts.documents import RecheckRequested
from services.contracts.envelope import Cause
from services.contracts.retention import Cutoffs
from services.documents.still_true import Truth

_KEPT = tuple(each.name for each in fields(Truth) if each.name not in ("application_id", "town", "origin"))


class TruthStore:
    """The collection `rechecks`; `_id` is the application's. See ports.Truths."""

    def __init__(self, database: Database[dict[str, Any]], *, relay: Relay, clock: Callable[[], datetime]) -> None:
        self._collection = database["rechecks"]
        self._aggregates = Aggregates(self._collection, relay=relay, service="documents", clock=clock)
        self._collection.create_index([("wanted_at", 1)])
        self._collection.create_index([("town", 1), ("wanted_at", 1)])
        self._collection.create_index([("awaited_since", 1)])
        self._rounds = Rounds(self._collection, moment="issued_at")

    def load(self, application_id: str, *, town: str) -> Truth | None:
        """See ports.Truths."""
        stored = self._aggregates.load(application_id, town=town)
        return _truth(stored) if stored and not stored.emptied else None

    def hear(self, application_id: str, *, cause: Cause) -> Truth | None:
        """See ports.Truths. Every answer of the registry counts, in any order. It is as the store holds it: another
        process may have asked since this one saved it last, and an answer to what nobody asked is turned away."""
        stored = self._aggregates.load(application_id, town=cause.town)
        if stored is None:
            return None
        self._aggregates.admit(stored, cause, Hearing.EVERY)
        return _truth(stored)

    def save(self, truth: Truth, *, events: Sequence[RecheckRequested] = (), cause: Cause | None = None) -> Truth:
        """See ports.Truths."""
        body = {name: getattr(truth, name) for name in _KEPT}
        if isinstance(truth.origin, Stored):
            stored = self._aggregates.change(truth.origin, body, events=events, cause=cause)
        else:
            created = self._aggregates.create(truth.application_id, body, town=truth.town, events=events, cause=cause)
            if created is None:
                raise ConcurrentChange(truth.application_id)
            stored = created
        crash_point("documents.recheck-kept")
        return _truth(stored)

    def is_any_wanted(self) -> bool:
        """See ports.Truths."""
        return self._collection.find_one({"wanted_at": {"$gt": EVER}}, {"_id": 1}) is not None

    def wanted(self, *, town: str, most: int) -> Iterator[Truth]:
        """See ports.Truths."""
        if most:
            found = self._collection.find({"town": town, "wanted_at": {"$gt": EVER}}).sort("wanted_at", 1).limit(most)
            yield from (_truth(Aggregates.stored(each)) for each in list(found))

    def awaited(self, *, since: datetime) -> Iterator[str]:
        """See ports.Truths."""
        return (each["town"] for each in self._collection.find({"awaited_since": {"$gt": since}}, {"town": 1}))

    def past(self, cutoffs: Cutoffs) -> Iterator[Truth]:
        """See ports.Truths."""
        return (_truth(Aggregates.stored(document)) for document in self._rounds.past(cutoffs))

    def empty(self, truth: Truth) -> bool:
        """See ports.Truths."""
        return isinstance(truth.origin, Stored) and self._aggregates.empty(truth.origin, state="over")


def _truth(stored: Stored) -> Truth:
    kept: Mapping[str, Any] = {name: stored.body[name] for name in _KEPT if name in stored.body}
    return Truth(application_id=stored.id, town=stored.town, origin=stored, **kept)
