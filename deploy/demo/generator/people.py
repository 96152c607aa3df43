"""People while a household is being made of them, and their numbers."""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from services.contracts.address import Address
from services.contracts.national_number import compose
from services.contracts.partial_days import known_parts
from services.registry.domain import (
    CivilState,
    CivilStatus,
    Dossier,
    Household,
    LastWishes,
    LegalCohabitation,
    Membership,
    Nationality,
    Parent,
    Place,
    Registration,
    Standing,
    Stay,
    Voting,
)

LAST_ORDINARY_SERIAL = 898
"""Serials above are kept for the hard cases, whose numbers are the same in every town."""


class Numbers:
    """Gives out national numbers, none twice."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._taken: set[str] = set()

    def reserve(self, number: str) -> None:
        """This number is someone's already."""
        self._taken.add(number)

    def give(self, born_on: str, sex: str) -> str:
        """A free number for someone born on this (perhaps partly unknown) day."""
        year, month, day = known_parts(born_on)
        while True:
            serial = 2 * self._rng.randrange(LAST_ORDINARY_SERIAL // 2) + (1 if sex == "M" else 2)
            number = compose(year, month, day, serial)
            if number not in self._taken:
                self._taken.add(number)
                return number


@dataclass(slots=True, kw_only=True, eq=False)
class Draft:
    """Someone on the way to a dossier: the same fields, still open."""

    number: str
    first_names: tuple[str, ...]
    last_name: str
    sex: str
    born: date
    born_on: str
    origin: str
    birth_place: Place | None
    birth_country: str
    nationalities: tuple[Nationality, ...]
    registration: Registration | None = None
    stays: list[Stay] = field(default_factory=list)
    civil_status: CivilStatus = CivilStatus(state=CivilState.UNMARRIED)  # noqa: RUF009 - frozen
    cohabitation: LegalCohabitation | None = None
    parents: list[Parent] = field(default_factory=list)
    children: list[str] = field(default_factory=list)
    protected_address: bool = False
    household: str | None = None
    replaced_by: str | None = None
    last_wishes: LastWishes | None = None
    voting: Voting | None = None

    def dossier(self) -> Dossier:
        """The finished dossier: a resident since the last arrival in the town, unless said otherwise."""
        return Dossier(
            number=self.number,
            first_names=self.first_names,
            last_name=self.last_name,
            sex=self.sex,
            born_on=self.born_on,
            birth_place=self.birth_place,
            birth_country=self.birth_country,
            nationalities=self.nationalities,
            registration=self.registration or Registration(standing=Standing.RESIDENT, since=self._resident_since()),
            stays=tuple(self.stays),
            civil_status=self.civil_status,
            cohabitation=self.cohabitation,
            parents=tuple(self.parents),
            children=tuple(self.children),
            protected_address=self.protected_address,
            household=self.household,
            replaced_by=self.replaced_by,
            last_wishes=self.last_wishes,
            voting=self.voting,
        )

    def _resident_since(self) -> str:
        since = self.stays[-1].since
        for stay in reversed(self.stays):
            if stay.address.municipality != self.stays[-1].address.municipality:
                break
            since = stay.since
        return since


@dataclass(slots=True, eq=False)
class Home:
    """A household on the way: its people with their relation to the reference person, who comes first."""

    id: str
    address: Address
    members: list[tuple[Draft, str, str]] = field(default_factory=list)
    collective: bool = False
    outside: list[Draft] = field(default_factory=list)
    """People it explains who do not live in it: a late spouse, a parent who left."""
    old_numbers: dict[str, str] = field(default_factory=dict)
    """Under which old number it still lists a member, by the current one."""
    unclosed: list[Membership] = field(default_factory=list)
    """Memberships that should have ended."""

    def add(self, draft: Draft, relation: str, since: date) -> None:
        """`since`, but never before birth."""
        draft.household = self.id
        self.members.append((draft, relation, max(since, draft.born).isoformat()))

    def household(self) -> Household:
        return Household(
            id=self.id,
            address=self.address,
            members=(
                *(
                    Membership(number=self.old_numbers.get(draft.number, draft.number), relation=relation, since=since)
                    for draft, relation, since in self.members
                ),
                *self.unclosed,
            ),
            collective=self.collective,
        )


def marry(one: Draft, other: Draft, since: date) -> None:
    """From then on they are married to each other."""
    for draft, partner in ((one, other), (other, one)):
        draft.civil_status = CivilStatus(state=CivilState.MARRIED, since=since.isoformat(), partner=partner.number)


def declare_cohabitation(one: Draft, other: Draft, since: date, until: date | None = None) -> None:
    """A legal cohabitation, ended or not."""
    for draft, partner in ((one, other), (other, one)):
        draft.cohabitation = LegalCohabitation(
            partner=partner.number, since=since.isoformat(), until=until.isoformat() if until else None
        )


def give_parents(child: Draft, *parents: Draft, without_authority: tuple[Draft, ...] = ()) -> None:
    """Filiation both ways; authority for all but those named."""
    for parent in parents:
        child.parents.append(Parent(number=parent.number, authority=parent not in without_authority))
        parent.children.append(child.number)
