"""The population that the registry keeps itself: one source of the register, for towns that have no other yet."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from services.registry.domain import Dossier, Household, SourceUnavailable
from services.registry.sources.mapping import dossier_of, household_of
from services.registry.sources.populations import Populations


class PopulationSource:
    """A Register over the populations of the store. Every query names the town and its current population."""

    def __init__(self, populations: Populations, *, clock: Callable[[], datetime]) -> None:
        self._populations = populations
        self._clock = clock

    def view(self, *, town: str) -> "PopulationView":
        """Raises SourceUnavailable for a town without a population yet, and during its maintenance window."""
        return PopulationView(self._populations, town, self._current(town), self._clock, self._current)

    def _current(self, town: str) -> int:
        known = self._populations.towns.find_one({"_id": town}) or {}
        away = known.get("away")
        if away and (away["until"] is None or away["until"] > self._clock()):
            raise SourceUnavailable("paused", until=away["until"])
        if known.get("current") is None:
            raise SourceUnavailable("no-population-yet")
        return int(known["current"])


class PopulationView:
    """One population of one town."""

    def __init__(
        self,
        populations: Populations,
        town: str,
        population: int,
        clock: Callable[[], datetime],
        current: Callable[[str], int],
    ) -> None:
        self._populations = populations
        self._town = town
        self._population = population
        self._clock = clock
        self._current = current
        self._place = {"town": town, "population": population}

    def answers(self, number: str) -> tuple[Dossier | None, ...]:
        """As the dossier's `answers` says: late (SourceUnavailable until `after_s` from the first asking), or twice."""
        found = self._populations.dossiers.find_one({**self._place, "number": number})
        if found is None:
            return (None,)
        manner = found.get("answers") or {}
        if manner:
            self._wait(found["_id"], manner)
        return (dossier_of(found),) * (2 if manner.get("twice") else 1)

    def dossiers(self, numbers: tuple[str, ...]) -> dict[str, Dossier]:
        found = self._populations.dossiers.find({**self._place, "number": {"$in": list(numbers)}})
        by_number = {document["number"]: dossier_of(document) for document in found}
        return {number: by_number[number] for number in numbers if number in by_number}

    def household(self, household_id: str) -> Household | None:
        found = self._populations.households.find_one({**self._place, "household": household_id})
        return household_of(found) if found else None

    def confirm(self) -> None:
        """A town that was seeded anew in between is asked again."""
        if self._current(self._town) != self._population:
            raise SourceUnavailable("population-exchanged")

    def _wait(self, id: str, manner: dict[str, Any]) -> None:
        """The wait begins with the first asking, and anew after each answer."""
        asked_at, now = manner.get("first_asked_at"), self._clock()
        if asked_at is None:
            self._set_asked(id, now)
        if asked_at is None or now < asked_at + timedelta(seconds=manner["after_s"]):
            raise SourceUnavailable("late")
        self._set_asked(id, None)

    def _set_asked(self, id: str, at: datetime | None) -> None:
        self._populations.dossiers.update_one({"_id": id}, {"$set": {"answers.first_asked_at": at}})
