"""Who may have which deed in which form, and from when on everybody may (old Civil Code, article 29, § 1).

Pure: that the capacity holds was settled before (entitlement.py, kinship.py). What is stricter here than the law says
is for the desk, and the citizen is told so: an adoption tells more of a family than an extract should to whoever has an
account, and the deed of a lifeless child is its parents' alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from services.contracts.catalogue import ANYONE
from services.contracts.deeds import FORMS, KINDS
from services.contracts.errors import Refusal
from services.contracts.municipalities import municipalities
from services.registry.domain import PARENT, SELF
from services.registry.kinship import ASCENDANT, DESCENDANT, SPOUSE

EXTRACT, WITH_FILIATION, COPY = FORMS

FORM, FILIATION, PLACE, YEAR, NUMBER, NAME, DATE = (
    "deed-form",
    "deed-filiation",
    "deed-place",
    "deed-year",
    "deed-number",
    "deed-name",
    "deed-date",
)
"""Fields of the form. The first two ask for the form of the deed; without either it is the fact's own one."""

_CIRCLE = frozenset({SELF, PARENT, SPOUSE, DESCENDANT, ASCENDANT})
_ALL_FORMS = frozenset(FORMS)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """`public_after` so many years anyone may have it; None: never online. The subject has one of `roles` in it."""

    public_after: int | None
    capacities: frozenset[str] = _CIRCLE
    forms: frozenset[str] = _ALL_FORMS
    roles: frozenset[str]


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "birth": Rule(public_after=100, roles=frozenset({"child"})),
        "marriage": Rule(public_after=75, roles=frozenset({"spouse"})),
        "death": Rule(public_after=50, roles=frozenset({"deceased"})),
        "divorce": Rule(public_after=100, roles=frozenset({"spouse"})),
        "acknowledgement": Rule(public_after=100, roles=frozenset({"child", "parent"})),
        "nationality": Rule(public_after=100, roles=frozenset({"person"})),
        "adoption": Rule(
            public_after=None,
            capacities=frozenset({SELF, PARENT}),
            forms=frozenset({EXTRACT}),
            roles=frozenset({"child"}),
        ),
        "lifeless-child": Rule(
            public_after=None,
            capacities=frozenset({SELF}),
            forms=frozenset({EXTRACT}),
            roles=frozenset({"parent"}),
        ),
    }
)
assert tuple(RULES) == KINDS


def refusal(kind: str, *, capacity: str, form: str, drawn_up: date, today: date) -> Refusal | None:
    """Why a deed that was drawn up on a day is not given; of one of which the year alone is known, its last day."""
    rule = RULES[kind]
    if capacity == ANYONE:
        if rule.public_after is None:
            return Refusal.ONLY_AT_THE_COUNTER
        if not is_older(drawn_up, rule.public_after, today):
            return Refusal.DEED_NOT_PUBLIC
    elif capacity not in rule.capacities:
        return Refusal.ONLY_AT_THE_COUNTER
    return None if form in rule.forms else Refusal.ONLY_AT_THE_COUNTER


def is_older(drawn_up: date, years: int, today: date) -> bool:
    """Is it more than so many years ago? On the very day it is not yet."""
    return (drawn_up.year + years, drawn_up.month, drawn_up.day) < (today.year, today.month, today.day)


@dataclass(frozen=True, kw_only=True)
class Named:
    """A deed as a citizen names it: where (REFNIS) and in which year it was drawn up, and its number, or on whose name
    and when what it is about happened. What is not there narrows nothing."""

    place: str | None = None
    year: int | None = None
    number: str | None = None
    name: str | None = None
    date: str | None = None

    @property
    def is_one(self) -> bool:
        """Does this name one deed to whoever keeps all of them?"""
        by_person = self.name is not None and self.date is not None
        return self.place is not None and self.year is not None and (self.number is not None or by_person)

    def wanted(self) -> dict[str, Any]:
        """What is known of it."""
        return {name: value for name, value in vars(self).items() if value is not None}


def asked_form(fields: Mapping[str, str]) -> str | None:
    """Which form of the deed the citizen wants, one of FORMS; None where that is not asked."""
    return fields.get(FILIATION) or fields.get(FORM) or None


class Misnamed(ValueError):
    """What a citizen wrote names no place, year or day."""


def named(fields: Mapping[str, str], *, today: date) -> Named:
    """By the fields of the form. Raises Misnamed."""
    year, day = fields.get(YEAR), fields.get(DATE)
    return Named(
        place=_place(fields[PLACE]) if fields.get(PLACE) else None,
        year=_year(year, today) if year else None,
        number=" ".join(fields[NUMBER].split()) if fields.get(NUMBER) else None,
        name=" ".join(fields[NAME].split()) if fields.get(NAME) else None,
        date=_day(day, today) if day else None,
    )


def _place(text: str) -> str:
    """The municipality of a REFNIS code, or of a name in any language that only one has."""
    written = " ".join(text.split()).casefold()
    if written in municipalities():
        return written
    found = {
        refnis
        for refnis, each in municipalities().items()
        if written in {name.casefold() for name in each.names.values()}
    }
    still = {refnis for refnis in found if municipalities()[refnis].until is None}
    if len(still or found) != 1:
        raise Misnamed("place")
    return min(still or found)


def _year(text: str, today: date) -> int:
    year = int(text) if text.strip().isascii() and text.strip().isdecimal() and len(text.strip()) == 4 else 0
    if not FIRST_YEAR <= year <= today.year:
        raise Misnamed("year")
    return year


FIRST_YEAR = 1796
"""From when on there is a civil registry in what is Belgium now."""


def _day(text: str, today: date) -> str:
    """`1921-03-04`, as a browser's field gives it, or `4/3/1921`, as people here write it."""
    written = text.strip()
    parts = written.split("-") if "-" in written else written.replace(".", "/").split("/")[::-1]
    try:
        day = date(*(int(each) for each in parts if each.isascii() and each.isdecimal()))
    except (TypeError, ValueError):
        raise Misnamed("date") from None
    if not day.year >= FIRST_YEAR - 120 or day > today:
        raise Misnamed("date")
    return day.isoformat()
