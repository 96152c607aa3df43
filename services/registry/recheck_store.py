"""Rechecks in MongoDB."""

from collections.abc import Callable, Iterator, Sequence
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
from services.contracts.registry import FactsRechecked, StillTrue
from services.contracts.retention import Cutoffs
from services.registry.rechecking import Recheck


class RecheckStore:
    """The collection `rechecks`; `_id` is the application's."""

    def __init__(self, database: Database[dict[str, Any]], *, relay: Relay, clock: Callable[[], datetime]) -> None:
        self._aggregates = Aggregates(database["rechecks"], relay=relay, service="registry", clock=clock)
        self._rounds = Rounds(self._aggregates.collection, moment="heard_at")
        self._clock = clock

    def hear(self, application_id: str, cause: Cause) -> Recheck | None:
        """See rechecking.Rechecks. Of what documents asks only the latest counts."""
        stored = self._aggregates.hear(application_id, cause, Hearing.LATEST)
        return _recheck(stored) if stored else None

    def begin(self, recheck: Recheck) -> Recheck:
        """See rechecking.Rechecks."""
        begun = self._save(recheck)
        crash_point("registry.recheck-begun")
        return begun

    def answer(self, recheck: Recheck, event: FactsRechecked, *, cause: Cause) -> None:
        """See rechecking.Rechecks."""
        crash_point("registry.recheck-looked")
        self._save(recheck, [event], cause=cause)

    def past(self, cutoffs: Cutoffs) -> Iterator[Recheck]:
        """See retention.PastRechecks."""
        return (_recheck(Aggregates.stored(document)) for document in self._rounds.past(cutoffs))

    def empty(self, recheck: Recheck) -> bool:
        """See retention.PastRechecks."""
        return isinstance(recheck.origin, Stored) and self._aggregates.empty(recheck.origin, state="rechecked")

    def _save(self, recheck: Recheck, events: Sequence[Event] = (), *, cause: Cause | None = None) -> Recheck:
        body = {
            "product": recheck.product,
            "asked_at": recheck.asked_at,
            "outcome": recheck.outcome.value if recheck.outcome else None,
            "heard_at": self._clock(),
        }
        if isinstance(recheck.origin, Stored):
            return _recheck(self._aggregates.change(recheck.origin, body, events=events, cause=cause))
        created = self._aggregates.create(recheck.application_id, body, town=recheck.town, events=events, cause=cause)
        if created is None:
            raise ConcurrentChange(recheck.application_id)
        return _recheck(created)


def _recheck(stored: Stored) -> Recheck:
    outcome = stored.body["outcome"]
    return Recheck(
        application_id=stored.id,
        town=stored.town,
        product=stored.body["product"],
        asked_at=stored.body["asked_at"],
        outcome=StillTrue(outcome) if outcome else None,
        origin=stored,
    )
