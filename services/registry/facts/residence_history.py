"""Where somebody has lived, the last address first."""

from services.contracts.facts.residence_history import ResidenceHistory, Stay
from services.registry.consistency import check_former_address
from services.registry.contradictions import concerning
from services.registry.facts import RESIDENTS, PopulationFact, Tells
from services.registry.facts.residence import UNVERIFIED
from services.registry.subject import Subject


def _compile(subject: Subject) -> ResidenceHistory:
    """`home.check` found the days in order, and the last address to be one of the town."""
    with concerning(subject.dossier.number):
        for stay in subject.dossier.stays[:-1]:
            check_former_address(stay.address)
    stays = (Stay(address=each.address, since=each.since, until=each.until) for each in subject.dossier.stays)
    return ResidenceHistory(stays=tuple(stays)[::-1])


FACT = PopulationFact(
    part=ResidenceHistory, compile=_compile, tells=Tells.SUBJECTS, standings=RESIDENTS, withheld=UNVERIFIED
)
