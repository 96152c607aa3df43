"""That somebody became Belgian: the deed of nationality."""

from dataclasses import dataclass

from services.contracts.deeds import Deed
from services.contracts.facts import part


@part("nationality-deed", source="deeds", unprinted=("document",))
@dataclass(frozen=True, kw_only=True)
class NationalityDeed(Deed):
    """See Deed."""
