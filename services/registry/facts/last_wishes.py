"""What somebody declared about their own burial."""

from services.contracts.facts.last_wishes import LastWishes
from services.contracts.register_codes import LAST_WISHES
from services.registry.consistency import check_begun
from services.registry.contradictions import Contradiction, Inconsistent, concerning
from services.registry.facts import RESIDENTS, PopulationFact
from services.registry.subject import Subject


def _compile(subject: Subject) -> LastWishes:
    declared = subject.dossier.last_wishes
    if declared is None:
        return LastWishes(mode=None)
    if declared.mode not in LAST_WISHES:
        raise Inconsistent(Contradiction.CODE_UNKNOWN, about=[subject.dossier.number])
    if declared.declared_on is not None:
        with concerning(subject.dossier.number):
            check_begun(declared.declared_on, subject.dossier, today=subject.today)
    return LastWishes(mode=declared.mode, declared_on=declared.declared_on)


FACT = PopulationFact(part=LastWishes, compile=_compile, standings=RESIDENTS)
