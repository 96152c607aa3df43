"""Whether what a dossier says of a spouse or a legal cohabitant is what theirs says, too.

A dossier of who left the town stands still, and contradicts nothing but by a death.
"""

from services.registry.consequences import ASKS_NOTHING, BY_CIVIL_STATE, Bond
from services.registry.consistency import check_words
from services.registry.contradictions import Contradiction, Inconsistent
from services.registry.domain import CivilState, Dossier
from services.registry.merges import Found, find
from services.registry.subject import Subject


def check_marriage(subject: Subject) -> None:
    """Raises Inconsistent where the spouse's dossier refutes the subject's."""
    status = subject.dossier.civil_status
    if status.partner is None:
        return
    spouse = find(status.partner, subject.view)
    spouse.check()
    if spouse.dossier is None:
        return
    goes_on = BY_CIVIL_STATE[status.state] is Bond.GOES_ON
    if goes_on and _is_dead(spouse.dossier):
        raise _between(Contradiction.MARRIED_TO_THE_DECEASED, subject, spouse)
    if status.state is CivilState.WIDOWED and spouse.dossier.is_resident:
        raise _between(Contradiction.WIDOWED_OF_THE_LIVING, subject, spouse)
    if goes_on and spouse.dossier.is_resident and not _is_bound(spouse.dossier, subject):
        raise _between(Contradiction.MARRIAGE_ON_ONE_SIDE, subject, spouse)


def cohabitant(subject: Subject) -> Dossier | None:
    """With whom the subject cohabits legally, or did; None where that was somebody whom the town does not know any
    more. Raises Inconsistent where their dossier refutes that it goes on, or
    their name cannot stand on paper."""
    declared = subject.dossier.cohabitation
    if declared is None:
        return None
    partner = find(declared.partner, subject.view)
    partner.check()
    if declared.until is None:
        if partner.dossier is None:
            raise _between(Contradiction.COHABITANT_WITHOUT_DOSSIER, subject, partner)
        theirs = partner.dossier.cohabitation
        is_theirs = theirs is not None and theirs.until is None and theirs.partner in subject.numbers
        if _is_dead(partner.dossier) or (partner.dossier.is_resident and not is_theirs):
            raise _between(Contradiction.COHABITATION_ON_ONE_SIDE, subject, partner)
    if partner.dossier is not None:
        check_words(partner.dossier)
    return partner.dossier


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


def _between(kind: Contradiction, subject: Subject, other: Found) -> Inconsistent:
    return Inconsistent(kind, about=(subject.dossier.number, other.number))
