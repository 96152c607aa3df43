"""Text as one line that people can read: what a citizen may type, and what paper shows of a register."""

import unicodedata

_MEANINGLESS = frozenset({"Cs", "Co", "Cn"})
"""Unicode categories: lone surrogates, private use, unassigned. Nobody could tell what they mean."""

_BREAKS = frozenset({"Cc", "Zl", "Zp"})
"""Controls and separators of lines and paragraphs."""

_REORDERING = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
"""Embeddings, overrides and isolates: with one of them a text reads otherwise than it does without."""

_STEERING = _REORDERING | set(map(chr, (0x061C, 0x200E, 0x200F)))
"""Marks that change the order in which the text around them reads (Unicode Technical Report 36, section 2.8)."""

_UNSEEN = frozenset("\u00ad\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters, marks and signs that are drawn as nothing (Unicode, Default_Ignorable_Code_Point, and blank Braille)."""


def is_visible(text: str) -> bool:
    """Is there something to be seen: a letter, a figure or a sign?"""
    return any(unicodedata.category(each)[0] in "LNPS" and each not in _UNSEEN for each in text)


def says_something(text: str) -> bool:
    """Is there a letter or a figure? A register's `-`, `.` or space stands for nothing."""
    return any(unicodedata.category(each)[0] in "LN" and each not in _UNSEEN for each in text)


def is_meaningful(text: str) -> bool:
    """Does every character stand for something?"""
    return not any(unicodedata.category(each) in _MEANINGLESS for each in text)


def is_reordered(text: str) -> bool:
    """Does a mark in it make it read in another order than its letters stand in?"""
    return not _REORDERING.isdisjoint(text)


def is_printable(text: str) -> bool:
    """Is it one line that can be shown as it stands?"""
    return is_meaningful(text) and not any(each in _STEERING or unicodedata.category(each) in _BREAKS for each in text)


def printable(text: str) -> str:
    """Text from a register as text: one line, composed (NFC), without control characters or marks of direction."""
    kept = ("" if each in _STEERING else " " if unicodedata.category(each) in _BREAKS else each for each in text)
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def visible(text: str) -> str:
    """A stranger's text for a terminal: what would steer it is shown as its escape."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def is_european(text: str) -> bool:
    """Is it in Latin letters, with signs that the fonts of paper, mails and every browser have?"""
    return all(each < "\u0180" or each in _SIGNS for each in text)


_SIGNS = frozenset("‐‑–—‘’‚“”„•…€ȘșȚț")
