"""What a view is asked besides numbers, answered from everything there is: for the stand-ins of domain.View."""

from collections.abc import Iterable

from services.contracts.address import Address
from services.registry.domain import Dossier, Household
from services.registry.elsewhere import is_certainly_elsewhere


class Near:
    """What a source that is not elsewhere says of itself."""

    test_numbers = False
    references: tuple[str, ...] = ()
    lacks: frozenset[str] = frozenset()

    def in_full(self, dossier: Dossier) -> Dossier:
        return dossier

    def close(self) -> None:
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
