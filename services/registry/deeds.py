"""Who may have which deed in which form, and from when on everybody may (old Civil Code, article 29, § 1).

Pure: that the capacity holds was settled before (entitlement.py, kinship.py). What is stricter here than the law says
is for the desk, and the citizen is told so: an adoption tells more of a family than an extract should to whoever has an
account, and the deed of a lifeless child is its parents' alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from services.contracts.deeds import FORMS, KINDS
from services.contracts.errors import Refusal
from services.contracts.product import ANYONE
from services.registry.domain import PARENT, SELF
from services.registry.kinship import ASCENDANT, DESCENDANT, SPOUSE

EXTRACT, WITH_FILIATION, COPY = FORMS

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
