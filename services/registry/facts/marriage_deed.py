"""A deed of marriage."""

from services.contracts.facts.marriage_deed import MarriageDeed
from services.registry.sources.deeds.fact import DeedFact

FACT = DeedFact(part=MarriageDeed, kind="marriage")
