"""Who may ask the register what. A citizen asks about self; a parent with authority, about a minor child.

Whoever may not ask learns nothing: not whether the person lives here, nor whether there is such a person. So the
right to ask is settled before anything about the subject is.
"""

from collections.abc import Mapping
from datetime import date

from services.contracts.errors import Refusal
from services.registry.consequences import ASKS_NOTHING, BY_STANDING, COLLECTIVE, WITHHELD
from services.registry.domain import Dossier, Household, is_minor

SELF, PARENT = "self", "parent"

_ADDRESS_FACTS = {"residence", "household"}


def may_ask(
    *, capacity: str, applicant: str, applicant_dossier: Dossier | None, subject: str, dossier: Dossier | None, on: date
) -> bool:
    """May the applicant ask about the subject in this capacity? Numbers are current ones, not merged.

    A parent need not live in the town: the child's dossier says who holds parental authority (old Civil Code,
    articles 371 to 387). A parent recorded as deceased or declared absent asks nothing.
    """
    if capacity == SELF:
        return applicant == subject
    if capacity != PARENT or dossier is None or applicant == subject:
        return False
    if applicant_dossier is not None and applicant_dossier.registration.standing in ASKS_NOTHING:
        return False
    return dossier.gives_authority_to(applicant) and is_minor(dossier.born_on, on)


def standing_refusal(dossier: Dossier | None) -> Refusal | None:
    """Why the register has nothing current to say about someone who may be asked about."""
    return Refusal.NOT_A_RESIDENT if dossier is None else BY_STANDING[dossier.registration.standing]


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
    nobody anything new. In a collective household nobody is related to a reference person: no composition. What a
    register does not bear (consequences.WITHHELD) is not certified from it.
    """
    withheld = _withheld(dossier, facts=facts, members=members)
    if not _ADDRESS_FACTS & set(facts):
        return withheld
    shared = "household" in facts or capacity == PARENT
    private = household is not None and not household.collective
    if dossier.protected_address or (
        shared and private and any(member.protected_address for member in members.values())
    ):
        return Refusal.PROTECTED_ADDRESS
    if withheld is not None:
        return withheld
    if "household" in facts and household is not None and _is_collective(household):
        return Refusal.COLLECTIVE_HOUSEHOLD
    return None


def _withheld(dossier: Dossier, *, facts: tuple[str, ...], members: Mapping[str, Dossier]) -> Refusal | None:
    """The first fact that the subject's register does not bear, or a member's the household."""
    own = WITHHELD[dossier.registration.register]
    if refusal := next((own[fact] for fact in facts if fact in own), None):
        return refusal
    if "household" not in facts:
        return None
    theirs = (WITHHELD[each.registration.register].get("household") for each in members.values() if each.is_resident)
    return next((refusal for refusal in theirs if refusal), None)


def _is_collective(household: Household) -> bool:
    return household.collective or any(member.relation in COLLECTIVE for member in household.members)
