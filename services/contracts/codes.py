"""A certificate's code and number as people pass them on: typed, pasted, read aloud, copied out of a PDF or a mail."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from stdnum.iso7064 import mod_37_36

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base32 without I, L, O and U (https://www.crockford.com/base32.html)."""

CODE_LENGTH = 16

LONGEST_TYPED = 512
"""Characters that are looked at; an address with a code in it is a quarter of that."""

Mistake = Literal["number", "another-site", "several", "mistyped"]
"""What somebody gave instead of a code: a certificate's number, an address that is not this town's, several codes, or
what no town ever gave out, since its check character is wrong or its length.
"""

_FULL_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
"""The forms of East Asian keyboards (Unicode, Halfwidth and Fullwidth Forms)."""

_LOOK_ALIKES = str.maketrans("АВЕКМНОРСТХУЅІЈΑΒΕΖΗΙΚΜΝΟΡΤΥΧİ", "ABEKMH0PCTXYS1JABEZH1KMN0PTYX1")
"""Capitals of Cyrillic and Greek that are drawn as Latin ones. A wrong guess finds nothing: the check character and
the store decide."""

_CROCKFORD_FORGIVES = str.maketrans("OIL", "011")

_TOKEN = re.compile(r"[0-9A-Z]+")
_NUMBER = re.compile(r"(?<!\d)\d{5}\D{0,3}(?:19|20)\d\d\D{0,3}\d{3}\D{0,3}\d{3}\D{0,3}\d{3}(?!\d)")
_ADDRESS = re.compile(
    r"(?<!\w)(?:\w{1,20}:)?/{2,3}([^\s/?#\\]+)|(?<![\w./@-])(?:\w{1,20}:/?)?((?:(?:[\w-]+\.)+[\w-]+|localhost)(?::\d+)?)(?=/)"
)
"""A host, and a port where it has one, behind a scheme or before a path."""

_QUERY = re.compile(r"[?#]\S*")


@dataclass(frozen=True, kw_only=True)
class Typed:
    """The code, bare as it is stored, or else what was given instead."""

    code: str | None = None
    mistake: Mistake | None = None


def grouped(code: str) -> str:
    """A code as it is printed: `7K3M-9QXD-0A2B-C4TZ`."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def typed_code(text: str) -> str | None:
    """The one code in what somebody typed or pasted; None where there is none, or where there are several.

    Forgiven are what surrounds and divides it (words, spaces, line breaks, dashes, quotes, brackets, marks that are
    not seen), case, O for 0 and I or L for 1, full-width characters and letters of other alphabets that look the same.
    """
    codes = _codes_in(_plain(text)) if len(text) <= LONGEST_TYPED else set()
    return codes.pop() if len(codes) == 1 else None


def read_typed(text: str, *, leads_here: Callable[[str], bool]) -> Typed:
    """The code in what somebody typed or pasted, also as a whole address of a host that `leads_here`.

    A code at another site's address is not taken: whoever forged that paper chose where its QR code leads.
    """
    if len(text) > LONGEST_TYPED:
        return Typed(mistake="mistyped")
    plain = _plain(text)
    if code := _checked("".join(_tokens(plain))):
        return Typed(code=code)
    mistake: Mistake = "number" if _NUMBER.search(plain) else "mistyped"
    for wrapped in (plain, "".join(plain.split())):  # a mail may have broken the address anywhere
        hosts = [found[1] or found[2] or "" for found in _ADDRESS.finditer(wrapped)]
        if not all(leads_here(host) for host in hosts):
            mistake = "another-site"
        elif len(codes := _codes_in(_beside_addresses(wrapped) if hosts else wrapped)) == 1:
            return Typed(code=codes.pop())
        elif codes:
            return Typed(mistake="several")
    return Typed(mistake=mistake)


def _beside_addresses(text: str) -> str:
    return unquote(_ADDRESS.sub(" ", _QUERY.sub(" ", text)))


def _plain(text: str) -> str:
    """Without what is not seen: zero-width and soft hyphens, marks of direction, variation selectors, controls."""
    return "".join(
        each
        for each in text.translate(_FULL_WIDTH)
        if each.isspace() or unicodedata.category(each) not in ("Cf", "Cc", "Mn", "Me")
    )


def _tokens(text: str) -> list[str]:
    capitals = "".join(each.upper() if len(each.upper()) == 1 else " " for each in text)  # ﬀ stays what it is: no FF
    return _TOKEN.findall(capitals.translate(_LOOK_ALIKES))


def _codes_in(text: str) -> set[str]:
    """The whole of it; else what stands in it as it is printed, or written in one; else whatever makes 16 in a row."""
    tokens = _tokens(text)
    if code := _checked("".join(tokens)):
        return {code}
    for shapes in ({(4, 4, 4, 4), (16,)}, None):
        runs = (run for run in _runs(tokens) if shapes is None or tuple(map(len, run)) in shapes)
        if found := {code for run in runs if (code := _checked("".join(run)))}:
            return found
    return set()


def _runs(tokens: list[str]) -> Iterator[list[str]]:
    """Tokens in a row that are 16 characters together."""
    for start in range(len(tokens)):
        length = 0
        for end in range(start, len(tokens)):
            length += len(tokens[end])
            if length >= CODE_LENGTH:
                break
        if length == CODE_LENGTH:
            yield tokens[start : end + 1]


def _checked(bare: str) -> str | None:
    """ISO 7064, hybrid system MOD 33,32."""
    code = bare.translate(_CROCKFORD_FORGIVES)
    return code if len(code) == CODE_LENGTH and mod_37_36.is_valid(code, alphabet=CROCKFORD) else None
