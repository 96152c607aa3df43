"""That somebody is alive: not recorded as deceased today."""

from services.contracts.facts.life import Life
from services.registry.consequences import BY_DECLARATION
from services.registry.facts import RESIDENTS, PopulationFact
from services.registry.subject import Subject


def _compile(subject: Subject) -> Life:
    return Life(alive_on=subject.today)


FACT = PopulationFact(part=Life, compile=_compile, standings=RESIDENTS, withheld=BY_DECLARATION)
