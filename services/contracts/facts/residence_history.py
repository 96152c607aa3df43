"""Where somebody has lived in the town."""

from dataclasses import dataclass

from services.contracts.address import Address
from services.contracts.facts import part


@dataclass(frozen=True, kw_only=True)
class Stay:
    """A period at an address; `until` is None for where the subject lives now. Days may be partly unknown."""

    address: Address
    since: str
    until: str | None = None


@part("residence-history")
@dataclass(frozen=True, kw_only=True)
class ResidenceHistory:
    """All main residences that this town's registers know of, the last one first."""

    stays: tuple[Stay, ...]
