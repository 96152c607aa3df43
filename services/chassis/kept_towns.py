"""Towns as they stand in a service's store: what is changed there is served by each of its processes."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from pymongo.database import Database

from services.chassis.admission import Hearing
from services.chassis.aggregates import Aggregates
from services.chassis.outbox import Relay
from services.contracts.delivery import ConcurrentChange
from services.contracts.envelope import Cause
from services.contracts.living_towns import LivingTowns
from services.contracts.schema import dump, load
from services.contracts.town_setups import ChangedTown, TownChanged

if TYPE_CHECKING:  # an operator's commands read what is kept here, without what a service is made of
    from services.chassis.runtime import Runtime

COLLECTION = "towns"
"""A document for each town that was ever changed, under its REFNIS code: which version is `served`, and its `setup`."""


class StoredTowns:
    """Has the towns of this process follow what is in the store, whichever process put it there."""

    def __init__(self, towns: LivingTowns, database: Database[dict[str, Any]]) -> None:
        self._towns = towns
        self._collection = database[COLLECTION]

    @classmethod
    def of(cls, runtime: "Runtime[Any]") -> Self:
        """Of a service whose settings have `towns`."""
        return cls(runtime.settings.towns, runtime.database)

    def start(self) -> None:
        """What was changed before this process began, before the first event and question."""
        self.refresh()

    def refresh(self) -> int:
        """How many towns are served otherwise from now on."""
        known = self._towns.versions
        found = [(each["_id"], each["served"]) for each in self._collection.find({}, {"served": 1})]
        return sum(self._take(id) for id, version in found if version > known.get(id, 0))

    def _take(self, id: str) -> bool:
        document = self._collection.find_one({"_id": id}, {"served": 1, "setup": 1})
        if document is None:
            return False
        return self._towns.take(
            load(ChangedTown, {"town": id, "version": document["served"], "setup": document["setup"]})
        )


class KeptTowns:
    """What a service but intake hears of towns. Of two versions the later counts, in whatever order they come."""

    def __init__(
        self,
        towns: LivingTowns,
        database: Database[dict[str, Any]],
        *,
        relay: Relay,
        service: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._towns = towns
        self._aggregates = Aggregates(database[COLLECTION], relay=relay, service=service, clock=clock)

    @classmethod
    def of(cls, runtime: "Runtime[Any]") -> Self:
        """Of a service whose settings have `towns`."""
        settings = runtime.settings
        return cls(settings.towns, runtime.database, relay=runtime.relay, service=settings.OWNER, clock=runtime.clock)

    def keep(self, event: TownChanged, cause: Cause) -> None:
        """Raises AlreadyHandled for what was kept before, or was overtaken, and ConcurrentChange."""
        stored = self._aggregates.hear(event.town_id, cause, Hearing.LATEST)
        body = {"served": event.version, "setup": dump(event)["setup"], "changed_at": event.changed_at}
        if stored is not None:
            self._aggregates.change(stored, body, cause=cause)
        elif self._aggregates.create(event.town_id, body, town=cause.town, cause=cause) is None:
            raise ConcurrentChange(event.town_id)
        self._towns.take(ChangedTown(town=event.town_id, version=event.version, setup=event.setup))
