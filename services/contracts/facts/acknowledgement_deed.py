"""That somebody acknowledged a child: the deed of acknowledgement."""

from dataclasses import dataclass

from services.contracts.deeds import Deed
from services.contracts.facts import part


@part("acknowledgement-deed", source="deeds", unprinted=("document",))
@dataclass(frozen=True, kw_only=True)
class AcknowledgementDeed(Deed):
    """See Deed."""
