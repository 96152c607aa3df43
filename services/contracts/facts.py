"""What travels locked: the request to the register, the facts it answers with, and where the citizen can be reached.

Dates that may be partly unknown are text: `1985-07-30`, `1985-07-00` (day unknown) or `1985-00-00`.
Countries and nationalities are ISO 3166-1 alpha-2 codes and `XK` (Kosovo). A country that is no more keeps the code it
had: the four letters of ISO 3166-3 (`SUHH`, `CSXX`) or the two withdrawn ones where no other country has them (`SU`,
`CS` for Czechoslovakia); what was gone before ISO counted has `XBCD` (Belgian Congo) or `XRRW` (Ruanda-Urundi). `XX` is
unknown; of nationalities `XS` is stateless, `XU` undetermined and `XR` a recognised refugee.
A sex is `M`, `F` or `X`, None where unknown; it is not printed, but words on paper follow it.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from services.contracts.naming import Names


@dataclass(frozen=True, kw_only=True)
class Request:
    """Who asks about whom (national numbers, 11 digits), in which capacity (`self`, `parent`), with which fields."""

    applicant: str
    subject: str
    capacity: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Where and in which language (nl, fr, de, en) the citizen is told."""

    email: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who someone is. `first_names` may be empty and `last_name` may be the only name.

    A place of birth in Belgium has its names in all three languages, one abroad as the register wrote it down.
    `former_numbers` are those whose dossiers were merged into this one; no paper shows them. `declared`: nothing but
    the person's own word stands behind it, as with who asks for protection.
    """

    national_number: str
    first_names: tuple[str, ...]
    last_name: str
    born_on: str
    birth_place: Names | None = None
    birth_country: str | None = None
    nationalities: tuple[str, ...] = ()
    sex: str | None = None
    former_numbers: tuple[str, ...] = ()
    declared: bool = False


@dataclass(frozen=True, kw_only=True)
class Address:
    """An address in Belgium. Street and municipality have a name in each official language of the place."""

    street: Names
    house_number: str
    box: str | None
    postcode: str
    municipality: Names


@dataclass(frozen=True, kw_only=True)
class Residence:
    """The main residence (hoofdverblijfplaats, résidence principale) and since when."""

    address: Address
    since: date


@dataclass(frozen=True, kw_only=True)
class Member:
    """One member of a household. `relation` is a code of RELATIONS, towards the reference person; `declared` as in
    Identity."""

    first_names: tuple[str, ...]
    last_name: str
    born_on: str
    relation: str
    since: date
    nationalities: tuple[str, ...] = ()
    sex: str | None = None
    declared: bool = False


@dataclass(frozen=True, kw_only=True)
class Household:
    """Who lives together at an address. The reference person comes first, then by date of birth."""

    address: Address
    members: tuple[Member, ...]


@dataclass(frozen=True, kw_only=True)
class Life:
    """That the subject is not recorded as deceased on this day."""

    alive_on: date = field(metadata={"metadata": {"moment": True}})  # says when was asked: no other fact if it changes


FACTS_VERSION = 6
"""Goes up with each change of what the facts' parts are or mean. Facts of another version count as expired."""


@dataclass(frozen=True, kw_only=True)
class Edition:
    """What can be read of facts of any version, to know whether the rest can be."""

    compiled_at: datetime
    version: int = 1


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The extract for one application: only the parts its product declares are filled in.

    `version` is that of whoever wrote it; version 1 did not say. `registers` are codes of REGISTERS: those in which
    the subject, and the members of the household where it is stated, are entered.
    """

    application_id: str
    town: str
    product: str
    compiled_at: datetime
    version: int = 1
    fields: dict[str, str] = field(default_factory=dict)
    registers: tuple[str, ...] = ("population",)
    identity: Identity | None = None
    residence: Residence | None = None
    household: Household | None = None
    life: Life | None = None


FACTS = ("identity", "residence", "household", "life")
"""What a product may declare in `facts`."""

LONGEST_TEXT = 300
MOST_FIRST_NAMES = 20
MOST_MEMBERS = 150
"""More than any entry in a population register. documents refuses facts beyond them, so registry gives none."""

RELATIONS = (
    "reference-person",
    "spouse",
    "legal-cohabitant",
    "partner",
    "child",
    "stepchild",
    "foster-child",
    "parent",
    "parent-in-law",
    "grandparent",
    "great-grandparent",
    "grandchild",
    "great-grandchild",
    "sibling",
    "sibling-in-law",
    "child-in-law",
    "uncle-or-aunt",
    "nephew-or-niece",
    "cousin",
    "other-relative",
    "community-member",
    "unrelated",
)
"""Relation to the reference person (Royal Decree of 16 July 1992 on the population registers, article 1).

`community-member`: of a community or home, where nobody is related to a reference person.
"""

REGISTERS = (
    "population",
    "foreigners",
    "waiting",
    "waiting-eu",
    "eu-officials",
    "protocol",
    "bis",
)
"""In which register somebody is entered: the population and the foreigners' register (Act of 19 July 1991, article 1,
first paragraph, 1°), the waiting register of those who ask for protection and of citizens of the Union whose residence
is still to be checked (2°), officials of the European Union, those with a special identity card (Royal Decree of
30 October 1991), and those whom a BIS number is all that is known of: they are in none."""

CIVIL_STATES = (
    "unmarried",
    "married",
    "putative-marriage",
    "marriage-annulled",
    "separated",
    "divorced",
    "marriage-dissolved",
    "widowed",
    "partnership",
    "partnership-ended",
    "undetermined",
)
"""Civil status as the register records it. `separated`: from bed and board, the marriage goes on (old Civil Code,
article 308); `partnership`: registered abroad, with the standing of a marriage there."""
