"""When two entries are of one address, written in one way: for what a certificate may say of them.

Where it says no, the register contradicts itself, and the town looks at it. The opposite doubt, for protection, is
elsewhere.py.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from services.contracts.address import Address
from services.contracts.boxes import box_of
from services.contracts.naming import Names

_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ß": "ss", "Œ": "OE", "Æ": "AE"})
"""Which Unicode does not take apart."""
_SIGNS = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | dict.fromkeys("’‘ʼ′´`", "'"))
_SILENT = frozenset(" -.")
"""Between a letter and a figure they say nothing: `12 A`, `12-A`."""

_AROUND_SIGNS = re.compile(r" ?([^\w\s]) ?")
_TOKENS = re.compile(r"[^\W\d_]|\d+|[^\w\s]|_|\s+|[\w]")
"""A letter, figures that stand together, a sign, space; or a figure that is none of ten, like `²`."""


def is_same_address(one: Address, other: Address) -> bool:
    """Whether two entries are of one place: an old one may have a name in a language that nobody noted, or in fewer
    languages than a new one. Capitals, spaces and the kind of apostrophe or dash are no difference, nor are accents
    that one of the two has not (`Rue de l'Eglise`, `RUE DE L’ÉGLISE`), and a box that says nothing is none. Figures,
    and the signs between and before them, are: `12-14` is not `12/14`, `12²` not `122`, box `-1` not `1`.
    """
    return (_written(one) == _written(other) or _numbers(one) == _numbers(other)) and all(
        map(_agree, (one.street, one.municipality), (other.street, other.municipality))
    )


@lru_cache(maxsize=2000)
def as_read(name: str) -> str:
    """What two ways of writing a name have in common; of accents, everything but them."""
    return "".join(letter for letter, _, _ in _letters(name))


def _numbers(address: Address) -> tuple[str, ...]:
    return tuple(map(_number, _written(address)))


def _written(address: Address) -> tuple[str, str, str]:
    return address.postcode, address.house_number, box_of(address.box) or ""


def _agree(one: Names, other: Names) -> bool:
    """In the languages they share; where they share none, one name is both."""
    if shared := one.keys() & other.keys():
        return all(_is_one_name(one[language], other[language]) for language in shared)
    return any(_is_one_name(name, another) for name in one.values() for another in other.values())


def _is_one_name(one: str, other: str) -> bool:
    """`Pêches` is not `Péchés`, though either may be written `Peches` or `PECHES`."""
    if one == other:
        return True
    here, there = list(_letters(one)), list(_letters(other))
    if [letter for letter, _, _ in here] != [letter for letter, _, _ in there]:
        return False
    bare = not any(accents for _, accents, _ in here) or not any(accents for _, accents, _ in there)
    return bare or all(
        accents == others or (not accents and capital) or (not others and other_capital)
        for (_, accents, capital), (_, others, other_capital) in zip(here, there, strict=True)
    )


def _letters(name: str) -> Iterator[tuple[str, str, bool]]:
    """Its letters, figures and what stands between two figures, each with its accents and whether it is a capital."""
    tokens = list(_tokens(name))
    heard = [each for each in tokens if each[0].isalnum()]
    places = [place for place, each in enumerate(tokens) if each[0].isalnum()]
    between = ["".join(tokens[before + 1 : after]).strip() or " " for before, after in pairwise(places)]
    for place, token in enumerate(heard):
        if place and _is_figure(heard[place - 1]) and _is_figure(token):
            yield between[place - 1], "", False
        parts = unicodedata.normalize("NFD", token)
        base = "".join(each for each in parts if unicodedata.category(each) != "Mn")
        yield base.casefold(), parts[len(base) :], base.isupper()


def _number(text: str) -> str:
    """`12 A`, `12-a` and `12A` are one; `12-14`, `12/14` and `12 14` are three."""
    tokens = [each.casefold() for each in _tokens(_AROUND_SIGNS.sub(r"\1", " ".join(text.split())))]
    while tokens and tokens[-1] in _SILENT:
        tokens.pop()
    inner = zip(tokens, tokens[1:], tokens[2:], strict=False)
    silent = {
        place
        for place, (before, token, after) in enumerate(inner, 1)
        if token in _SILENT and (before.isalpha() or after.isalpha())
    }
    return "".join(token for place, token in enumerate(tokens) if place not in silent)


def _is_figure(token: str) -> bool:
    return unicodedata.category(token[0])[0] == "N"


def _tokens(text: str) -> Iterator[str]:
    """Letters in one form whatever their width, figures as they are: `²` is not `2`."""
    composed = unicodedata.normalize("NFC", text.strip()).translate(_LETTERS).translate(_SIGNS)
    shown = (each for each in composed if unicodedata.category(each) != "Cf")
    plain = "".join(
        unicodedata.normalize("NFKC", each) if unicodedata.category(each)[0] == "L" or each.isdecimal() else each
        for each in shown
    )
    return iter(_TOKENS.findall(plain))
