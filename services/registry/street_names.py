"""Whether two names may be of one street, as officials write them: shortened, turned round, or with a slip."""

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W\d_]+")
_FIGURES = re.compile(r"\d+")
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})
"""Which Unicode does not take apart."""


@lru_cache(maxsize=65536)
def may_be_one_street(one: str, other: str) -> bool:
    """Is it not certain that these are names of two streets? Both are in one language, or in any.

    Who shortens leaves letters out (`Voorbeeldstr.`, `Av.`, `O.L.V.-straat`) or whole words; old lists put the kind
    behind (`Neuve, rue`). One wrong, missing or exchanged letter is a slip. Figures that both have must be the same.
    """
    (words, figures), (others, other_figures) = _read(one), _read(other)
    if figures and other_figures and figures != other_figures:
        return False
    if not words or not others:
        return True
    return _may_shorten(words, others) or _may_shorten(others, words) or _is_a_slip("".join(words), "".join(others))


def _may_shorten(short: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    """Are its letters, from the first of some word on, among those of the whole, in their order?"""
    letters = "".join(short)
    if len(letters) > sum(map(len, whole)):
        return False
    return any(
        word[0] == letters[0] and _is_among(letters, "".join((*whole[place:], *whole[:place])))
        for place, word in enumerate(whole)
    )


def _is_among(letters: str, whole: str) -> bool:
    place = 0
    for letter in letters:
        place = whole.find(letter, place) + 1
        if not place:
            return False
    return True


def _is_a_slip(one: str, other: str) -> bool:
    """Is one letter another, or missing, or are two exchanged?"""
    if abs(len(one) - len(other)) > 1:
        return False
    begin = 0
    while begin < min(len(one), len(other)) and one[begin] == other[begin]:
        begin += 1
    end = 0
    while end < min(len(one), len(other)) - begin and one[-1 - end] == other[-1 - end]:
        end += 1
    here, there = one[begin : len(one) - end], other[begin : len(other) - end]
    return max(len(here), len(there)) <= 1 or (len(here) == 2 and here == there[::-1])


@lru_cache(maxsize=16384)
def _read(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words and figures, without capitals and accents. `IJ` and `Y` are one letter."""
    folded = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    plain = "".join(each for each in folded if unicodedata.category(each) not in ("Mn", "Cf")).replace("ij", "y")
    return tuple(_WORD.findall(plain)), tuple(each.lstrip("0") for each in _FIGURES.findall(plain))
