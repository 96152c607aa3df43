"""That somebody was born: the deed of birth."""

from dataclasses import dataclass

from services.contracts.deeds import Deed
from services.contracts.facts import part


@part("birth-deed", source="deeds", unprinted=("document",))
@dataclass(frozen=True, kw_only=True)
class BirthDeed(Deed):
    """See Deed."""
