"""What house numbers and boxes hold, however they were written down: for elsewhere.py, where doubts count as one place.

Some are written from one to another: `12-16`, `12A-12C`, box `1-3`. What stands between the two ends is taken to be
theirs, on either side of the street: on which side a number is, and whether a square counts its houses in one row, no
entry says. Of the houses between them a letter at an end says nothing.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_ABBREVIATED = re.compile(r"\b[bn]\W*(?=\d)")
"""`b. 3`, `n° 12`: a letter that stands for a word (but `12B3` is a house 12B)."""
_FIGURES = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]+")

_UNTIL = re.compile(
    r"[-‐‑‒–—―−~]|(?<=\d) a (?=\d)"
    r"|(?<![^\W\d_])(?:tot(?: en met)?|tem|tm|t\W(?:e\W)?m|jusqu\W?au?|au|bis|to)(?![^\W\d_])"
)
"""What stands between the ends: a dash, or a word for one."""
_BESIDE = frozenset({"en", "et", "und", "and", "nr", "no"})
"""Words that leave it a range; any other says what the second number is: a box, a floor."""
_OF_ONE_HOUSE = re.compile(r"(?<!\d)(\d{1,9})\s?([^\W\d_]?)\s?-\s?\1\s?([^\W\d_])(?![^\W\d_])")
_LETTER_TO_LETTER = re.compile(r"(?<![^\W\d_])([^\W\d_])\s?[-/+,&]\s?([^\W\d_])(?![^\W\d_])")
_DASHED_LETTERS = re.compile(r"(?<![^\W\d_])([^\W\d_])\s?-\s?([^\W\d_])(?![^\W\d_])")
_END_LETTER = re.compile(r"^\s?[^\W\d_](?![^\W\d_])")

_WIDEST = 200
"""Numbers that a range may span; what is wider is a number and a box: `12-1001`."""
_WIDEST_WITHOUT_DASH = 10
"""`12/101` is a number and a box, `12/16` may be either."""
_MOST_FIGURES = 6
"""Longer ones are no house's."""

Span = tuple[int, int]
"""From one to another, both included."""


@dataclass(frozen=True, kw_only=True)
class Spans:
    """The numbers and single letters (as code points) of an entry with all that may be between them.

    `ranging` where anything may be. What is too long for a number is left out.
    """

    numbers: frozenset[Span] = frozenset()
    letters: frozenset[Span] = frozenset()
    ranging: bool = False

    def __or__(self, other: "Spans") -> "Spans":
        return Spans(
            numbers=self.numbers | other.numbers,
            letters=self.letters | other.letters,
            ranging=self.ranging or other.ranging,
        )


@lru_cache(maxsize=4096)
def figures(text: str) -> tuple[str, ...]:
    """Without zeros in front; zero is nothing."""
    return tuple(figures for each in _FIGURES.findall(plain(text)) if (figures := each.lstrip("0")))


@lru_cache(maxsize=4096)
def single_letters(text: str) -> tuple[str, ...]:
    """Words of more letters say `box`, `flat` or `ground floor` in one language or another."""
    return tuple(each for each in _LETTERS.findall(_ABBREVIATED.sub(" ", plain(text))) if len(each) == 1)


@lru_cache(maxsize=4096)
def spans(text: str, *, box: bool = False) -> Spans:
    """Of a house number, or of a `box`, where only a dash or a word makes a range: `1/3` is flat 3 of floor 1."""
    until = _OF_ONE_HOUSE.sub(lambda found: f"{found[1]}{found[2] or 'a'}-{found[3]}", _UNTIL.sub("-", plain(text)))
    between = _DASHED_LETTERS if box else _LETTER_TO_LETTER
    letters = {(ord(first), ord(last)) for first, last in between.findall(until) if first < last}
    numbers, rest = _runs(between.sub(" ", until), slashes=not box)
    letters |= {(ord(each), ord(each)) for each in single_letters(rest)}
    return Spans(
        numbers=frozenset(numbers),
        letters=frozenset(letters),
        ranging=any(first < last for first, last in (*numbers, *letters)),
    )


def plain(text: str) -> str:
    """Of `12²` and `12½` the small figures stand by themselves; the figures of all scripts are ours."""
    return "".join(map(_plain_sign, text.casefold()))


def _runs(text: str, *, slashes: bool) -> tuple[set[Span], str]:
    """The numbers, those that lead to one another as one, and the text without the letters in between."""
    pieces, written = _FIGURES.split(text), _FIGURES.findall(text)
    found, rest = set(), [pieces[0]]
    place = 0
    while place < len(written):
        first = last = place
        while last + 1 < len(written) and _leads_on(
            written[last], pieces[last + 1], written[last + 1], slashes=slashes and first == 0
        ):
            last += 1
        if len(written[last]) <= _MOST_FIGURES and int(written[last]):
            found.add((int(written[first]), int(written[last])))
        behind = pieces[last + 1]
        rest.append(f"1{_END_LETTER.sub('', behind) if last > first else behind}")
        place = last + 1
    return found, "".join(rest)


def _leads_on(one: str, between: str, other: str, *, slashes: bool) -> bool:
    """May these be the ends of one range? A zero in front of the second alone is a box's: `12-0101`."""
    if max(len(one), len(other)) > _MOST_FIGURES or (other[0] == "0" and one[0] != "0"):
        return False
    without_end = _END_LETTER.sub("", between)
    if any(len(word) > 1 and word not in _BESIDE for word in _LETTERS.findall(without_end)):
        return False
    if "-" in without_end:
        widest = _WIDEST
    elif slashes and any(not sign.isalnum() for sign in without_end):
        widest = _WIDEST_WITHOUT_DASH
    else:
        return False
    return 0 < int(one) < int(other) <= int(one) + widest


def _plain_sign(sign: str) -> str:
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    kept = (each for each in unicodedata.normalize("NFKD", sign) if unicodedata.category(each) not in ("Mn", "Cf"))
    bare = "".join(kept)
    return f" {bare} " if unicodedata.category(sign)[0] == "N" else bare
