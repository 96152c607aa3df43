"""A generated town to ask without a store, and what a view is asked besides numbers, answered from all there is."""

from collections.abc import Iterable

from deploy.demo.generator.population import generate
from services.contracts.address import Address
from services.registry.domain import Dossier, Household, Near
from services.registry.elsewhere import is_certainly_elsewhere


class GeneratedTown(Near):
    """See domain.View. `residents` and `seed` are those of population.generate."""

    def __init__(self, *, town: str, residents: int, seed: int) -> None:
        everything = list(generate(town=town, residents=residents, seed=seed))
        self.people: dict[str, Dossier] = {
            dossier.number: dossier for each in everything for dossier in (*each.members, *each.outside)
        }
        self.households: dict[str, Household] = {
            each.household.id: each.household for each in everything if each.household
        }

    def dossier(self, number: str) -> Dossier | None:
        return self.people.get(number)

    def dossiers(self, numbers: tuple[str, ...]) -> dict[str, Dossier]:
        return {number: self.people[number] for number in numbers if number in self.people}

    def household(self, household_id: str) -> Household | None:
        return self.households.get(household_id)

    def merged_into(self, numbers: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(number for number, each in self.people.items() if each.replaced_by in numbers)

    def residents_of(self, household_id: str) -> tuple[str, ...]:
        return tuple(
            number for number, each in self.people.items() if each.is_resident and each.household == household_id
        )

    def living_at(self, address: Address) -> tuple[str, ...]:
        return living_at(address, self.people.values(), self.households.values())

    def children_of(self, numbers: tuple[str, ...]) -> tuple[str, ...]:
        return children_of(numbers, self.people.values())

    def parents_of(self, numbers: tuple[str, ...]) -> tuple[str, ...]:
        return parents_of(numbers, self.people.values())

    def confirm(self) -> None:
        pass


def living_at(address: Address, dossiers: Iterable[Dossier], households: Iterable[Household]) -> tuple[str, ...]:
    homes = [home for home in households if not is_certainly_elsewhere(home.address, address)]
    found = {member.number for home in homes for member in home.members}
    for each in dossiers:
        there = each.current_stay is not None and not is_certainly_elsewhere(each.current_stay.address, address)
        if each.is_resident and (there or each.household in {home.id for home in homes}):
            found.add(each.number)
    return tuple(sorted(found))


def children_of(numbers: tuple[str, ...], dossiers: Iterable[Dossier]) -> tuple[str, ...]:
    return tuple(sorted(each.number for each in dossiers if any(parent.number in numbers for parent in each.parents)))


def parents_of(numbers: tuple[str, ...], dossiers: Iterable[Dossier]) -> tuple[str, ...]:
    return tuple(sorted(each.number for each in dossiers if set(numbers) & set(each.children)))
