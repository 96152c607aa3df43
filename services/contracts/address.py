"""A postal address."""

from dataclasses import dataclass

from services.contracts.naming import Names


@dataclass(frozen=True, kw_only=True)
class Address:
    """An address in Belgium. Street and municipality have a name in each official language of the place."""

    street: Names
    house_number: str
    box: str | None
    postcode: str
    municipality: Names
