"""With whom somebody lives."""

from dataclasses import dataclass
from datetime import date

from services.contracts.address import Address
from services.contracts.facts import part


@dataclass(frozen=True, kw_only=True)
class Member:
    """One member of a household. `relation` is a code of register_codes.RELATIONS, towards the reference person;
    `declared` as in Identity."""

    first_names: tuple[str, ...]
    last_name: str
    born_on: str
    relation: str
    since: date
    nationalities: tuple[str, ...] = ()
    sex: str | None = None
    declared: bool = False


@part("household", unprinted=("sex",))
@dataclass(frozen=True, kw_only=True)
class Household:
    """Who lives together at an address. The reference person comes first, then by date of birth."""

    address: Address
    members: tuple[Member, ...]
