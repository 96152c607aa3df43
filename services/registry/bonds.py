"""Whether what a dossier says of a spouse or a legal cohabitant is what theirs says, too.

A dossier of who left the town stands still, and contradicts nothing but by a death.
"""

from collections.abc import Collection
from contextlib import suppress
from itertools import product

from services.registry.consequences import ASKS_NOTHING, BY_CIVIL_STATE, LEGAL_COHABITANT, MARRIED, Bond
from services.registry.consistency import check_words
from services.registry.contradictions import Contradiction, Inconsistent
from services.registry.domain import REFERENCE_PERSON, CivilState, Dossier, Household
from services.registry.merges import Found, find
from services.registry.subject import Subject


def check_marriage(subject: Subject) -> None:
    """Raises Inconsistent where the spouse's dossier refutes the subject's."""
    status = subject.dossier.civil_status
    if status.partner is None:
        return
    spouse = find(status.partner, subject.view)
    _check_another(status.partner, spouse, subject)
    if spouse.dossier is None:
        return
    bond = BY_CIVIL_STATE[status.state]
    if bond is Bond.GOES_ON and _is_dead(spouse.dossier):
        raise _between(Contradiction.MARRIED_TO_THE_DECEASED, subject, spouse)
    if not spouse.dossier.is_resident:
        return
    if status.state is CivilState.WIDOWED:
        raise _between(Contradiction.WIDOWED_OF_THE_LIVING, subject, spouse)
    goes_on_alone = bond is Bond.GOES_ON and not _is_bound(spouse.dossier, subject)
    if goes_on_alone or (bond is Bond.ENDED and _goes_on_with(subject, spouse.dossier)):
        raise _between(Contradiction.MARRIAGE_ON_ONE_SIDE, subject, spouse)


def cohabitant(subject: Subject) -> Dossier | None:
    """With whom the subject cohabits legally, or did; None where that was somebody whom the town does not know any
    more. Raises Inconsistent where their dossier, a marriage or the household refutes what the subject's says of it, or
    their name cannot stand on paper."""
    declared = subject.dossier.cohabitation
    if declared is None:
        _check_listed(subject)
        return None
    partner = find(declared.partner, subject.view)
    _check_another(declared.partner, partner, subject)
    if declared.until is not None:
        _check_listed(subject, former=(declared.partner, partner.number))
    else:
        _check_unmarried(subject.dossier)
        if partner.dossier is None:
            raise _between(Contradiction.COHABITANT_WITHOUT_DOSSIER, subject, partner)
        if _is_dead(partner.dossier):
            raise _between(Contradiction.COHABITATION_ON_ONE_SIDE, subject, partner)
    if partner.dossier is not None:
        if partner.dossier.is_resident:
            _check_both_say(subject, partner, partner.dossier)
        check_words(partner.dossier)
    return partner.dossier


def _check_both_say(subject: Subject, partner: Found, theirs: Dossier) -> None:
    """Whether a cohabitation that goes on does so in both dossiers, and one that ended in neither."""
    own, other = subject.dossier.cohabitation, theirs.cohabitation
    goes_on = own is not None and own.until is None
    is_theirs = other is not None and other.until is None and other.partner in subject.numbers
    if goes_on is not is_theirs:
        raise _between(Contradiction.COHABITATION_ON_ONE_SIDE, subject, partner)
    if goes_on:
        _check_unmarried(theirs)


def _check_unmarried(dossier: Dossier) -> None:
    """To whomever: a legal cohabitation ends where one of the two marries (old Civil Code, article 1476, § 2)."""
    if dossier.civil_status.state in MARRIED:
        raise Inconsistent(Contradiction.COHABITATION_INTO_MARRIAGE, about=[dossier.number])


def _check_listed(subject: Subject, *, former: Collection[str] = ()) -> None:
    """Whether the household lists the subject and another as legal cohabitants, where by the subject's dossier there is
    none, or none but the `former` one, whose dossier says more than the list.

    The list alone is held against it: nobody else's dossier has to be read for that. A list that cannot be read, as
    where it has no address, says nothing of a cohabitation.
    """
    household = None
    with suppress(Inconsistent):
        household = subject.view.household(subject.dossier.household) if subject.dossier.household else None
    if household is None:
        return
    pairs = product(_listed(household, REFERENCE_PERSON), _listed(household, LEGAL_COHABITANT))
    for pair in pairs:
        if set(pair) & subject.numbers and not set(pair) & set(former):
            raise Inconsistent(Contradiction.LEGAL_COHABITATION_UNDECLARED, about=pair, household=household.id)


def _listed(household: Household, relation: str) -> list[str]:
    return [each.number for each in household.members if each.relation == relation]


def _check_another(number: str, other: Found, subject: Subject) -> None:
    """Whether the other is somebody, and not the subject under whichever number."""
    other.check()
    if {number, other.number} & subject.numbers:
        raise Inconsistent(Contradiction.BOUND_TO_ONESELF, about=[subject.dossier.number])


def _is_dead(dossier: Dossier) -> bool:
    return dossier.registration.standing in ASKS_NOTHING


def _is_bound(spouse: Dossier, subject: Subject) -> bool:
    """Married, and to nobody else; whom to need not be written down."""
    status = spouse.civil_status
    to_somebody_else = status.partner is not None and status.partner not in subject.numbers
    return (
        BY_CIVIL_STATE[status.state] is not Bond.ENDED
        and status.state is not CivilState.UNMARRIED
        and not to_somebody_else
    )


def _goes_on_with(subject: Subject, spouse: Dossier) -> bool:
    """Does the dossier say that they are married still, and to the subject?"""
    status = spouse.civil_status
    return BY_CIVIL_STATE[status.state] is Bond.GOES_ON and status.partner in subject.numbers


def _between(kind: Contradiction, subject: Subject, other: Found) -> Inconsistent:
    return Inconsistent(kind, about=(subject.dossier.number, other.number))
