"""When two entries are of one address: as people read them, not sign by sign."""

import re
import unicodedata

from services.contracts.facts import Address
from services.contracts.naming import Names

_RUN = re.compile(r"[^\W\d_]+|\d+")
_BETWEEN_FIGURES = re.compile(r"(?<=\d) (?=\d)")
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})
"""Which Unicode does not take apart."""


def is_same_address(one: Address, other: Address) -> bool:
    """Whether two entries are of one place: an old one may have a name in a language that nobody noted, or in fewer
    languages than a new one. Capitals, accents, spaces and signs are no difference (`12A`, `12 A`; `Rue de l'Eglise`,
    `RUE DE L’ÉGLISE`), and a box that says nothing is none.
    """
    if dwelling(one) != dwelling(other):
        return False
    return all(map(_agree, (one.street, one.municipality), (other.street, other.municipality)))


def dwelling(address: Address) -> str:
    """What two entries of one address have in common, in whatever languages: postal code, house number and box."""
    return "|".join(map(_number, (address.postcode, address.house_number, address.box or "")))


def _agree(one: Names, other: Names) -> bool:
    """In the languages they share; where they share none, one name is both."""
    here, there = ({language: as_read(name) for language, name in names.items()} for names in (one, other))
    if shared := here.keys() & there.keys():
        return all(here[language] == there[language] for language in shared)
    return bool(set(here.values()) & set(there.values()))


def as_read(name: str) -> str:
    """What two ways of writing a name have in common."""
    return "".join(_runs(name))


def _number(text: str) -> str:
    """`12 A` is `12A`, and `12-14` is not `1214`."""
    return _BETWEEN_FIGURES.sub("-", " ".join(_runs(text))).replace(" ", "")


def _runs(text: str) -> list[str]:
    """Its letters and figures, one run after the other, without capitals and accents."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return _RUN.findall("".join(each for each in folded if unicodedata.category(each) not in ("Mn", "Cf")))
