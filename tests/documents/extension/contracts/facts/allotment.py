"""A fact of a deployment's own: which garden of the town somebody rents."""

from dataclasses import dataclass

from services.contracts.address import Address
from services.contracts.facts import part


@part("allotment", unprinted=("waiting_list",))
@dataclass(frozen=True, kw_only=True)
class Allotment:
    """A garden (allotment) and what grows there, since when; the day may be partly unknown."""

    garden: Address
    since: str
    crops: tuple[tuple[str, ...], ...] = ()
    waiting_list: int = 0
