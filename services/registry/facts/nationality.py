"""Of which states somebody is a national, and since when."""

from services.contracts.facts.nationality import HeldNationality, Nationality
from services.registry.consequences import BY_DECLARATION
from services.registry.facts import RESIDENTS, PopulationFact
from services.registry.origins import nationality_codes
from services.registry.subject import Subject


def _compile(subject: Subject) -> Nationality:
    dossier = subject.dossier
    held = zip(nationality_codes(dossier), dossier.nationalities, strict=True)
    return Nationality(held=tuple(HeldNationality(code=code, since=each.since) for code, each in held), sex=dossier.sex)


FACT = PopulationFact(part=Nationality, compile=_compile, standings=RESIDENTS, withheld=BY_DECLARATION)
