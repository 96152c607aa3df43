"""Who may ask the register what. A citizen asks about self; a parent with authority, about a minor child.

Whoever may not ask learns nothing: not whether the person lives here, nor whether there is such a person. So the
right to ask is settled before anything about the subject is.
"""

from collections.abc import Collection, Iterable
from datetime import date
from enum import Enum, auto
from typing import Any

from services.contracts.errors import Refusal
from services.contracts.partial_days import earliest
from services.registry.consequences import ASKS_NOTHING, BY_REGISTER, BY_STANDING
from services.registry.consistency import check_birth
from services.registry.domain import PARENT, SELF, Dossier, View, is_minor
from services.registry.facts import PopulationFact, Tells, standings, told
from services.registry.home import Home
from services.registry.merges import Found, merged_into
from services.registry.seclusion import is_secluded, lives_with

Facts = Collection[PopulationFact[Any]]


class Asker(Enum):
    """Where who asks stands towards the subject's address."""

    SUBJECT = auto()
    AT_HOME = auto()
    """A parent of whom the register says that the address is theirs, too (seclusion.lives_with)."""
    APART = auto()
    """Any other parent."""


def may_ask(*, capacity: str, applicant: Found, numbers: Collection[str], subject: Found, view: View, on: date) -> bool:
    """May the applicant, of whom `numbers` are all numbers, ask about the subject in this capacity?

    A parent need not live in the town: the child's dossier says who holds parental authority (old Civil Code,
    articles 371 to 387). A parent last recorded as deceased or declared absent asks nothing, nor does one from whom
    somebody's protection hides in which town the child is (seclusion.py). Raises Inconsistent where any other parent
    with authority asks and the register contradicts itself about either: a stranger is told nothing of that.
    """
    if capacity == SELF:
        return applicant.number == subject.number
    if capacity != PARENT or applicant.number == subject.number or not holds_authority(numbers, subject):
        return False
    known = applicant.trail if applicant.contradiction else (applicant.last_known,)
    if any(dossier is not None and dossier.registration.standing in ASKS_NOTHING for dossier in known):
        return False
    child = subject.dossier
    if child is not None and earliest(child.born_on) is not None and not is_minor(child.born_on, on):
        return False
    former = merged_into([subject.number], view).values()
    if is_secluded(subject, former=former, parent=applicant, numbers=numbers, view=view, today=on):
        return False
    applicant.check()
    if child is not None:
        check_birth(child, today=on)
    return child is not None


def holds_authority(numbers: Collection[str], child: Found) -> bool:
    """Does the parent of these numbers hold parental authority?

    One who is listed twice, once under an old number, holds it where both entries say so: what was taken away in one
    must not be asked for by the other. Of a child whose merges lead nowhere every dossier counts.
    """
    dossiers = child.trail if child.contradiction else (child.dossier,)
    entries = [parent for dossier in dossiers if dossier for parent in dossier.parents if parent.number in numbers]
    return bool(entries) and all(parent.authority for parent in entries)


def standing_refusal(dossier: Dossier | None, *, facts: Facts, capacity: str) -> Refusal | None:
    """Why the register says none of these facts of someone who may be asked about, as they stand in it.

    What is not the population's to tell depends on no standing there, but the dead ask nothing about themselves.
    """
    if dossier is None:
        return Refusal.NOT_A_RESIDENT
    standing = dossier.registration.standing
    if not facts and (capacity != SELF or standing not in ASKS_NOTHING):
        return None
    if standing in standings(facts):
        return None
    return BY_STANDING[standing] or Refusal.STILL_REGISTERED


def asker(capacity: str, applicant: Found, subject: Dossier) -> Asker:
    """Of somebody who may ask."""
    if capacity == SELF:
        return Asker.SUBJECT
    return Asker.AT_HOME if lives_with(applicant.dossier, subject) else Asker.APART


def is_shared(facts: Facts, *, minor: bool) -> bool:
    """Whether an address is told that is not only the asking resident's own: a minor's is that of who looks after it,
    also where it asks for itself, because another parent may hold its card.
    """
    return told(facts) is Tells.HOUSEHOLDS or minor


def facts_refusal(
    dossier: Dossier,
    former: Iterable[Dossier],
    *,
    facts: Facts,
    home: Home | None,
    asker: Asker,
    minor: bool,
) -> Refusal | None:
    """Why the register will not give these facts about a resident, of whom `former` are the merged dossiers.

    A protected address (Royal Decree of 16 July 1992 on information from the registers, article 7) is never put on
    paper automatically, not for the resident either: a sign-in can be forced, a certificate is handed on, and the desk
    sees who asks. One protected member protects the household: its composition would tell the address, a child's
    residence would tell whoever else holds the child's papers. The residence of an unprotected adult who asks for self
    tells nobody anything new, nor does that of a child to a parent whose address it is. A protection counts whichever
    of somebody's dossiers holds it: a merge must not end one.

    A refusal must not tell of the protection of somebody outside the household, whom the asker may never have heard
    of, by its words nor by not being there where nobody is protected. So it does not depend on one: a minor who asks
    for self (or another parent does, with the minor's card) is sent to the desk from every address at which anybody
    else is, or could be, and from every collective household, which a shelter is, too; a protection of somebody of
    whom household and dossier do not agree is left to the contradiction; a parent who lives apart was refused before
    (seclusion.py) but for a protection of their own.

    In a collective household nobody is related to a reference person: no composition.

    What a register does not bear (consequences.BY_REGISTER, PopulationFact.withheld) is not certified from it, nor that
    somebody lives at a reference address.
    """
    withheld = _withheld(dossier, facts=facts, home=home)
    if home is None:
        return withheld
    if any(each.protected_address for each in (dossier, *former, *_protecting(home, asker))):
        return Refusal.PROTECTED_ADDRESS
    if withheld is not None:
        return withheld
    handed_on = minor and asker is Asker.SUBJECT
    if (told(facts) is Tells.HOUSEHOLDS or handed_on) and home.is_collective:
        return Refusal.COLLECTIVE_HOUSEHOLD
    if handed_on and home.is_shared_with_others:
        return Refusal.NOT_ENTITLED
    return None


def _protecting(home: Home, asker: Asker) -> Iterable[Dossier]:
    """The dossiers whose protection may be told to who asks."""
    if asker is Asker.APART:
        return home.involved
    return (dossier for found in home.housemates for dossier in home.dossiers_of(found))


def _withheld(dossier: Dossier, *, facts: Facts, home: Home | None) -> Refusal | None:
    """The first fact that the subject's register does not bear, or a member's who lives together. What no population
    tells, such as a deed, none has to bear."""
    if not facts:
        return None
    register = dossier.registration.register
    own = (BY_REGISTER[register], *(fact.withheld.get(register) for fact in facts))
    if refusal := next(filter(None, own), None):
        return refusal
    members = [found.dossier for _, found in home.members if found.dossier] if home is not None else []
    if home is not None and any(each.reference_address for each in (dossier, *members)):
        return Refusal.REFERENCE_ADDRESS
    registers = [each.registration.register for each in members if each.is_resident]
    of_all = [fact for fact in facts if fact.tells is Tells.HOUSEHOLDS]
    theirs = (BY_REGISTER[each] or fact.withheld.get(each) for each in registers for fact in of_all)
    return next(filter(None, theirs), None)
