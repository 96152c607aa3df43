"""MAGDA's codes in our words. Of a code that no table has None is given: what follows from it is said by who asks.

The texts beside the codes vary by source, and are missing or wrong: they are read where no code tells, and there only.
"""

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

from services.registry.domain import CivilState, RegisterKind, Standing

RELATIONS: Mapping[str, str] = MappingProxyType(
    {
        "01": "reference-person",
        "02": "spouse",
        "03": "child",
        "04": "child-in-law",
        "05": "grandchild",
        "06": "parent",
        "07": "parent-in-law",
        "08": "grandparent",
        "09": "sibling",
        "10": "sibling-in-law",
        "11": "other-relative",
        "12": "unrelated",
        "13": "stepchild",
        "14": "great-grandchild",
        "15": "uncle-or-aunt",
        "16": "nephew-or-niece",
        "17": "cousin",
        "20": "community-member",
        "21": "partner",
        "22": "legal-cohabitant",
    }
)
"""Position in the household (National Register, information types 140 and 141)."""

CARE_LIVING = "01"
"""Form of living (Woonvorm): a dwelling within a dwelling, for who is old or in need of care (zorgwonen)."""

CIVIL_STATES: Mapping[str, CivilState] = MappingProxyType(
    {
        "10": CivilState.UNMARRIED,
        "20": CivilState.MARRIED,
        "25": CivilState.MARRIAGE_ANNULLED,
        "26": CivilState.PUTATIVE_MARRIAGE,
        "30": CivilState.WIDOWED,
        "40": CivilState.DIVORCED,
        "41": CivilState.DIVORCED,
        "51": CivilState.SEPARATED,
        "60": CivilState.MARRIAGE_DISSOLVED,
        "80": CivilState.PARTNERSHIP,
        "81": CivilState.PARTNERSHIP_ENDED,
        "90": CivilState.UNDETERMINED,
    }
)
"""Information type 120."""

REGISTERS: Mapping[str, RegisterKind] = MappingProxyType(
    {
        "1": RegisterKind.FOREIGNERS,
        "2": RegisterKind.POPULATION,
        "3": RegisterKind.EU_OFFICIALS,
        "4": RegisterKind.PROTOCOL,
        "5": RegisterKind.WAITING,
        "6": RegisterKind.WAITING_EU,
        "BIS": RegisterKind.BIS,
        "RAD": RegisterKind.BIS,
    }
)
"""Information type 210; `RAD` are those whom the Crossroads Bank keeps after they were struck off everywhere."""

NATIONAL_REGISTER = "RR"
"""In the place of a register: one of the National Register's, without saying which."""

STATUSES: Mapping[str, Standing] = MappingProxyType(
    {
        "992": Standing.EMIGRATED,
        "99990": Standing.DECEASED,
        "99991": Standing.STRUCK_OFF,
        "99992": Standing.STRUCK_OFF_ABROAD,
        "99996": Standing.DECLARED_ABSENT,
        "99997": Standing.RESIDENCE_LOST,
        "21099": Standing.ELSEWHERE,
    }
)
"""What stands in the place of a municipality (information type 001). `21099` is the Immigration Office."""

STRONGEST = (
    Standing.DECEASED,
    Standing.DECLARED_ABSENT,
    Standing.RESIDENCE_LOST,
    Standing.STRUCK_OFF_ABROAD,
    Standing.STRUCK_OFF,
    Standing.EMIGRATED,
    Standing.ELSEWHERE,
)
"""Which of several statuses at once is told."""

SEXES: Mapping[str, str] = MappingProxyType({"1": "M", "2": "F", "3": "X"})

DESCENT = frozenset({"00", "05", "10", "11", "12", "15", "20"})
"""Kinds of descent (information type 110) by which somebody is a parent now. Not so after a revoked adoption (24)."""

ADOPTION = frozenset({"05", "15"})
"""Whoever adopted holds the parental authority that others had (old Civil Code, articles 353-8 and 356-1)."""

STATELESS, UNDETERMINED, REFUGEE = "XS", "XU", "XR"
"""Nationalities that are none: contracts.facts."""

_WORDS: Mapping[str, str] = MappingProxyType(
    {"vluchteling": REFUGEE, "staatloos": STATELESS, "vaderlandloos": STATELESS, "vaderlandsloos": STATELESS}
)
_NO_STATES = range(700, 1000)
"""Codes of nationalities that are no state's; most say so in words only."""
_UNDETERMINED = "711"
_REFUGEES = range(800, 900)


def register(code: str) -> RegisterKind | None:
    """With or without a zero in front."""
    return REGISTERS.get(code.lstrip("0").upper())


def status(code: str) -> Standing | None:
    """With or without zeros in front."""
    return STATUSES.get(code.lstrip("0"))


def nationality(code: str, text: str) -> str | None:
    """The code of contracts.facts."""
    if code == _UNDETERMINED:
        return UNDETERMINED
    if code.isdecimal() and int(code) in _NO_STATES:
        told = next((ours for word, ours in _WORDS.items() if word in text.casefold()), None)
        return told or (REFUGEE if int(code) in _REFUGEES else None)
    if (certain := _countries("nis").get(code)) is not None:
        return certain
    doubted = _doubted().get(code)
    return doubted[0] if doubted and text.strip().casefold().startswith(doubted[1]) else None


def country(nis: str, iso: str) -> str | None:
    """The country of a place. The older code knows colonies and former states, where ISO's letters may not."""
    former = _countries("nis").get(nis, "")
    return former if len(former) == len("SUHH") else _countries("iso").get(iso.upper()) or former or None


@cache
def _countries(kind: str) -> Mapping[str, str]:
    return MappingProxyType({row["code"]: row["ours"] for row in _rows() if row["kind"] == kind})


@cache
def _doubted() -> Mapping[str, tuple[str, str]]:
    """Codes of which no official table was at hand: they count where the text beside them says the same."""
    return MappingProxyType({row["code"]: (row["ours"], row["text"]) for row in _rows() if row["kind"] == "doubted"})


def _rows() -> list[dict[str, str]]:
    text = resources.files(__package__).joinpath("countries.csv").read_text(encoding="ascii")
    return list(csv.DictReader(text.splitlines()))
