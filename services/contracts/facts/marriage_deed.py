"""That two people married: the deed of marriage."""

from dataclasses import dataclass

from services.contracts.deeds import Deed
from services.contracts.facts import part


@part("marriage-deed", source="deeds", unprinted=("document",))
@dataclass(frozen=True, kw_only=True)
class MarriageDeed(Deed):
    """See Deed."""
