"""A certificate's code and number as people pass them on: typed, pasted, read aloud, copied out of a PDF or a mail."""

import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from stdnum.iso7064 import mod_37_36

from services.contracts.rewritten_links import as_sent

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base32 without I, L, O and U (https://www.crockford.com/base32.html)."""

CODE_LENGTH = 16

LONGEST_TYPED = 512
"""Characters that are looked at; an address with a code in it is a quarter of that."""

MOST_CODES = 4
"""That are looked up for one file: it is no way to try many codes at once."""

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

_DIGITS = {chr(code): str(unicodedata.digit(chr(code))) for code in (*range(0x660, 0x66A), *range(0x6F0, 0x6FA))}
"""Arabic ones."""

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
    codes = _codes_in(unquote(_plain(text))) if len(text) <= LONGEST_TYPED else set()
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
    for wrapped in (plain, as_sent("".join(plain.split()))):  # a mail may have broken the address anywhere
        hosts = [found[1] or found[2] or "" for found in _ADDRESS.finditer(wrapped) if _is_address(found)]
        if not all(leads_here(host) for host in hosts):
            mistake = "another-site"
        elif len(codes := _codes_in(unquote(_beside_addresses(wrapped) if hosts else wrapped))) == 1:
            return Typed(code=codes.pop())
        elif codes:
            return Typed(mistake="several")
    return Typed(mistake=mistake)


def _beside_addresses(text: str) -> str:
    return _ADDRESS.sub(lambda found: " " if _is_address(found) else found[0], _QUERY.sub(" ", text))


def _is_address(found: re.Match[str]) -> bool:
    """Is it one, and not a code or a date at the end of a sentence that the next begins beside: `….Dank/u`?

    What no scheme says to be a host is none where two words are joined, of which the first is a code or its last four
    characters, or where it ends in figures and is no address of IPv4.
    """
    if found[1] is not None or ":" in found[0]:
        return True
    labels = found[2].split(".")
    if labels[-1].isdigit():
        return len(labels) == 4 and all(each.isdigit() for each in labels)
    if len(labels) != 2:
        return True
    tokens = _tokens(found.string[: found.start(2) + len(labels[0])])
    shaped = next((run for run in (tokens[-1:], tokens[-4:]) if _Run(tokens=tuple(run), gaps=()).is_shaped), [])
    return _checked("".join(shaped)) is None


def _plain(text: str) -> str:
    """Without what is not seen: zero-width and soft hyphens, marks of direction, variation selectors, controls; and
    with the signs that mail programs and web pages write otherwise.
    """
    text = as_sent(html.unescape(text))
    return "".join(
        _DIGITS.get(each, each)
        for each in text.translate(_FULL_WIDTH)
        if each.isspace() or unicodedata.category(each) not in ("Cf", "Cc", "Mn", "Me")
    )


@dataclass(frozen=True, kw_only=True)
class _Run:
    """Tokens in a row that are 16 characters together, and what stands between them."""

    tokens: tuple[str, ...]
    gaps: tuple[str, ...]

    @property
    def is_shaped(self) -> bool:
        """As a code is printed, or written in one."""
        return tuple(map(len, self.tokens)) in ((4, 4, 4, 4), (CODE_LENGTH,))

    @property
    def is_even(self) -> bool:
        """Divided by one and the same sign."""
        return self.is_shaped and len(set(self.gaps)) <= 1

    @property
    def is_tight(self) -> bool:
        """Divided by no space, as it is printed."""
        return self.is_even and not any(each.isspace() for gap in self.gaps for each in gap)


def _tokens(text: str) -> list[str]:
    return [token for token, _ in _tokens_and_gaps(text)]


def _tokens_and_gaps(text: str) -> list[tuple[str, str]]:
    """Each with what stands before it."""
    capitals = "".join(each.upper() if len(each.upper()) == 1 else " " for each in text)  # ﬀ stays what it is: no FF
    capitals = capitals.translate(_LOOK_ALIKES)
    found, end = [], 0
    for token in _TOKEN.finditer(capitals):
        found.append((token[0], capitals[end : token.start()]))
        end = token.end()
    return found


def _codes_in(text: str) -> set[str]:
    """The whole of it; else what looks most like a code of those that are one.

    The check character lets one in 32 pass by chance: words of four letters beside a code, or a code pasted twice, make
    others, and only how it is written tells which was meant.
    """
    tokens = _tokens_and_gaps(text)
    if code := _checked("".join(token for token, _ in tokens)):
        return {code}
    runs = [(run, code) for run in _runs(tokens) if (code := _checked("".join(run.tokens)))]
    for looks in (lambda run: run.is_tight, lambda run: run.is_even, lambda run: run.is_shaped, lambda _: True):
        if found := {code for run, code in runs if looks(run)}:
            return found
    return set()


def _runs(tokens: list[tuple[str, str]]) -> Iterator[_Run]:
    for start in range(len(tokens)):
        length = 0
        for end in range(start, len(tokens)):
            length += len(tokens[end][0])
            if length >= CODE_LENGTH:
                break
        if length == CODE_LENGTH:
            run = tokens[start : end + 1]
            yield _Run(tokens=tuple(token for token, _ in run), gaps=tuple(gap for _, gap in run[1:]))


def _checked(bare: str) -> str | None:
    """ISO 7064, hybrid system MOD 33,32."""
    code = bare.translate(_CROCKFORD_FORGIVES)
    return code if len(code) == CODE_LENGTH and mod_37_36.is_valid(code, alphabet=CROCKFORD) else None
