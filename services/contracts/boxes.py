"""House numbers and boxes as registers hold them, and what of them says something.

A box is numbered from one, and a house too; neither is negative or zero in the federal address register (BeSt Address).
Zeros, or a word that there is none, stand where a register could not leave the place empty.
"""

import unicodedata

from services.contracts.text import says_something

_WORDS = ("briefkasten", "boîte", "boite", "bfk", "bte", "bus", "box", "bt", "b.", "nr", "n°", "nº")
"""What stands before a box, in three languages; longer ones first. `postbus` and `BP` are something else, and `B 3` may
be flat 3 of block B."""

_NONE = frozenset(
    {
        "geen",
        "zonder",
        "nihil",
        "leeg",
        "onbekend",
        "nvt",
        "n.v.t.",
        "aucun",
        "aucune",
        "sans",
        "néant",
        "neant",
        "vide",
        "inconnu",
        "inconnue",
        "s.o.",
        "kein",
        "keine",
        "keiner",
        "ohne",
        "unbekannt",
        "none",
        "unknown",
        "null",
        "n/a",
    }
)


def box_of(text: str | None) -> str | None:
    """A box without the word for one, which paper puts before it in its own language; None where it is none.

    `bus 3` and `Bte. 3` are `3`. Zeros in front stay: `0101` may be flat 1 on floor 1.
    """
    box = _one_line(text or "")
    while (rest := _behind_a_word(box)) is not None:
        box = rest
    return box if _says_something(box) else None


def is_house_number(text: str) -> bool:
    """Does it say which house, rather than that it has no number?"""
    return _says_something(_one_line(text))


def _one_line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _says_something(text: str) -> bool:
    if not says_something(text) or text.casefold() in _NONE:
        return False
    return any(each.isalpha() or (each.isnumeric() and unicodedata.numeric(each)) for each in text)


def _behind_a_word(box: str) -> str | None:
    """None where no word stands before it. A sign that is joined to the word is the word's, one before a figure is not:
    `bus-3` is box 3, `bus -1` is box -1."""
    for word in _WORDS:
        rest = box[len(word) :]
        if box[: len(word)].casefold() == word and not (word[-1].isalpha() and rest[:1].isalpha()):
            return rest.lstrip(".:/-").lstrip(" .:")
    return None
