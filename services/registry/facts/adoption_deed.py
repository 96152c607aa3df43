"""A deed of adoption."""

from services.contracts.facts.adoption_deed import AdoptionDeed
from services.registry.sources.deeds.fact import DeedFact

FACT = DeedFact(part=AdoptionDeed, kind="adoption")
