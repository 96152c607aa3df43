"""When two entries are certainly of two places: for protection, where every doubt counts as one place.

One dwelling is written in many ways: `12 box 101`, `12/0101`, `12 bus 101`; `St.-Jansstraat`, `Sint-Jansstraat`; under
the name or postal code of a part, or of a municipality that merged. What one entry leaves out is no difference. The
strict question, whether the register writes one address, is addresses.is_same_address.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from types import MappingProxyType

from services.contracts.facts import Address
from services.contracts.municipalities import municipalities, official_languages, postcodes
from services.contracts.naming import UNDETERMINED, Names
from services.registry.street_names import may_be_one_street

UNNUMBERED = "?"
"""The key of an entry whose house number has no figure: it can be of any house."""

_ABBREVIATED = re.compile(r"\b[bn]\W*(?=\d)")
"""`b. 3`, `n° 12`: a letter that stands for a word (but `12B3` is a house 12B)."""
_FIGURES = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]+")


def is_certainly_elsewhere(one: Address, other: Address) -> bool:
    """Can these not be one dwelling, however each was written down?

    They can where the house numbers share a figure, box and letters do not contradict each other, the streets may be
    one, and so may the municipalities. Belgian addresses; a municipality is today's, after all mergers of the table.
    """
    return (
        _in_another_street(one, other)
        or _at_another_number(one, other)
        or _in_another_municipality(one.postcode, other.postcode)
    )


def house_numbers(address: Address) -> tuple[str, ...]:
    """What an entry can be looked up by: two that share none, and of which none is UNNUMBERED, are of two places.

    A range is at both its ends, and `12 bus 3` may be at 3. It holds within one town.
    """
    return tuple(sorted(set(_figures(address.house_number)))) or (UNNUMBERED,)


def _at_another_number(one: Address, other: Address) -> bool:
    here, there = set(house_numbers(one)), set(house_numbers(other))
    if UNNUMBERED in here | there:
        return False
    if not here & there:
        return True
    (figures, letters), (others, other_letters) = map(_signs, (one, other))
    return not (_agree(figures, others) or _run_together(figures, others)) or not _agree(letters, other_letters)


def _signs(address: Address) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Figures and single letters of number and box: which of the two a register writes them in differs, words of more
    letters say `box`, `flat` or `ground floor` in one language or another."""
    parts = (address.house_number, address.box or "")
    return tuple(each for part in parts for each in _figures(part)), tuple(
        each for part in parts for each in _single_letters(part)
    )


def _agree(some: Iterable[str], others: Iterable[str]) -> bool:
    """Does one leave out nothing that the other has, or the other way round?"""
    here, there = Counter(some), Counter(others)
    return here <= there or there <= here


def _run_together(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """`1.01` is `101`, and may be `1/1`."""
    return len(some) != len(others) and "".join(some).replace("0", "") == "".join(others).replace("0", "")


@lru_cache(maxsize=4096)
def _figures(text: str) -> tuple[str, ...]:
    """Without zeros in front; zero is nothing."""
    return tuple(figures for each in _FIGURES.findall(_plain(text)) if (figures := each.lstrip("0")))


@lru_cache(maxsize=4096)
def _single_letters(text: str) -> tuple[str, ...]:
    return tuple(each for each in _LETTERS.findall(_ABBREVIATED.sub(" ", _plain(text))) if len(each) == 1)


def _plain(text: str) -> str:
    """Of `12²` and `12½` the small figures stand by themselves; the figures of all scripts are ours."""
    return "".join(map(_plain_sign, text.casefold()))


def _plain_sign(sign: str) -> str:
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    kept = (each for each in unicodedata.normalize("NFKD", sign) if unicodedata.category(each) not in ("Mn", "Cf"))
    plain = "".join(kept)
    return f" {plain} " if unicodedata.category(sign)[0] == "N" else plain


def _in_another_street(one: Address, other: Address) -> bool:
    """Only names in one language can tell two streets apart."""
    if any(may_be_one_street(name, else_) for name in one.street.values() for else_ in other.street.values()):
        return False
    official = _languages(one.postcode) | _languages(other.postcode)
    return bool(_known_in(one.street, official) & _known_in(other.street, official)) or any(
        UNDETERMINED in some and bool(official) and official <= others.keys()
        for some, others in ((one.street, other.street), (other.street, one.street))
    )


def _known_in(names: Names, official: frozenset[str]) -> frozenset[str]:
    """Where there is one language, a name of which nobody noted it is in that one."""
    named = frozenset(names) - {UNDETERMINED}
    return named | official if UNDETERMINED in names and len(official) == 1 else named


def _in_another_municipality(one: str, other: str) -> bool:
    """A postal code that is of no municipality is a slip, and of any."""
    here, there = _municipalities(one), _municipalities(other)
    return bool(here and there) and not here & there


def _municipalities(postcode: str) -> frozenset[str]:
    return _by_postcode().get("".join(_FIGURES.findall(_plain(postcode))), frozenset())


@lru_cache(maxsize=4096)
def _languages(postcode: str) -> frozenset[str]:
    return frozenset(language for refnis in _municipalities(postcode) for language in official_languages(refnis))


@cache
def _by_postcode() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for each in municipalities().values():
        if each.until is None:
            for postcode in postcodes(each.refnis):
                found.setdefault(postcode, set()).add(each.refnis)
    return MappingProxyType({postcode: frozenset(codes) for postcode, codes in found.items()})
