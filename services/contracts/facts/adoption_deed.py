"""That somebody was adopted: the deed of adoption."""

from dataclasses import dataclass

from services.contracts.deeds import Deed
from services.contracts.facts import part


@part("adoption-deed", source="deeds", unprinted=("document",))
@dataclass(frozen=True, kw_only=True)
class AdoptionDeed(Deed):
    """See Deed."""
