"""Who may ask the register what. A citizen asks about self; a parent with authority, about a minor child.

Whoever may not ask learns nothing: not whether the person lives here, nor whether there is such a person. So the
right to ask is settled before anything about the subject is.
"""

from collections.abc import Mapping
from datetime import date

from services.contracts.errors import Refusal
from services.registry.domain import Dossier, Household, Standing, is_minor

SELF, PARENT = "self", "parent"

_GONE = {
    Standing.DECEASED: Refusal.DECEASED,
    Standing.MOVED_OUT: Refusal.MOVED_OUT,
    Standing.EMIGRATED: Refusal.EMIGRATED,
    Standing.STRUCK_OFF: Refusal.STRUCK_OFF,
}
_ADDRESS_FACTS = {"residence", "household"}


def may_ask(
    *, capacity: str, applicant: str, applicant_dossier: Dossier | None, subject: str, dossier: Dossier | None, on: date
) -> bool:
    """May the applicant ask about the subject in this capacity? Numbers are current ones, not merged.

    A parent need not live in the town: the child's dossier says who holds parental authority (old Civil Code,
    articles 371 to 387). A parent recorded as deceased asks nothing.
    """
    if capacity == SELF:
        return applicant == subject
    if capacity != PARENT or dossier is None or applicant == subject:
        return False
    if applicant_dossier is not None and applicant_dossier.registration.standing is Standing.DECEASED:
        return False
    return dossier.gives_authority_to(applicant) and is_minor(dossier.born_on, on)


def standing_refusal(dossier: Dossier | None) -> Refusal | None:
    """Why the register has nothing current to say about someone who may be asked about."""
    return Refusal.NOT_A_RESIDENT if dossier is None else _GONE.get(dossier.registration.standing)


def facts_refusal(
    dossier: Dossier,
    *,
    capacity: str,
    facts: tuple[str, ...],
    household: Household | None,
    members: Mapping[str, Dossier],
) -> Refusal | None:
    """Why the register will not give these facts about a resident.

    A protected address (Royal Decree of 16 July 1992 on information from the registers, article 7) is never put on
    paper automatically, not for the resident either: a sign-in can be forced, a certificate is handed on, and the desk
    sees who asks. One protected member protects the household: its composition would tell the address, a child's
    residence would tell a parent who lives elsewhere. The residence of an unprotected member who asks for self tells
    nobody anything new. In a collective household nobody is related to a reference person: no composition.
    """
    if not _ADDRESS_FACTS & set(facts):
        return None
    shared = "household" in facts or capacity == PARENT
    private = household is not None and not household.collective
    if dossier.protected_address or (
        shared and private and any(member.protected_address for member in members.values())
    ):
        return Refusal.PROTECTED_ADDRESS
    if "household" in facts and household is not None and household.collective:
        return Refusal.COLLECTIVE_HOUSEHOLD
    return None
