"""A deed of death."""

from services.contracts.facts.death_deed import DeathDeed
from services.registry.sources.deeds.fact import DeedFact

FACT = DeedFact(part=DeathDeed, kind="death")
