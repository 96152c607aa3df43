"""Whether what a household says its members are to the reference person can be true, by the dossiers of the two.

No relation is computed anew: each is only held against what the dossiers say. What they leave open (a day unknown in
part, a partner whom nobody wrote down) contradicts nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from services.contracts.partial_days import earliest, latest
from services.registry.consequences import BY_CIVIL_STATE, LEGAL_COHABITANT, MARRIED, Bond
from services.registry.consistency import check_bonds, check_standing, current_stay
from services.registry.contradictions import Contradiction, Inconsistent, concerning
from services.registry.domain import REFERENCE_PERSON, Dossier, Membership
from services.registry.home import Home
from services.registry.merges import Found

SPOUSE = "spouse"
_BOUND = frozenset({SPOUSE, LEGAL_COHABITANT})
_GENERATION = 10
"""Years between a child and a parent, at least. An adopter is fifteen years older, or ten where the child is the
partner's (old Civil Code, article 345). By blood there is hardly a case on record below ten: there a date of birth, or
the relation, is wrong, and where neither is, the desk can see it."""
_YOUNGER = {"child": 1 * _GENERATION, "grandchild": 2 * _GENERATION, "great-grandchild": 3 * _GENERATION}
_OLDER = {"parent": 1 * _GENERATION, "grandparent": 2 * _GENERATION, "great-grandparent": 3 * _GENERATION}
"""By how many years at least, by blood or adoption. A stepchild can be the older one, and so can a nephew or
a niece."""

_NEVER_A_CHILD = _BOUND | {
    *_OLDER,
    "partner",
    "stepchild",
    "foster-child",
    "parent-in-law",
    "uncle-or-aunt",
    "unrelated",
}
_NEVER_A_PARENT = _BOUND | {
    *_YOUNGER,
    "partner",
    "stepchild",
    "foster-child",
    "child-in-law",
    "nephew-or-niece",
    "unrelated",
}
"""What an own child, or parent, of the reference person cannot be as well. An adopted grandchild, brother or cousin is
both. Of more distant kin nothing is refuted: a simple adoption does not make the child kin of the adopter's family, so
two children of one parent may be unrelated."""

_NEVER_A_SPOUSE = frozenset({LEGAL_COHABITANT, "partner", "unrelated", "child", "parent"})
"""What who is married to the reference person cannot be as well: a legal cohabitation ends where the two marry (old
Civil Code, article 1476, § 2), and parent and child, adopted or not, never do. A cousin may be both."""
YOUNGEST_SPOUSE = 15
"""Years. Marriage is for who is eighteen (old Civil Code, article 144), before 1990 for women of fifteen, and legal
cohabitation for who can contract (article 1475); who is younger than any of these is nobody's spouse."""


MOVING = timedelta(days=60)
"""Within which a household that moves is written down at the new address, one after the other."""


@dataclass(frozen=True, kw_only=True)
class _Person:
    """A member with all numbers of the person."""

    membership: Membership
    dossier: Dossier
    numbers: frozenset[str]


def check_relations(home: Home, *, today: date) -> None:
    """The composition of a household that `home.check` found whole. Raises Inconsistent."""
    people = list(_people(home))
    for each in people:
        check_standing(each.dossier, today=today)
        check_bonds(each.dossier, today=today)
        current_stay(each.dossier, today=today)
    reference = next(each for each in people if each.membership.relation == REFERENCE_PERSON)
    others = [each for each in people if each is not reference]
    bound = [each.membership.number for each in others if each.membership.relation in _BOUND]
    if len(bound) > 1:
        raise Inconsistent(Contradiction.SEVERAL_SPOUSES, about=bound)
    for each in others:
        with concerning(each.membership.number, reference.membership.number):
            if each.membership.relation in _BOUND:
                _check_bond(each, reference, today=today)
            _check_descent(each, reference)
            _check_marriage(each, reference)
            _check_age(each, reference)
            _check_together(each, reference)


def _people(home: Home) -> Iterator[_Person]:
    into = {dossier.number: dossier.replaced_by for dossier in home.former}
    for membership, found in home.members:
        if found.dossier is not None:
            yield _Person(membership=membership, dossier=found.dossier, numbers=_numbers(found, into))


def _numbers(found: Found, into: dict[str, str | None]) -> frozenset[str]:
    numbers = {found.number, *(dossier.number for dossier in found.trail)}
    while more := {old for old, number in into.items() if number in numbers} - numbers:
        numbers |= more
    return frozenset(numbers)


