"""Who lives with the subject, as far as a question may and must know: gathered here, judged in entitlement.py (who is
protected) and by `check` (whether the register agrees with itself).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from services.contracts.extracts import MOST_MEMBERS
from services.contracts.register_codes import RELATIONS
from services.registry.addresses import is_same_address
from services.registry.consequences import COLLECTIVE, ELSEWHERE
from services.registry.contradictions import Contradiction, Inconsistent, concerning
from services.registry.domain import REFERENCE_PERSON, Dossier, Household, Membership, Stay, View
from services.registry.elsewhere import is_certainly_elsewhere
from services.registry.merges import Found, find_all, merged_into


@dataclass(frozen=True, kw_only=True)
class Home:
    """The household that the subject's dossier names, None where there is none, and whom it concerns.

    `listed` are the current numbers of all members, and `lacking` those of residents whose dossiers name the household,
    which does not list them; `members` and `unlisted` are their dossiers, beside their memberships, where not only the
    subject's own residence is asked for. Of a minor `parents` are those who may live there, and `neighbours` are all
    others who do at the same address; None where the source cannot tell who does.
    `former` are the dossiers that were merged into these.
    """

    household: Household | None
    listed: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    members: tuple[tuple[Membership, Found], ...] = ()
    unlisted: tuple[Dossier, ...] = ()
    parents: tuple[Found, ...] = ()
    neighbours: tuple[Found, ...] | None = ()
    former: tuple[Dossier, ...] = ()

    @property
    def involved(self) -> tuple[Dossier, ...]:
        """All dossiers that were seen, old ones too."""
        people = (*(found for _, found in self.members), *self.parents, *(self.neighbours or ()))
        seen = (dossier for found in people for dossier in (*found.trail, found.dossier) if dossier is not None)
        return (*seen, *self.unlisted, *self.former)

    @property
    def is_collective(self) -> bool:
        """Does nobody of the household have a relation to the others?"""
        household = self.household
        return household is not None and (
            household.collective or any(member.relation in COLLECTIVE for member in household.members)
        )

    @property
    def housemates(self) -> tuple[Found, ...]:
        """Who lives with the subject, as the household and their own dossiers agree.

        Of a collective household only the subject's parents: the others are strangers who live under one roof.
        """
        people = self.parents if self.is_collective else (found for _, found in self.members)
        return tuple(found for found in people if self._belongs(found))

    @property
    def is_shared_with_others(self) -> bool:
        """Does anybody live at the address, or perhaps, who does not certainly belong to the household?"""
        if self.neighbours is None:
            return True
        return not all(self._belongs(found) for found in (*self.parents, *self.neighbours))

    def dossiers_of(self, found: Found) -> tuple[Dossier, ...]:
        """All that were seen of somebody, old ones too."""
        numbers = {found.number, *(dossier.number for dossier in found.trail)}
        while more := {old.number for old in self.former if old.replaced_by in numbers} - numbers:
            numbers |= more
        seen = (*found.trail, *(() if found.dossier is None else (found.dossier,)))
        return (*seen, *(old for old in self.former if old.number in numbers))

    def _belongs(self, found: Found) -> bool:
        dossier, household = found.dossier, self.household
        if dossier is None or household is None or not dossier.is_resident:
            return False
        return dossier.household == household.id and found.number in self.listed


def look_around(subject: Dossier, view: View, *, shared: bool, minor: bool, at_home: bool = False) -> Home:
    """`shared` where more is told than the subject's own address to the subject: then everybody there is looked at; of
    a minor the parents as well, who lives in a collective household, and whoever else is at the address. Not so where
    who asks is `at_home` with the minor: then nobody outside the household concerns the answer. Raises what View
    raises.
    """
    household = view.household(subject.household) if subject.household else None
    collective = household is not None and household.collective
    parents = parents_of(subject, view) if minor and (collective or not at_home) else {}
    there = tuple(found for found in parents.values() if _may_live_with(found, subject))
    neighbours = _neighbours(subject, household, view) if minor and not at_home else ()
    if household is None:
        former = _former((*there, *(neighbours or ())), view)
        return Home(household=None, parents=there, neighbours=neighbours, former=former)
    residents = view.residents_of(household.id)
    met = tuple(membership.number for membership in household.members)
    if not shared or (collective and (at_home or not minor)):
        own = _own_place(household, met, residents, view)
        return replace(own, parents=there, former=_former(there, view))
    people = find_all(met, view)
    listed = tuple(people[number].number for number in met)
    lacking = tuple(number for number in residents if number not in listed)
    return Home(
        household=household,
        listed=listed,
        lacking=lacking,
        members=tuple((membership, people[membership.number]) for membership in household.members),
        unlisted=tuple(view.dossiers(lacking).values()) if lacking else (),
        parents=there,
        neighbours=neighbours,
        former=_former((*people.values(), *there, *(neighbours or ())), view),
    )


def _own_place(household: Household, met: tuple[str, ...], residents: tuple[str, ...], view: View) -> Home:
    """Nobody's dossier is read but of whom the list does not tell that it is a resident: an old number, perhaps."""
    others = find_all((number for number in met if number not in residents), view)
    listed = tuple(others[number].number if number in others else number for number in met)
    return Home(
        household=household, listed=listed, lacking=tuple(number for number in residents if number not in listed)
    )


