"""What the population register holds: dossiers of people and the households they live in. Pure data and its meaning.

Dates are text, `1985-07-30`, because parts of a date of birth can be unknown: `1985-07-00`, `1985-00-00`. They sort
as text.
"""

import math
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from services.contracts.address import Address
from services.contracts.facts import POPULATION
from services.contracts.naming import Names
from services.contracts.partial_days import earliest, latest

REFERENCE_PERSON = "reference-person"

SELF, PARENT = "self", "parent"
"""Capacities: who asks about whom."""


class Standing(StrEnum):
    """Where someone stands in this town's register: there now, or gone and how. Consequences: consequences.py."""

    RESIDENT = "resident"
    DECEASED = "deceased"
    DECLARED_ABSENT = "declared-absent"
    MOVED_OUT = "moved-out"
    EMIGRATED = "emigrated"
    STRUCK_OFF = "struck-off"
    STRUCK_OFF_ABROAD = "struck-off-abroad"
    RESIDENCE_LOST = "residence-lost"
    ELSEWHERE = "elsewhere"
    """In no register of this town now, as a source says that knows the whole country; perhaps it never was."""


class RegisterKind(StrEnum):
    """In which register: contracts.register_codes.REGISTERS."""

    POPULATION = "population"
    FOREIGNERS = "foreigners"
    WAITING = "waiting"
    WAITING_EU = "waiting-eu"
    EU_OFFICIALS = "eu-officials"
    PROTOCOL = "protocol"
    BIS = "bis"


class CivilState(StrEnum):
    """Civil status as the register records it: contracts.register_codes.CIVIL_STATES."""

    UNMARRIED = "unmarried"
    MARRIED = "married"
    PUTATIVE_MARRIAGE = "putative-marriage"
    MARRIAGE_ANNULLED = "marriage-annulled"
    SEPARATED = "separated"
    DIVORCED = "divorced"
    MARRIAGE_DISSOLVED = "marriage-dissolved"
    WIDOWED = "widowed"
    PARTNERSHIP = "partnership"
    PARTNERSHIP_ENDED = "partnership-ended"
    UNDETERMINED = "undetermined"
    NOT_SAID = "not-said"
    """The source left it out; not one that paper states."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A municipality by its REFNIS code, or any place by the names that the register wrote down."""

    refnis: str | None = None
    names: Names = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Nationality:
    """A nationality (a code as in contracts.facts) and since when, where the register knows it."""

    code: str
    since: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Registration:
    """Standing in the register, since when without a break, and for who left: where to (a REFNIS or a country code).

    Who goes over from one register of the town to another, as who becomes Belgian does, goes on standing as before.
    """

    standing: Standing
    since: str
    destination: str | None = None
    register: RegisterKind = RegisterKind.POPULATION


@dataclass(frozen=True, kw_only=True, slots=True)
class Stay:
    """A period at an address. The last one of a resident has no end."""

    address: Address
    since: str
    until: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CivilStatus:
    """Civil status, since when, and the number of the spouse it is or was shared with."""

    state: CivilState
    since: str | None = None
    partner: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LegalCohabitation:
    """A declared legal cohabitation (old Civil Code, articles 1475 to 1479) and when it ended, if it did."""

    partner: str
    since: str
    until: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LastWishes:
    """How somebody wants to be laid to rest (contracts.register_codes.LAST_WISHES), and when that was declared."""

    mode: str
    declared_on: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Voting:
    """What the register has of somebody as a voter beside nationality and age: excluded or suspended by a judgment;
    and for whom that is needed, in which elections (contracts.register_codes.ELECTIONS) entered as a voter."""

    is_excluded: bool = False
    registered_for: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Parent:
    """A parent of the subject, and whether that parent holds parental authority."""

    number: str
    authority: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Dossier:
    """What the register knows about one person.

    `stays` run from the oldest to the last. `first_names` may be empty. `children` are numbers, whoever they live
    with. `sex` is as in contracts.facts. `replaced_by` is set where this dossier was merged into another: all else of
    it is then history. `reference_address`: post is sent there, and nobody says that the person lives there.
    Without `has_all_stays` only the last is told: View.in_full.
    """

    number: str
    first_names: tuple[str, ...]
    last_name: str
    sex: str | None
    born_on: str
    birth_place: Place | None
    birth_country: str
    nationalities: tuple[Nationality, ...]
    registration: Registration
    stays: tuple[Stay, ...]
    civil_status: CivilStatus
    cohabitation: LegalCohabitation | None = None
    parents: tuple[Parent, ...] = ()
    children: tuple[str, ...] = ()
    protected_address: bool = False
    household: str | None = None
    replaced_by: str | None = None
    last_wishes: LastWishes | None = None
    voting: Voting | None = None
    reference_address: bool = False
    has_all_stays: bool = True

    @property
    def is_resident(self) -> bool:
        registration = self.registration
        is_entered = registration.standing is Standing.RESIDENT and registration.register is not RegisterKind.BIS
        return is_entered and self.replaced_by is None

    @property
    def current_stay(self) -> Stay | None:
        """Where a resident lives now."""
        return self.stays[-1] if self.stays and self.stays[-1].until is None else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Membership:
    """One person in a household: the relation to the reference person (register_codes.RELATIONS) and since when."""

    number: str
    relation: str
    since: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Household:
    """People who live together. Exactly one is the reference person, unless it is collective (care home, prison)."""

    id: str
    address: Address
    members: tuple[Membership, ...]
    collective: bool = False


