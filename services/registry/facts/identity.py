"""Who somebody is."""

from services.contracts.facts.identity import Identity
from services.contracts.municipalities import english, municipality, official_languages
from services.contracts.naming import Names
from services.contracts.partial_days import earliest
from services.registry.consequences import DECLARED
from services.registry.domain import Place
from services.registry.facts import PopulationFact
from services.registry.origins import birth_country, nationality_codes
from services.registry.subject import Subject


def _compile(subject: Subject) -> Identity:
    dossier = subject.dossier
    return Identity(
        national_number=dossier.number,
        first_names=dossier.first_names,
        last_name=dossier.last_name,
        born_on=dossier.born_on,
        birth_place=_names(dossier.birth_place, dossier.born_on, subject.town),
        birth_country=birth_country(dossier),
        nationalities=nationality_codes(dossier),
        sex=dossier.sex,
        former_numbers=tuple(sorted(each.number for each in subject.former)),
        declared=dossier.registration.register in DECLARED,
    )


def _names(place: Place | None, born_on: str, town: str) -> Names | None:
    """What a place was called when somebody was born there: a municipality that merged later keeps its name. Where a
    text of the town has both names of one, that in the town's own language is the first.
    """
    if place is None:
        return None
    born = earliest(born_on)
    known = municipality(place.refnis, born) if place.refnis and born else None
    return {**known.names, "en": english(known, reader=official_languages(town))} if known else place.names or None


FACT = PopulationFact(part=Identity, compile=_compile)
