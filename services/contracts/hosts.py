"""Host names as they travel: in ASCII, by IDNA 2008. Python's own codec is IDNA 2003, where `straße` is `strasse`."""

import re

import idna

LONGEST = 253
"""Octets of a name without its last dot (RFC 1035, section 2.3.4)."""

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ASCII_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
"""Letters, digits and hyphens (RFC 1123, section 2.1)."""


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