def is_minor(born_on: str, on: date) -> bool:
    """Is this person certainly under eighteen on a day? So is whom a parent speaks for.

    With an unknown month or day it is the earliest birthday that counts: a parent speaks for nobody who may be of age,
    nor for who was born on a day that no calendar has.
    """
    born = earliest(born_on)
    return born is not None and _is_under_age(born, on)


def may_be_minor(born_on: str, on: date) -> bool:
    """Is this person possibly under eighteen on a day? So is whose address is another's to protect: with an unknown
    month or day, or none at all, it is the latest birthday that counts.
    """
    born = latest(born_on)
    return born is None or _is_under_age(born, on)


def _is_under_age(born: date, on: date) -> bool:
    return (born.year + 18, born.month, born.day) > (on.year, on.month, on.day)


class SourceUnavailable(Exception):
    """A register does not answer now; `until` where it said when it will. It says nothing about the person.

    `source` is its name: the population's, or that of one beyond it.
    """

    def __init__(self, reason: str, *, until: datetime | None = None, source: str = POPULATION) -> None:
        super().__init__(reason)
        self.reason = reason
        self.until = until
        self.source = source


class SourceRefused(SourceUnavailable):
    """A register does not take the question as it is asked: an operator has to act, and asking again does not help."""


class View(Protocol):
    """One town's register at one moment.

    `lacks` are the facts that it does not tell of anybody, whom it knows otherwise. `test_numbers`: it gives people
    numbers with the month raised by 60 (national_number.py). `references` are those of the questions that were sent
    elsewhere, and `seen` the numbers of those whom was sent for there or whom an answer showed: for the access log.
    """

    @property
    def test_numbers(self) -> bool: ...

    @property
    def references(self) -> tuple[str, ...]: ...

    @property
    def seen(self) -> tuple[str, ...]: ...

    @property
    def lacks(self) -> frozenset[str]: ...

    def dossier(self, number: str) -> Dossier | None:
        """The dossier under exactly this number, merged or not."""

    def dossiers(self, numbers: tuple[str, ...]) -> dict[str, Dossier]:
        """Those of the dossiers that exist, by number."""

    def in_full(self, dossier: Dossier) -> Dossier:
        """The same dossier with all its stays, for what tells of the past."""

    def merged_into(self, numbers: tuple[str, ...]) -> tuple[str, ...]:
        """The numbers of the dossiers whose `replaced_by` is one of these."""

    def household(self, household_id: str) -> Household | None:
        """A household by its id."""

    def residents_of(self, household_id: str) -> tuple[str, ...]:
        """The numbers of the residents, not merged, whose dossiers name this household."""

    def living_at(self, address: Address) -> tuple[str, ...] | None:
        """The numbers under which somebody may live at an address: of the residents, not merged, whose last stay is
        not certainly elsewhere (elsewhere.py) or whose dossiers name such a household, and of the members of one. None
        where the source cannot tell who does.
        """

    def children_of(self, numbers: tuple[str, ...]) -> tuple[str, ...]:
        """The numbers of the dossiers, merged or not, that name one of these as a parent."""

    def parents_of(self, numbers: tuple[str, ...]) -> tuple[str, ...]:
        """The numbers of the dossiers, merged or not, that name one of these as a child."""

    def attest(self, dossier: Dossier, *, name: str, language: str) -> bytes | None:
        """The federal attest of that name about somebody, a sealed PDF in a language of the country; None where there
        is none. Raises SourceRefused where this register cannot be asked for any."""

    def time_left(self) -> float:
        """Seconds that this look may still take. Raises SourceUnavailable where there are none."""

    def confirm(self) -> None:
        """All that was read belongs together: nothing was exchanged in between."""

    def close(self) -> None:
        """Nothing more is asked: others may ask in its place."""


class Near:
    """A View's part of whoever sends for nobody elsewhere: has all, answers at once, and has no federal attests."""

    test_numbers = False
    references: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    lacks: frozenset[str] = frozenset()

    def in_full(self, dossier: Dossier) -> Dossier:
        """See View."""
        return dossier

    def close(self) -> None:
        """See View: nothing is held."""

    def attest(self, dossier: Dossier, *, name: str, language: str) -> bytes | None:  # noqa: ARG002 - has none
        """See View."""
        raise SourceRefused("no-attests")

    def time_left(self) -> float:
        """See View."""
        return math.inf


class Register(Protocol):
    """A population register. Whoever is in another town's does not exist in the answer."""

    def view(self, *, town: str) -> View:
        """Raises SourceUnavailable."""
