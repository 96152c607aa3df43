"""The deed of a child that was born lifeless."""

from services.contracts.facts.lifeless_child_deed import LifelessChildDeed
from services.registry.sources.deeds.fact import DeedFact

FACT = DeedFact(part=LifelessChildDeed, kind="lifeless-child")
