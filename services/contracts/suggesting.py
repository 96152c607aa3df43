"""What somebody meant who wrote a word that is none of those known."""

from collections.abc import Collection, Container, Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The one that looks like it, in whichever case it was written; None where none does."""
    close = get_close_matches(word.lower(), list(known), n=1)
    return close[0] if close else None


def field_meant(name: object, known: Iterable[str], written: Container[object]) -> str | None:
    """Which field somebody meant by a name that is none: one of those that they have not written."""
    return nearest(str(name), [each for each in known if each not in written])


def no_field(close: str | None, known: Iterable[str]) -> str:
    """What is told of a name that is no field, and the mend."""
    mend = f"was {close} meant?" if close else f"there are {', '.join(known)}"
    return f"no such field here; {mend}"


def meant(word: str, known: Collection[str]) -> str:
    """The mend: which was meant, or all to choose from where nothing looks like it."""
    near = nearest(word, known)
    return f"was {near} meant?" if near else f"choose from {', '.join(known)}"


def unknown(words: Iterable[str], known: Collection[str]) -> str:
    """Words that are none of those known, each with its mend: `unknown: civil-state; was civil-status meant?`"""
    near = [(word, nearest(word, known)) for word in words]
    told = [f"unknown: {word}; was {meant} meant?" for word, meant in near if meant]
    if far := [word for word, meant in near if not meant]:
        told.append(f"unknown: {', '.join(far)}; choose from {', '.join(known)}")
    return "; ".join(told)