def _check_bond(one: _Person, other: _Person, *, today: date) -> None:
    relation = one.membership.relation
    pair = ((one.dossier, other.numbers), (other.dossier, one.numbers))
    if relation == SPOUSE and any(_marriage(dossier) is Bond.ENDED for dossier, _ in pair):
        raise Inconsistent(Contradiction.SPOUSE_AFTER_THE_END)
    cohabitations = [dossier.cohabitation for dossier, _ in pair if dossier.cohabitation is not None]
    if relation == LEGAL_COHABITANT:
        if not cohabitations:
            raise Inconsistent(Contradiction.LEGAL_COHABITATION_UNDECLARED)
        if any(cohabitation.until is not None for cohabitation in cohabitations):
            raise Inconsistent(Contradiction.LEGAL_COHABITANT_AFTER_THE_END)
    if any(set(_bound_to(dossier)) - theirs for dossier, theirs in pair):
        raise Inconsistent(Contradiction.SPOUSE_OF_ANOTHER)
    if any(_certainly_under(YOUNGEST_SPOUSE, dossier, on=today) for dossier, _ in pair):
        raise Inconsistent(Contradiction.SPOUSE_TOO_YOUNG)


def _marriage(dossier: Dossier) -> Bond:
    return BY_CIVIL_STATE[dossier.civil_status.state]


def _bound_to(dossier: Dossier) -> Iterable[str]:
    """The numbers of whoever the dossier says that this person is married to or cohabits with now."""
    if _marriage(dossier) is Bond.GOES_ON and dossier.civil_status.partner is not None:
        yield dossier.civil_status.partner
    if dossier.cohabitation is not None and dossier.cohabitation.until is None:
        yield dossier.cohabitation.partner


def _check_descent(one: _Person, reference: _Person) -> None:
    relation = one.membership.relation
    if relation in _NEVER_A_CHILD and _is_child_of(one, reference):
        raise Inconsistent(Contradiction.RELATION_AGAINST_DESCENT)
    if relation in _NEVER_A_PARENT and _is_child_of(reference, one):
        raise Inconsistent(Contradiction.RELATION_AGAINST_DESCENT)


def _is_child_of(one: _Person, other: _Person) -> bool:
    named = {parent.number for parent in one.dossier.parents}
    return bool(named & other.numbers or set(other.dossier.children) & one.numbers)


def _check_marriage(one: _Person, reference: _Person) -> None:
    if one.membership.relation in _NEVER_A_SPOUSE and _are_married(one, reference):
        raise Inconsistent(Contradiction.RELATION_AGAINST_MARRIAGE)


def _are_married(one: _Person, other: _Person) -> bool:
    """Do both dossiers say that they are married, at least one of them to the other, and neither to somebody else?"""
    pair = ((one.dossier.civil_status, other.numbers), (other.dossier.civil_status, one.numbers))
    named = [status.partner in theirs for status, theirs in pair if status.partner is not None]
    return all(status.state in MARRIED for status, _ in pair) and bool(named) and all(named)


def _check_age(one: _Person, reference: _Person) -> None:
    relation = one.membership.relation
    contradicted = (relation in _YOUNGER and _is_born_within(_YOUNGER[relation], one, after=reference)) or (
        relation in _OLDER and _is_born_within(_OLDER[relation], reference, after=one)
    )
    if contradicted:
        raise Inconsistent(Contradiction.RELATION_AGAINST_AGE)


def _is_born_within(years: int, one: _Person, *, after: _Person) -> bool:
    """Is the one certainly born before the other was so many years old, or before the other?"""
    last, first = latest(one.dossier.born_on), earliest(after.dossier.born_on)
    return (
        last is not None
        and first is not None
        and (last.year, last.month, last.day) < (first.year + years, first.month, first.day)
    )


def _check_together(one: _Person, reference: _Person) -> None:
    """Since both are members they moved together: whichever came to the address much later was elsewhere before."""
    since = max(one.membership.since, reference.membership.since)
    first, second = (_there(each, since) for each in (one, reference))
    if second[0] - first[1] > MOVING or first[0] - second[1] > MOVING:
        raise Inconsistent(Contradiction.MEMBER_LIVED_ELSEWHERE)


def _there(person: _Person, since: str) -> tuple[date, date]:
    """The first and the last day on which, as a member since then, the person may have come to the address."""
    stay = person.dossier.stays[-1]
    days = [day for text in (stay.since, since) if (day := earliest(text))]
    ends = [day for text in (stay.since, since) if (day := latest(text))]
    return max(days, default=date.min), max(ends, default=date.max)


def _certainly_under(years: int, dossier: Dossier, *, on: date) -> bool:
    born = earliest(dossier.born_on)
    return born is not None and (born.year + years, born.month, born.day) > (on.year, on.month, on.day)
