"""That somebody was written off to abroad (model 8)."""

from dataclasses import dataclass

from services.contracts.address import Address
from services.contracts.facts import part


@part("departure")
@dataclass(frozen=True, kw_only=True)
class Departure:
    """Since when somebody is written off, to which country (None where nobody said), and from which address, where it
    is known."""

    since: str
    country: str | None = None
    last_address: Address | None = None
