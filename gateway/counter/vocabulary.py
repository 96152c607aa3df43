"""Which known words somebody may have meant by one that they typed: unfinished, inflected, compounded or mistyped.

Words here are as `words_in` gives them: lower case, without accents.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

LONGEST_WORD = 40
"""Letters of a word that is compared with others; no known one is longer by far."""

_UNFINISHED = 3
"""Letters from which on a word may be the beginning of another."""

_STEM = 5
"""Letters that two words have to begin with to be inflections of one."""

_PART = 4
"""Letters of the shortest word that a compound is made of."""

_COMPOUNDED = 0.8

_MISTAKES_FROM = (5, 10, 15)
"""From how many letters on a word may have one typing error, two, three."""

_A_MISTAKE = 0.12
"""How much less a word is meant for each typing error in it."""


class Vocabulary:
    """Known words, by what is like them."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(words)
        self._known = frozenset(self._words)
        self._by_pair: dict[str, list[str]] = defaultdict(list)
        for word in self._words:
            for pair in _pairs(word):
                self._by_pair[pair].append(word)

    def __contains__(self, word: str) -> bool:
        return word in self._known

    def near(self, word: str) -> Mapping[str, float]:
        """The words that may be meant, each with how well: 1 for the word itself. A number means nothing but itself."""
        found = {word: 1.0} if word in self._known else {}
        if word.isalpha() and _UNFINISHED <= len(word) <= LONGEST_WORD:
            for each, likeness in (*self._inflected(word), *self._parts(word), *self._mistyped(word)):
                found[each] = max(likeness, found.get(each, 0.0))
        return found

    def _inflected(self, word: str) -> Iterator[tuple[str, float]]:
        """Those of which it is the beginning, or with which it shares most of its letters from the first on."""
        start = word[:_STEM]
        for each in self._words[bisect_left(self._words, start) :]:
            if not each.startswith(start):
                return
            shared, longer = _shared_start(word, each), max(len(word), len(each))
            if shared == len(word) or (shared >= _STEM and shared >= 0.6 * longer):
                yield each, 0.6 + 0.4 * shared / longer

    def _parts(self, word: str) -> Iterator[tuple[str, float]]:
        """The two of which it is made, as in Dutch and German, also with an s or n between them."""
        for cut in range(_PART, len(word) - _PART + 1):
            head, tail = word[:cut], word[cut:]
            if tail in self._known:
                for each in (head, head[:-1]) if head[-1] in "sn" and cut > _PART else (head,):
                    if each in self._known:
                        yield from ((each, _COMPOUNDED), (tail, _COMPOUNDED))

    def _mistyped(self, word: str) -> Iterator[tuple[str, float]]:
        """Those that differ by as many typing errors as a word of this length may have. Each changes at most three
        pairs of letters, so that only words which share the others are compared."""
        most = sum(len(word) >= letters for letters in _MISTAKES_FROM)
        if not most or word in self._known:
            return
        pairs = _pairs(word)
        shared = Counter(chain.from_iterable(self._by_pair.get(pair, ()) for pair in pairs))
        for each, times in shared.items():
            if 2 * times >= len(pairs) and times >= len(each) - 3 * most and abs(len(each) - len(word)) <= most:
                mistakes = typing_errors(word, each, most=most)
                if mistakes is not None:
                    yield each, 1 - _A_MISTAKE * mistakes


def typing_errors(one: str, other: str, *, most: int) -> int | None:
    """How many letters have to be left out, put in, exchanged or swapped with their neighbour to make one of the other
    (the optimal string alignment distance); None where it takes more than `most`."""
    one, other = _unlike(one, other)
    above: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        above, before, row = row, above, [i]
        for j, wanted in enumerate(other, 1):
            least = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                least = min(least, before[j - 2] + 1)
            row.append(least)
        if min(row) > most:  # and a swap reaches back over one row alone, which was no better
            return None
    return row[-1] if row[-1] <= most else None


def _unlike(one: str, other: str) -> tuple[str, str]:
    """What stays of both without the letters with which they begin and end alike."""
    start = _shared_start(one, other)
    one, other = one[start:], other[start:]
    end = _shared_start(one[::-1], other[::-1])
    return one[: len(one) - end], other[: len(other) - end]


def _pairs(word: str) -> set[str]:
    return {first + second for first, second in zip(f"^{word}", f"{word}$", strict=True)}


def _shared_start(one: str, other: str) -> int:
    shared = 0
    for first, second in zip(one, other, strict=False):
        if first != second:
            break
        shared += 1
    return shared
