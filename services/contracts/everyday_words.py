"""What citizens call what the catalogue holds, who do not know how the officials call it.

`catalogue/words/<id>.yaml`, by the id of a product or of what only a desk gives: phrases in each language. They stand
beside a product's file and not in it: applications pin that one's digest, and nothing that binds depends on the words
by which it was found.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from services.contracts.catalogue_files import Problem, all_of, loaded, text_of, unwritable
from services.contracts.naming import LANGUAGES

LONGEST_PHRASE = 60

MOST_PHRASES = 40
"""Of one thing in one language: who needs more describes several things."""

_WORD = re.compile(r"[^\W_]+")

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})
"""Letters that Unicode does not take apart."""


@dataclass(frozen=True, kw_only=True)
class EverydayWords:
    """Phrases for one thing by language; no language is without.

    `with_care`: it is found where one of its phrases is said, and not by a word of it: nobody who looks for the birth
    of a child is shown the deed of a lifeless one.
    """

    nl: tuple[str, ...]
    fr: tuple[str, ...]
    de: tuple[str, ...]
    en: tuple[str, ...]
    with_care: bool = False

    def by_language(self) -> dict[str, tuple[str, ...]]:
        """In the order of LANGUAGES."""
        return {"nl": self.nl, "fr": self.fr, "de": self.de, "en": self.en}


def words_in(text: str) -> tuple[str, ...]:
    """The words of a text as they are compared with others: without case, accents, apostrophes and signs."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    return tuple(_WORD.findall("".join(each for each in apart if not unicodedata.combining(each))))


@cache
def everyday_words() -> dict[str, EverydayWords]:
    """By id: ours and a deployment's own. Raises Unreadable naming the file and every problem in it."""
    return all_of("words", lambda told, file: read_words(told, text_of(told, file)))


def read_words(name: str, text: str) -> EverydayWords:
    """One file of them. Raises Unreadable."""
    return loaded(EverydayWords, name, text, _problems)


def _problems(words: EverydayWords) -> Iterator[Problem]:
    for language in LANGUAGES:
        phrases = words.by_language()[language]
        if not 1 <= len(phrases) <= MOST_PHRASES:
            yield language, f"1 to {MOST_PHRASES} phrases, and it has {len(phrases)}"
        placed = [(f"{language}[{place}]", phrase) for place, phrase in enumerate(phrases)]
        yield from unwritable(placed, most=LONGEST_PHRASE)
        first: dict[tuple[str, ...], str] = {}
        for place, phrase in placed:
            compared = words_in(phrase)
            if not compared:
                yield place, "no letter and no figure in it; write a word"
            elif compared in first:
                yield place, f"is found as well by `{first[compared]}`; leave out one"
            first.setdefault(compared, phrase)
