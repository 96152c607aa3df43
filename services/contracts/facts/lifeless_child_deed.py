"""The deed of a child that was born lifeless."""

from dataclasses import dataclass

from services.contracts.deeds import Deed
from services.contracts.facts import part


@part("lifeless-child-deed", source="deeds", unprinted=("document",))
@dataclass(frozen=True, kw_only=True)
class LifelessChildDeed(Deed):
    """See Deed."""
