"""Whether somebody is married, and was."""

from services.contracts.errors import Refusal
from services.contracts.facts.civil_status import CivilStatus
from services.registry.bonds import check_marriage
from services.registry.consequences import BY_DECLARATION
from services.registry.consistency import check_bonds
from services.registry.domain import CivilState
from services.registry.facts import RESIDENTS, PopulationFact
from services.registry.subject import Subject


def _refusal(subject: Subject) -> Refusal | None:
    """Nothing is stated where the source left it out."""
    return Refusal.NOT_TOLD if subject.dossier.civil_status.state is CivilState.NOT_SAID else None


def _compile(subject: Subject) -> CivilStatus:
    check_bonds(subject.dossier, today=subject.today)
    check_marriage(subject)
    status = subject.dossier.civil_status
    return CivilStatus(state=status.state.value, since=status.since, sex=subject.dossier.sex)


FACT = PopulationFact(
    part=CivilStatus, compile=_compile, refusal=_refusal, standings=RESIDENTS, withheld=BY_DECLARATION
)
