"""Applications in MongoDB, one document each."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, fields
from datetime import datetime
from itertools import islice
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, OperationFailure

from services.chassis.admission import Hearing
from services.chassis.aggregates import Aggregates
from services.chassis.outbox import Relay
from services.chassis.restorations import COLLECTION as RESTORATIONS
from services.chassis.retention import EVER, Rounds
from services.chassis.stored import Stored
from services.contracts.delivery import ConcurrentChange, Emptied, Unacceptable
from services.contracts.envelope import Cause
from services.contracts.events import Event
from services.contracts.intake import AWAITING_OTHERS, Position, State, Step
from services.contracts.plans import read_plan
from services.contracts.retention import Cutoffs
from services.intake.domain.application import Application, reconciled
from services.intake.domain.gate import Answer, Gate, GateState

_NOT_IN_BODY = {"id", "town", "version", "origin"}
_TO_RESUME = {"until": {"$exists": True}, "resumed": {"$exists": False}}


class ApplicationStore:
    """The collection `applications`."""

    def __init__(self, database: Database[dict[str, Any]], *, relay: Relay, clock: Callable[[], datetime]) -> None:
        self._aggregates = Aggregates(database["applications"], relay=relay, service="intake", clock=clock)
        self._collection = self._aggregates.collection
        self._collection.create_index(
            [("town", ASCENDING), ("applicant", ASCENDING), ("idempotency_key", ASCENDING)],
            name="one_per_key",
            unique=True,
        )
        self._collection.create_index(
            [("town", ASCENDING), ("applicant", ASCENDING), ("submitted_at", DESCENDING), ("_id", DESCENDING)],
            name="own_in_order",
        )
        self._collection.create_index([("town", ASCENDING), ("idempotency_key", ASCENDING)], name="key")
        with suppress(OperationFailure):  # version 0.1's, whose order left open which of one moment comes first
            self._collection.drop_index("own")
        self._collection.create_index([("town", ASCENDING), ("certificate_id", ASCENDING)], name="certificate")
        self._collection.create_index([("town", ASCENDING), ("deadline", ASCENDING)], name="overdue")  # for `resumable`
        self._collection.create_index([("deadline", ASCENDING)], name="overdue_anywhere")
        self._rounds = Rounds(self._collection, moment="submitted_at")
        self._restorations = database[RESTORATIONS]

    def add(self, application: Application, events: Sequence[Event]) -> Application:
        """Keep a new application with its events. Gives back what is kept under the applicant's idempotency key.

        A duplicate key may be our own insert, retried by the driver: what is kept then is ours.
        """
        created = None
        with suppress(DuplicateKeyError):
            created = self._aggregates.create(application.id, _body(application), town=application.town, events=events)
        if created:
            return _application(created)
        kept = self.with_key(
            town=application.town, applicant=application.applicant, idempotency_key=application.idempotency_key
        )
        if kept is None:
            raise ConcurrentChange(application.id)
        return kept

    def knows_key(self, *, town: str, idempotency_key: str) -> bool:
        """Whether anybody's application was filed under that key."""
        return self._collection.find_one({"town": town, "idempotency_key": idempotency_key}, {"_id": 1}) is not None

    def with_key(self, *, town: str, applicant: str, idempotency_key: str) -> Application | None:
        """The application filed under that key."""
        return self._one({"town": town, "applicant": applicant, "idempotency_key": idempotency_key})

    def hear(self, application_id: str, cause: Cause) -> Application:
        """The application an event is about, if the event may still act on it; intake hears all of each source."""
        stored = self._aggregates.hear(application_id, cause, Hearing.CONTIGUOUS)
        if stored is None:
            raise Unacceptable("unknown-application", application_id)
        return _application(stored)

    def save(self, application: Application, events: Sequence[Event], *, cause: Cause | None = None) -> Application:
        """See ports.Applications."""
        body = _body(application)
        return _application(self._aggregates.change(_origin(application), body, events=events, cause=cause))

    def say_of_emptied(self, application_id: str, events: Sequence[Event], *, cause: Cause) -> None:
        """See ports.Applications."""
        stored = self._aggregates.load(application_id, town=cause.town)
        if stored is None:
            raise Unacceptable("unknown-application", application_id)
        with suppress(Emptied):
            self._aggregates.admit(stored, cause, Hearing.CONTIGUOUS)
        self._aggregates.change(stored, {}, events=events, cause=cause)

    def watch(self, application: Application) -> Application:
        """See ports.Applications."""
        return _application(self._aggregates.watch(_origin(application)))

    def of(self, *, town: str, applicant: str, limit: int, after: Position | None = None) -> list[Application]:
        """At most so many of the applicant's applications, newest first: those behind a position.

        Which of one moment were seen is sorted out here: with an `$or`, the embedded store looks at every document.
        """
        wanted: dict[str, Any] = {"town": town, "applicant": applicant}
        if after:
            wanted["submitted_at"] = {"$lte": after.submitted_at}
        order = [("submitted_at", DESCENDING), ("_id", DESCENDING)]
        with self._collection.find(wanted).sort(order).batch_size(limit + 1) as found:
            behind = (each for each in found if after is None or _is_behind(each, after))
            return [_application(Aggregates.stored(each)) for each in islice(behind, limit)]

    def read(self, application_id: str, *, town: str, applicant: str) -> Application | None:
        """One of the applicant's applications."""
        stored = self._aggregates.load(application_id, town=town)
        own = stored is not None and not stored.emptied and stored.body["applicant"] == applicant
        return _application(stored) if stored and own else None

    def find(self, application_id: str, *, town: str) -> Application | None:
        """See ports.Applications."""
        stored = self._aggregates.load(application_id, town=town)
        if stored is not None and stored.emptied:
            raise Emptied(application_id)
        return _application(stored) if stored else None

    def with_certificate(self, certificate_id: str, *, town: str, applicant: str) -> Application | None:
        """The applicant's application that led to a certificate."""
        return self._one({"town": town, "certificate_id": certificate_id, "applicant": applicant})

    def overdue(self, *, towns: Container[str], now: datetime) -> Iterator[Application]:
        """See ports.Applications."""
        with self._collection.find({"deadline": {"$gt": EVER, "$lte": now}}).sort("deadline", ASCENDING) as found:
            for each in found:
                if each["town"] in towns:
                    yield _application(Aggregates.stored(each))

    def resumable(self, *, town: str) -> Iterator[Application]:
        """See ports.Applications. Which they are is read at once: each gets another deadline as it is seen to."""
        if not self._restorations.find_one(_TO_RESUME):
            return
        for each in list(self._collection.find({"town": town, "deadline": {"$gt": EVER}}, {"_id": 1})):
            if (stored := self._aggregates.load(each["_id"], town=town)) and not stored.emptied:
                yield _application(stored)

    def mark_resumed(self) -> None:
        """See ports.Applications."""
        self._restorations.update_many(_TO_RESUME, {"$set": {"resumed": True}})

    def past(self, cutoffs: Cutoffs) -> Iterator[Application]:
        """Some of those filed before their product's cutoff, in all towns; others at each call."""
        return (_application(Aggregates.stored(each)) for each in self._rounds.past(cutoffs))

    def empty(self, application: Application) -> bool:
        """Leave a tombstone that no question finds. False where it changed, or has something to say yet."""
        return self._aggregates.empty(_origin(application), state=application.state, unique=("idempotency_key",))

    def _one(self, question: dict[str, Any]) -> Application | None:
        document = self._collection.find_one(question)
        return _application(Aggregates.stored(document)) if document else None


