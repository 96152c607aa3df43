"""That a marriage was dissolved: the deed of divorce."""

from dataclasses import dataclass

from services.contracts.deeds import Deed
from services.contracts.facts import part


@part("divorce-deed", source="deeds", unprinted=("document",))
@dataclass(frozen=True, kw_only=True)
class DivorceDeed(Deed):
    """See Deed."""
