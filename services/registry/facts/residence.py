"""Where somebody lives."""

from services.contracts.errors import Refusal
from services.contracts.facts.residence import Residence
from services.registry.consistency import begun
from services.registry.domain import RegisterKind
from services.registry.facts import RESIDENTS, PopulationFact, Tells
from services.registry.subject import Subject

UNVERIFIED = {RegisterKind.WAITING_EU: Refusal.RESIDENCE_UNVERIFIED}
"""Entered before the police looked whether they live there."""


def _compile(subject: Subject) -> Residence:
    assert subject.stay is not None  # it tells an address
    since = begun(subject.stay.since, subject.dossier, today=subject.today)
    return Residence(address=subject.stay.address, since=since)


FACT = PopulationFact(part=Residence, compile=_compile, tells=Tells.SUBJECTS, standings=RESIDENTS, withheld=UNVERIFIED)
