"""A deed of nationality."""

from services.contracts.facts.nationality_deed import NationalityDeed
from services.registry.sources.deeds.fact import DeedFact

FACT = DeedFact(part=NationalityDeed, kind="nationality")
