"""Correspondences in MongoDB, one document for each application."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pymongo.database import Database

from services.chassis.admission import Hearing
from services.chassis.aggregates import Aggregates
from services.chassis.crash import crash_point
from services.chassis.outbox import Relay
from services.chassis.retention import Rounds
from services.chassis.stored import Stored
from services.contracts.delivery import ConcurrentChange
from services.contracts.envelope import Cause
from services.contracts.events import Event
from services.contracts.retention import Cutoffs
from services.notify.domain import Correspondence, Kind, Message, Progress


class CorrespondenceStore:
    """The collection `correspondences`."""

    def __init__(self, database: Database[dict[str, Any]], *, relay: Relay, clock: Callable[[], datetime]) -> None:
        self._aggregates = Aggregates(database["correspondences"], relay=relay, service="notify", clock=clock)
        self._rounds = Rounds(self._aggregates.collection, moment="messages.at")

    def hear(self, application_id: str, cause: Cause) -> Correspondence:
        """The correspondence an event is for, empty where there is none. notify hears some events of a source only.

        Perhaps a guess: nothing is sent before `claim`, which finds out.
        """
        stored = self._aggregates.hear(application_id, cause, Hearing.EVERY, mostly_new=True)
        return _correspondence(stored) if stored else Correspondence(id=application_id, town=cause.town)

    def claim(self, correspondence: Correspondence) -> Correspondence:
        """Keep the intention to send. Raises ConcurrentChange."""
        claimed = self.save(correspondence)
        crash_point("notify.claimed")
        return claimed

    def save(
        self, correspondence: Correspondence, events: Sequence[Event] = (), *, cause: Cause | None = None
    ) -> Correspondence:
        """Keep what became of it, with the events it causes. Raises ConcurrentChange."""
        messages = [_message(each) for each in correspondence.messages]
        body = {"product": correspondence.product, "messages": messages}
        if isinstance(correspondence.origin, Stored):
            return _correspondence(self._aggregates.change(correspondence.origin, body, events=events, cause=cause))
        created = self._aggregates.create(correspondence.id, body, town=correspondence.town, events=events, cause=cause)
        if created is None:
            raise ConcurrentChange(correspondence.id)
        return _correspondence(created)

    def past(self, cutoffs: Cutoffs) -> Iterator[Correspondence]:
        """Some of those with a message older than their product's cutoff, in all towns."""
        return (_correspondence(Aggregates.stored(each)) for each in self._rounds.past(cutoffs))

    def empty(self, correspondence: Correspondence) -> bool:
        """Leave a tombstone, about which nothing is told any more. False where it changed meanwhile."""
        stored = correspondence.origin
        state = str(correspondence.messages[-1].progress)
        return isinstance(stored, Stored) and self._aggregates.empty(stored, state=state)


def _message(message: Message) -> dict[str, Any]:
    kept = {**asdict(message), "kind": str(message.kind), "progress": str(message.progress)}
    if not message.doubts:
        del kept["doubts"]  # the last version does not know it, and reads what hardly ever has it
    return kept


def _correspondence(stored: Stored) -> Correspondence:
    messages = tuple(
        Message(**{**each, "kind": Kind(each["kind"]), "progress": Progress(each["progress"])})
        for each in stored.body["messages"]
    )
    return Correspondence(
        id=stored.id,
        town=stored.town,
        product=stored.body.get("product"),  # version 0.1 did not keep it
        messages=messages,
        version=stored.version,
        origin=stored,
    )