def _is_behind(document: dict[str, Any], after: Position) -> bool:
    place: tuple[datetime, str] = document["submitted_at"], document["_id"]
    return place < (after.submitted_at, after.application_id)


def _body(application: Application) -> dict[str, Any]:
    """Version 0.9 knows no state of a gate beyond the facts: to it the application is deferred, which it lets wait."""
    body = {each.name: getattr(application, each.name) for each in fields(application) if each.name not in _NOT_IN_BODY}
    steps = {name: [asdict(step) for step in body[name]] for name in ("timeline", "early")}
    gates = [{**asdict(gate), "state": gate.state.value} for gate in application.gates]
    awaits = application.state.value if application.state in AWAITING_OTHERS else None
    state = State.DEFERRED if awaits else application.state
    plan = asdict(application.plan) if application.plan else None
    return {**body, **steps, "gates": gates, "plan": plan, "state": str(state), "awaits": awaits}


def _application(stored: Stored) -> Application:
    known = {each.name for each in fields(Application)} - _NOT_IN_BODY
    body = {name: value for name, value in stored.body.items() if name in known}
    steps = {name: tuple(Step(**step) for step in body[name]) for name in ("timeline", "early")}
    gates = gates_in(body)
    plan = read_plan(body["plan"]) if body.get("plan") else None
    body = {**body, **steps, "gates": gates, "plan": plan, "state": state_of(stored.body)}
    return reconciled(Application(id=stored.id, town=stored.town, version=stored.changes, origin=stored, **body))


def state_of(document: Mapping[str, Any]) -> State:
    """Of an application as it is stored."""
    state = State(document["state"])
    return State(document["awaits"]) if state is State.DEFERRED and document.get("awaits") else state


def gates_in(document: Mapping[str, Any]) -> tuple[Gate, ...]:
    """Those of an application as it is stored; version 0.9 stored none."""
    return tuple(map(_gate, document.get("gates") or ()))


def _gate(kept: Mapping[str, Any]) -> Gate:
    values = {each.name: kept[each.name] for each in fields(Gate) if each.name in kept}
    values |= {"state": GateState(kept["state"]), "digests": tuple(kept["digests"])}
    return Gate(**{**values, "answers": tuple(Answer(**each) for each in kept["answers"])})


def _origin(application: Application) -> Stored:
    if not isinstance(application.origin, Stored):
        raise TypeError("only what was read from the store can be changed there")
    return application.origin
