"""That somebody was written off to abroad (model 8): the one fact of who lives here no more."""

from services.contracts.countries import COUNTRIES
from services.contracts.errors import Refusal
from services.contracts.facts.departure import Departure
from services.registry.consistency import check_former_address
from services.registry.contradictions import Contradiction, Inconsistent, concerning
from services.registry.domain import Standing
from services.registry.facts import PopulationFact
from services.registry.subject import Subject

WRITTEN_OFF = frozenset({Standing.EMIGRATED, Standing.STRUCK_OFF_ABROAD})


def _refusal(subject: Subject) -> Refusal | None:
    """A protection holds for the address that somebody left, too."""
    return Refusal.PROTECTED_ADDRESS if subject.is_protected else None


def _compile(subject: Subject) -> Departure:
    registration, stays = subject.dossier.registration, subject.view.in_full(subject.dossier).stays
    country = registration.destination
    with concerning(subject.dossier.number):
        if country is not None and country not in COUNTRIES:
            raise Inconsistent(Contradiction.CODE_UNKNOWN)
        if stays:
            check_former_address(stays[-1].address)
    last_address = stays[-1].address if stays else None
    return Departure(since=registration.since, country=country, last_address=last_address)


FACT = PopulationFact(part=Departure, compile=_compile, refusal=_refusal, standings=WRITTEN_OFF)
