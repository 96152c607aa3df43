"""When two entries are of one address: as people read them, not sign by sign."""

import unicodedata

from services.contracts.facts import Address
from services.contracts.naming import Names
from services.contracts.text import printable


def is_same_address(one: Address, other: Address) -> bool:
    """Whether two entries are of one place: an old one may have a name in a language that nobody noted, or in fewer
    languages than a new one. Capitals and spaces are no difference, and an empty box is none.
    """
    if dwelling(one) != dwelling(other):
        return False
    return all(map(_agree, (one.street, one.municipality), (other.street, other.municipality)))


def dwelling(address: Address) -> str:
    """What two entries of one address have in common, in whatever languages: postal code, house number and box."""
    return "|".join(map(_as_read, (address.postcode, address.house_number, address.box or "")))


def _agree(one: Names, other: Names) -> bool:
    """In the languages they share; where they share none, one name is both."""
    here, there = ({language: _as_read(name) for language, name in names.items()} for names in (one, other))
    if shared := here.keys() & there.keys():
        return all(here[language] == there[language] for language in shared)
    return bool(set(here.values()) & set(there.values()))


def _as_read(text: str) -> str:
    seen = "".join(each for each in printable(text) if unicodedata.category(each) != "Cf")
    return " ".join(seen.casefold().split())
