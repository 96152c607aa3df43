"""With whom somebody lives: as the register lists it, no relation is computed anew."""

from datetime import date

from services.contracts.facts.household import Household, Member
from services.registry.consequences import DECLARED
from services.registry.consistency import begun, check_codes, check_standing, check_words
from services.registry.domain import REFERENCE_PERSON, Dossier, Membership
from services.registry.facts import RESIDENTS, PopulationFact, Tells
from services.registry.facts.residence import UNVERIFIED
from services.registry.origins import nationality_codes
from services.registry.relations import check_relations
from services.registry.subject import Subject


def _compile(subject: Subject) -> Household:
    assert subject.stay is not None and subject.home is not None  # noqa: PT018 - it tells who lives there
    check_relations(subject.home, today=subject.today)
    members = [
        _member(membership, found.dossier, today=subject.today)
        for membership, found in subject.home.members
        if found.dossier
    ]
    members.sort(key=lambda member: (member.relation != REFERENCE_PERSON, member.born_on))
    return Household(address=subject.stay.address, members=tuple(members))


def _member(membership: Membership, dossier: Dossier, *, today: date) -> Member:
    check_standing(dossier, today=today)
    check_words(dossier)
    check_codes(dossier, today=today)
    return Member(
        first_names=dossier.first_names,
        last_name=dossier.last_name,
        born_on=dossier.born_on,
        relation=membership.relation,
        since=begun(membership.since, dossier, today=today),
        nationalities=nationality_codes(dossier),
        sex=dossier.sex,
        declared=dossier.registration.register in DECLARED,
    )


FACT = PopulationFact(
    part=Household, compile=_compile, tells=Tells.HOUSEHOLDS, standings=RESIDENTS, withheld=UNVERIFIED
)
