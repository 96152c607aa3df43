"""A deed of divorce."""

from services.contracts.facts.divorce_deed import DivorceDeed
from services.registry.sources.deeds.fact import DeedFact

FACT = DeedFact(part=DivorceDeed, kind="divorce")
