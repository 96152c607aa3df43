"""An extract of a deed of birth."""

from services.contracts.facts.birth_deed import BirthDeed
from services.registry.sources.deeds.fact import DeedFact

FACT = DeedFact(part=BirthDeed, kind="birth")
