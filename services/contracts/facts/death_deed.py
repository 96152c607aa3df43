"""That somebody died: the deed of death."""

from dataclasses import dataclass

from services.contracts.deeds import Deed
from services.contracts.facts import part


@part("death-deed", source="deeds", unprinted=("document",))
@dataclass(frozen=True, kw_only=True)
class DeathDeed(Deed):
    """See Deed."""
