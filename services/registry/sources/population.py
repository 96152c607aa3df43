"""The population that the registry keeps itself: one source of the register, for towns that have no other yet."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.registry.domain import Dossier, Household, RegisterKind, SourceUnavailable, Standing
from services.registry.sources.mapping import dossier_of, household_of
from services.registry.sources.populations import Populations


class PopulationSource:
    """A Register over the populations of the store. Every query names the town and its current population."""

    def __init__(self, populations: Populations, *, clock: Callable[[], datetime]) -> None:
        self.populations = populations
        self.clock = clock

    def view(self, *, town: str) -> "PopulationView":
        """Raises SourceUnavailable for a town without a population yet, and during its maintenance window."""
        return PopulationView(self, town, self.current(town))

    def current(self, town: str) -> int:
        """The population that a town answers from. Raises SourceUnavailable."""
        known = self.populations.towns.find_one({"_id": town}) or {}
        away = known.get("away")
        if away and (away["until"] is None or away["until"] > self.clock()):
            raise SourceUnavailable("paused", until=away["until"])
        if known.get("current") is None:
            raise SourceUnavailable("no-population-yet")
        return int(known["current"])


class PopulationView:
    """One population of one town. See domain.View."""

    def __init__(self, source: PopulationSource, town: str, population: int) -> None:
        self._source = source
        self._town = town
        self._population = population
        self._place = {"town": town, "population": population}

    def dossier(self, number: str) -> Dossier | None:
        return self.dossiers((number,)).get(number)

    def dossiers(self, numbers: tuple[str, ...]) -> dict[str, Dossier]:
        found = self._dossiers.find({**self._place, "number": {"$in": list(numbers)}})
        by_number = {document["number"]: dossier_of(document) for document in found}
        return {number: by_number[number] for number in numbers if number in by_number}

    def merged_into(self, numbers: tuple[str, ...]) -> tuple[str, ...]:
        return self._numbers({"replaced_by": {"$in": list(numbers)}})

    def household(self, household_id: str) -> Household | None:
        found = self._source.populations.households.find_one({**self._place, "household": household_id})
        return household_of(found) if found else None

    def residents_of(self, household_id: str) -> tuple[str, ...]:
        return self._numbers(
            {
                "household": household_id,
                "replaced_by": None,
                "registration.standing": Standing.RESIDENT.value,
                "registration.register": {"$ne": RegisterKind.BIS.value},
            }
        )

    def confirm(self) -> None:
        """A town that was seeded anew in between is asked again."""
        if self._source.current(self._town) != self._population:
            raise SourceUnavailable("population-exchanged")

    @property
    def _dossiers(self) -> Any:
        return self._source.populations.dossiers

    def _numbers(self, wanted: dict[str, Any]) -> tuple[str, ...]:
        return tuple(sorted(each["number"] for each in self._dossiers.find({**self._place, **wanted}, {"number": 1})))
