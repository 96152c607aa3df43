"""Where somebody lives."""

from dataclasses import dataclass
from datetime import date

from services.contracts.address import Address
from services.contracts.facts import part


@part("residence")
@dataclass(frozen=True, kw_only=True)
class Residence:
    """The main residence (hoofdverblijfplaats, résidence principale) and since when."""

    address: Address
    since: date