def parents_of(child: Dossier, view: View) -> dict[str, Found]:
    """Everybody whom any dossier of the child, old ones too, names as a parent, and whose own names the child."""
    dossiers = (child, *merged_into([child.number], view).values())
    named = (parent.number for dossier in dossiers for parent in dossier.parents)
    return find_all((*named, *view.parents_of(tuple(dossier.number for dossier in dossiers))), view)


def check(home: Home, subject: Dossier, stay: Stay, *, shared: bool, composed: bool) -> None:
    """Whether the subject's household agrees with the dossiers. Raises Inconsistent.

    `stay` is where the subject lives; `composed` where the household itself is put on paper. Whose own address alone
    is asked for may be without a household, but where there is one it has to agree. Whom else a collective household
    lists, or does not, concerns nobody's own address.
    """
    with concerning(subject.number, household=subject.household):
        household = home.household
        if household is None:
            if shared:
                raise Inconsistent(Contradiction.RESIDENT_WITHOUT_HOUSEHOLD)
            return
        if shared:
            _check_members(home)
        ours = Counter(home.listed)
        twice = [number for number, times in ours.items() if times > 1]
        if twice and (not household.collective or shared or subject.number in twice):
            raise Inconsistent(Contradiction.MEMBER_TWICE, about=twice)
        if subject.number not in ours:
            raise Inconsistent(Contradiction.SUBJECT_NOT_IN_HOUSEHOLD)
        if not is_same_address(household.address, stay.address):
            raise Inconsistent(Contradiction.HOUSEHOLD_AT_ANOTHER_ADDRESS)
        if home.lacking and (not household.collective or shared):
            raise Inconsistent(Contradiction.HOUSEHOLD_LACKS_RESIDENT, about=home.lacking)
        if composed:
            _check_composition(home, household)


def _check_members(home: Home) -> None:
    for _, found in home.members:
        found.check()
    if lost := [membership.number for membership, found in home.members if found.dossier is None]:
        raise Inconsistent(Contradiction.MEMBER_WITHOUT_DOSSIER, about=lost)


def _check_composition(home: Home, household: Household) -> None:
    if len(home.members) > MOST_MEMBERS:
        raise Inconsistent(Contradiction.HOUSEHOLD_TOO_LARGE)
    for membership, found in home.members:
        with concerning(membership.number):
            _check_member(membership, found.dossier, household)
    heads = [membership.number for membership, _ in home.members if membership.relation == REFERENCE_PERSON]
    if len(heads) != 1:
        raise Inconsistent(Contradiction.HOUSEHOLD_WITHOUT_ONE_REFERENCE_PERSON, about=heads)


def _check_member(membership: Membership, dossier: Dossier | None, household: Household) -> None:
    if dossier is None or not dossier.is_resident:
        raise Inconsistent(Contradiction.MEMBERSHIP_NOT_CLOSED)
    if dossier.household != household.id:
        raise Inconsistent(Contradiction.MEMBER_OF_ANOTHER_HOUSEHOLD)
    stay = dossier.current_stay
    if stay is None or not is_same_address(stay.address, household.address):
        raise Inconsistent(Contradiction.MEMBER_AT_ANOTHER_ADDRESS)
    if membership.relation not in RELATIONS:
        raise Inconsistent(Contradiction.RELATION_UNKNOWN)


def _may_live_with(parent: Found, child: Dossier) -> bool:
    """Unless the register knows that they do not: the parent is gone, or has another household certainly elsewhere."""
    if parent.dossier is None:
        return bool(parent.trail)
    if parent.dossier.registration.standing in ELSEWHERE:
        return False
    if not parent.dossier.is_resident:
        return True
    own, childs = parent.dossier.current_stay, child.current_stay
    elsewhere = own is not None and childs is not None and is_certainly_elsewhere(own.address, childs.address)
    apart = bool(parent.dossier.household and child.household) and parent.dossier.household != child.household
    return not (elsewhere and apart)


def _neighbours(subject: Dossier, household: Household | None, view: View) -> tuple[Found, ...] | None:
    """Who may live at the subject's address, or at the household's, in whichever household."""
    stay = subject.current_stay
    living = [view.living_at(place.address) for place in (stay, household) if place is not None]
    told = [numbers for numbers in living if numbers is not None]
    if len(told) < len(living):
        return None
    return tuple(find_all(sorted({number for numbers in told for number in numbers} - {subject.number}), view).values())


def _former(people: Iterable[Found], view: View) -> tuple[Dossier, ...]:
    return tuple(merged_into([found.number for found in people], view).values())
