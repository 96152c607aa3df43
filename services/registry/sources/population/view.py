"""The population that the registry keeps itself: one source of the register, for towns that have no other yet."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import chain
from typing import Any

from services.contracts.address import Address
from services.registry.domain import Dossier, Household, Near, RegisterKind, SourceUnavailable, Standing
from services.registry.elsewhere import UNNUMBERED, house_numbers, is_certainly_elsewhere
from services.registry.sources.population.blanks import optional
from services.registry.sources.population.mapping import DWELLING, NOWHERE, address_of, dossier_of, household_of
from services.registry.sources.population.populations import Populations

_STANDING = {"number": 1, "replaced_by": 1, "registration": 1}
"""What tells of a document whether it is a resident's. The store is asked for it, not to compare it: the embedded one
finds by no index as soon as a filter has `$ne`, and a resident is one of some hundred whom an index finds."""

_NUMBERS = f"{DWELLING}.numbers"
_NOT_NOTED: dict[str, Any] = {_NUMBERS: None}
"""What was written before there was such a field, or could not be read: all of it is looked at."""


class PopulationSource:
    """A Register over the populations of the store. Every query names the town and its current population."""

    def __init__(self, populations: Populations, *, clock: Callable[[], datetime]) -> None:
        self.populations = populations
        self.clock = clock
        self._confirmed: dict[str, int] = {}

    def view(self, *, town: str) -> "PopulationView":
        """Raises SourceUnavailable for a town without a population yet, and during its maintenance window."""
        return PopulationView(self, town, self.assumed(town))

    def assumed(self, town: str) -> int:
        """The population that the last look was confirmed of, since a look is confirmed before anything leaves; where
        it was not, the current one. Raises SourceUnavailable.
        """
        return self._confirmed.get(town) or self.current(town)

    def confirm(self, town: str, population: int) -> None:
        """Raises SourceUnavailable where that is not what the town answers from."""
        self._confirmed.pop(town, None)
        if self.current(town) != population:
            raise SourceUnavailable("population-exchanged")
        self._confirmed[town] = population

    def current(self, town: str) -> int:
        """The population that a town answers from. Raises SourceUnavailable."""
        known = self.populations.towns.find_one({"_id": town}) or {}
        away = known.get("away")
        if away and (away["until"] is None or away["until"] > self.clock()):
            raise SourceUnavailable("paused", until=away["until"])
        if known.get("current") is None:
            raise SourceUnavailable("no-population-yet")
        return int(known["current"])


class PopulationView(Near):
    """One population of one town. See domain.View. Nobody's dossier is read twice, nor looked for."""

    def __init__(self, source: PopulationSource, town: str, population: int) -> None:
        self._source = source
        self._town = town
        self._population = population
        self._place = {"town": town, "population": population}
        self._met: dict[str, Dossier | None] = {}
        self._former: dict[str, list[str]] = {}

    def dossier(self, number: str) -> Dossier | None:
        return self.dossiers((number,)).get(number)

    def dossiers(self, numbers: tuple[str, ...]) -> dict[str, Dossier]:
        if wanted := [number for number in numbers if number not in self._met]:
            documents = self._dossiers.find({**self._place, "number": {"$in": wanted}})
            found = {document["number"]: self._read(document) for document in documents}
            self._met |= {number: found.get(number) for number in wanted}
        return {number: dossier for number in numbers if (dossier := self._met[number]) is not None}

    def merged_into(self, numbers: tuple[str, ...]) -> tuple[str, ...]:
        if wanted := [number for number in numbers if number not in self._former]:
            found: dict[str, list[str]] = {number: [] for number in wanted}
            named = {"number": 1, "replaced_by": 1}
            for each in self._dossiers.find({**self._place, "replaced_by": {"$in": wanted}}, named):
                into = each["replaced_by"]  # a list, where it cannot be read: whoever it names is met
                for number in wanted:
                    if number == into or (isinstance(into, list) and number in into):
                        found[number].append(each["number"])
            self._former |= found
        return tuple(sorted({former for number in numbers for former in self._former[number]}))

    def household(self, household_id: str) -> Household | None:
        found = self._source.populations.households.find_one({**self._place, "household": household_id})
        return household_of(found) if found else None

    def residents_of(self, household_id: str) -> tuple[str, ...]:
        return tuple(sorted(each["number"] for each in self._residents({"household": household_id})))

    def living_at(self, address: Address) -> tuple[str, ...]:
        homes = self._homes_at(address)
        found = {member.number for home in homes for member in home.members}
        found |= {
            each["number"] for each in self._residents(_noted(address), {DWELLING: 1}) if _may_be_at(each, address)
        }
        found |= {each["number"] for each in self._residents(_NOT_NOTED, {"stays": 1}) if _lives_at(each, address)}
        named = self._residents({"household": {"$in": [home.id for home in homes]}}) if homes else ()
        return tuple(sorted(found.union(each["number"] for each in named)))

    def children_of(self, numbers: tuple[str, ...]) -> tuple[str, ...]:
        return self._numbers({"parents.number": {"$in": list(numbers)}})

    def parents_of(self, numbers: tuple[str, ...]) -> tuple[str, ...]:
        return self._numbers({"children": {"$in": list(numbers)}})

    def confirm(self) -> None:
        """A town that was seeded anew in between is asked again."""
        self._source.confirm(self._town, self._population)

    def _homes_at(self, address: Address) -> list[Household]:
        households = self._source.populations.households
        noted = filter(
            lambda each: _may_be_at(each, address),
            households.find({**self._place, **_noted(address)}),
        )
        homes = map(household_of, chain(noted, households.find({**self._place, **_NOT_NOTED})))
        return [each for each in homes if not is_certainly_elsewhere(each.address, address)]

    def _read(self, document: dict[str, Any]) -> Dossier:
        return dossier_of(document)

    @property
    def _dossiers(self) -> Any:
        return self._source.populations.dossiers

    def _residents(self, wanted: dict[str, Any], fields: dict[str, int] | None = None) -> Iterator[dict[str, Any]]:
        return filter(
            _is_resident,
            self._dossiers.find({**self._place, **wanted}, _STANDING | (fields or {})),
        )

    def _numbers(self, wanted: dict[str, Any]) -> tuple[str, ...]:
        return tuple(sorted(each["number"] for each in self._dossiers.find({**self._place, **wanted}, {"number": 1})))


def _is_resident(document: dict[str, Any]) -> bool:
    """Not merged, and in a register. Who cannot be read may be: see _lives_at."""
    registration = document.get("registration")
    if optional(document.get("replaced_by")) is not None:
        return False
    if not isinstance(registration, dict):
        return True
    is_there = registration.get("standing") == Standing.RESIDENT.value
    return is_there and registration.get("register") != RegisterKind.BIS.value


def _noted(address: Address) -> dict[str, Any]:
    numbers = house_numbers(address)
    return {} if UNNUMBERED in numbers else {_NUMBERS: {"$in": [*numbers, UNNUMBERED]}}


def _may_be_at(document: dict[str, Any], address: Address) -> bool:
    """By what was noted of it."""
    there = document.get(DWELLING, NOWHERE)["address"]
    return there is not None and not is_certainly_elsewhere(Address(**there), address)


def _lives_at(document: dict[str, Any], address: Address) -> bool:
    """By the dossier itself. Who cannot be read may: that is found out, and named, where the whole dossier is read."""
    stays = document.get("stays")
    try:
        if not stays or optional(stays[-1]["until"]) is not None:
            return False
        return not is_certainly_elsewhere(address_of(stays[-1]["address"]), address)
    except (AttributeError, IndexError, KeyError, TypeError):
        return True
