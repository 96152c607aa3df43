"""Host names as they travel: in ASCII, by IDNA 2008. Python's own codec is IDNA 2003, where `straße` is `strasse`."""

import re

import idna

LONGEST = 253
"""Octets of a name without its last dot (RFC 1035, section 2.3.4)."""

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ASCII_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
"""Letters, digits and hyphens (RFC 1123, section 2.1)."""


TAKEN_LETTERS = frozenset("ßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿœ")
"""Beside a to z: what DNS Belgium takes under .be, .brussels and .vlaanderen (its list of allowed characters). None
of them looks like a letter of another script, as the Cyrillic а does like the Latin a (Unicode, UTS 39)."""


def foreign_letter(host: str) -> str | None:
    """The first letter of a host name, however it is written, that no town's name has; None for most. Raises
    ValueError for what is no host name."""
    shown = idna.decode(ascii_host(host)) if "xn--" in ascii_host(host) else ""
    return next((each for each in shown if not each.isascii() and each not in TAKEN_LETTERS), None)


def ascii_host(name: str) -> str:
    """A host name in lower case and A-labels, without a last dot: `Straße.example` is `xn--strae-oqa.example`.

    What a person wrote is mapped first by UTS 46 (case, width, composed letters), never transitionally: ß, ς and the
    joiners stay themselves, as registries and browsers have it. Then IDNA 2008 decides (RFC 5891): no symbols, no
    labels that mix directions. Raises ValueError.
    """
    plain = name.lower().removesuffix(".") if name.isascii() and len(name) <= LONGEST + 1 else ""
    if len(plain) <= LONGEST and "xn--" not in plain and _ASCII_NAME.fullmatch(plain):
        return plain
    if len(name) > LONGEST + 1:
        raise ValueError("not a host name")
    try:
        return idna.encode(name, uts46=True, std3_rules=True).decode("ascii").removesuffix(".")
    except UnicodeError:
        raise ValueError("not a host name") from None
