"""Whether somebody is married, and was."""

from services.contracts.facts.civil_status import CivilStatus
from services.registry.bonds import check_marriage
from services.registry.consequences import BY_DECLARATION
from services.registry.consistency import check_bonds
from services.registry.facts import RESIDENTS, PopulationFact
from services.registry.subject import Subject


def _compile(subject: Subject) -> CivilStatus:
    check_bonds(subject.dossier, today=subject.today)
    check_marriage(subject)
    status = subject.dossier.civil_status
    return CivilStatus(state=status.state.value, since=status.since, sex=subject.dossier.sex)


FACT = PopulationFact(part=CivilStatus, compile=_compile, standings=RESIDENTS, withheld=BY_DECLARATION)
