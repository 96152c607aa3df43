"""Who may ask about whom beyond oneself and one's minor child: spouse, descendant, ascendant, and anyone.

These are capacities of products about deeds (old Civil Code, article 29, § 1), for which the law names them; heirs, and
somebody's notary or lawyer, show at the desk that they are. A relation is what the dossiers of this town say, and no
more. Whoever is protected, or unknown here, is asked about by none of them: there the answer is the same as to a
stranger.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from services.contracts.named_deeds import PUBLIC, WHOSE
from services.contracts.product import ANYONE
from services.registry.consequences import ASKS_NOTHING, BY_CIVIL_STATE, Bond
from services.registry.contradictions import Inconsistent
from services.registry.domain import PARENT, SELF, CivilState, Dossier, View, may_be_minor
from services.registry.merges import Found, find_all, merged_into

SPOUSE, DESCENDANT, ASCENDANT = "spouse", "descendant", "ascendant"

GENERATIONS = 4
"""How far descent is followed: up to a great-great-grandparent. Beyond it dossiers end long before."""

OF_ANOTHER = (SPOUSE, DESCENDANT, ASCENDANT)
"""In the order in which they are tried."""


def capacity_of(*, asked: str, is_self: bool, fields: Mapping[str, str], offered: Collection[str]) -> tuple[str, ...]:
    """The capacities in which somebody may be meant to ask, the first one that holds being theirs."""
    if is_self:
        return (ANYONE,) if fields.get(WHOSE) == PUBLIC and ANYONE in offered else (SELF,)
    known = (PARENT, *OF_ANOTHER)
    return tuple(dict.fromkeys((asked, *(each for each in known if each in offered)))) if asked in known else ()


def may_ask(*, capacity: str, applicant: Found, numbers: Collection[str], subject: Found, view: View, on: date) -> bool:
    """May the applicant, of whom `numbers` are all numbers, ask in a capacity of this page?

    A dead applicant asks nothing. Of who may be a minor a parent with authority alone asks, as its parent: what hides a
    child from the other one (seclusion.py) must not end because that one is its ascendant, too. Raises
    SourceUnavailable, and no Inconsistent: what contradicts itself proves nothing.
    """
    asker, about = applicant.dossier, subject.dossier
    if asker is None or about is None or asker.registration.standing in ASKS_NOTHING:
        return False
    if capacity == ANYONE or applicant.number == subject.number:
        return capacity == ANYONE and applicant.number == subject.number
    if capacity not in _RELATED or (capacity == ASCENDANT and may_be_minor(about.born_on, on)):
        return False
    try:
        asking = _Person.of(asker, numbers, merged_into([applicant.number], view))
        former = merged_into([subject.number], view)
        asked = _Person.of(about, subject.all_numbers(former), former)
        is_hidden = any(each.protected_address for each in (*asked.dossiers, *subject.trail))
        return not is_hidden and _RELATED[capacity](asking, asked, view)
    except Inconsistent:
        return False


def relatives(applicant: Found, view: View) -> Iterator[tuple[str, str]]:
    """Whom the applicant may mean, by number, with the capacity: spouse or cohabitant, parents, children."""
    dossier = applicant.dossier
    if dossier is None:
        return
    for number in _bound_to(dossier):
        yield number, SPOUSE
    for parent in dossier.parents:
        yield parent.number, DESCENDANT
    for child in dict.fromkeys((*dossier.children, *view.children_of((applicant.number,)))):
        yield child, ASCENDANT


@dataclass(frozen=True, kw_only=True)
class _Person:
    """Somebody, with all numbers they have or had, and the dossiers of these that there are."""

    current: Dossier
    numbers: frozenset[str]
    dossiers: tuple[Dossier, ...]

    @classmethod
    def of(cls, current: Dossier, numbers: Collection[str], former: Mapping[str, Dossier]) -> "_Person":
        """By what merges.find and merges.merged_into found."""
        return cls(current=current, numbers=frozenset(numbers), dossiers=(current, *former.values()))


def _are_bound(asking: _Person, asked: _Person, _: View) -> bool:
    """Both dossiers have to say so: one of them alone may be out of date. Of who died the survivor's does that says so
    itself."""
    here = asked.numbers.intersection(_bound_to(asking.current))
    there = asking.numbers.intersection(_bound_to(asked.current))
    if here and there:
        return True
    return asked.current.registration.standing in ASKS_NOTHING and (
        _outlives(asking, asked) or _outlived(asking, asked)
    )


def _outlives(asking: _Person, asked: _Person) -> bool:
    """Widowed of the dead, whose dossier stands as it stood, and may say less but nothing else."""
    status, theirs = asking.current.civil_status, asked.current.civil_status
    is_widowed = status.state is CivilState.WIDOWED and status.partner in asked.numbers
    is_refuted = BY_CIVIL_STATE[theirs.state] is Bond.ENDED or theirs.partner not in (None, *asking.numbers)
    return is_widowed and not is_refuted


def _outlived(asking: _Person, asked: _Person) -> bool:
    """Legal cohabitants up to the death, which may have ended it in both dossiers."""
    died, both = asked.current.registration.since, (asking.current.cohabitation, asked.current.cohabitation)
    is_of_each_other = all(
        found is not None and found.partner in other.numbers for found, other in zip(both, (asked, asking), strict=True)
    )
    return is_of_each_other and all(found and (found.until is None or found.until >= died) for found in both)


def _bound_to(dossier: Dossier) -> Iterator[str]:
    """Whose spouse or legal cohabitant somebody is, or was until the other died."""
    status, cohabitation = dossier.civil_status, dossier.cohabitation
    goes_on = BY_CIVIL_STATE[status.state] is Bond.GOES_ON
    if status.partner is not None and (goes_on or status.state is CivilState.WIDOWED):
        yield status.partner
    if cohabitation is not None and cohabitation.until is None:
        yield cohabitation.partner


def _descends(asking: _Person, asked: _Person, view: View) -> bool:
    return _leads_up(asking.dossiers, asked.numbers, view)


def _is_ascendant(asking: _Person, asked: _Person, view: View) -> bool:
    return _leads_up(asked.dossiers, asking.numbers, view)


def _leads_up(start: Iterable[Dossier], wanted: Collection[str], view: View) -> bool:
    """By parents alone: a dossier that names somebody as its child proves nothing that the child's own does not say."""
    generation = list(start)
    for _ in range(GENERATIONS):
        parents = {parent.number for dossier in generation for parent in dossier.parents}
        if parents & set(wanted):
            return True
        known = find_all(sorted(parents), view)
        generation = [found.dossier for found in known.values() if found.dossier is not None]
        if any(found.number in wanted for found in known.values()):
            return True
    return False


_RELATED: Mapping[str, Callable[[_Person, _Person, View], bool]] = MappingProxyType(
    {SPOUSE: _are_bound, DESCENDANT: _descends, ASCENDANT: _is_ascendant}
)
