"""Where somebody has lived, the last address first."""

from services.contracts.facts.residence_history import ResidenceHistory, Stay
from services.registry.consistency import check_former_address, current_stay
from services.registry.contradictions import concerning
from services.registry.facts import RESIDENTS, PopulationFact, Tells
from services.registry.facts.residence import UNVERIFIED
from services.registry.subject import Subject


def _compile(subject: Subject) -> ResidenceHistory:
    """The last address was found to be one of the town."""
    dossier = subject.view.in_full(subject.dossier)
    current_stay(dossier, today=subject.today)
    with concerning(dossier.number):
        for stay in dossier.stays[:-1]:
            check_former_address(stay.address)
    stays = (Stay(address=each.address, since=each.since, until=each.until) for each in dossier.stays)
    return ResidenceHistory(stays=tuple(stays)[::-1])


FACT = PopulationFact(
    part=ResidenceHistory, compile=_compile, tells=Tells.SUBJECTS, standings=RESIDENTS, withheld=UNVERIFIED
)
