"""JSON from strangers, refused before it can do harm: RFC 8259, and what RFC 7493 (I-JSON) calls unsafe about it."""

import json
import math
from collections.abc import Callable
from itertools import accumulate
from typing import Any

DEEPEST = 16
"""Levels of nesting; everything of ours has fewer."""

LARGEST_INTEGER = 2**53 - 1
"""RFC 7493, section 2.2: beyond it, readers differ about which number was meant."""

_OPENING, _CLOSING = b"[{", b"]}"
_OTHERS = bytes(set(range(256)) - set(_OPENING + _CLOSING))
_STEPS = bytes.maketrans(_OPENING + _CLOSING, b"\x02\x02\x00\x00")


class NotJson(ValueError):
    """Bytes that are no JSON for us. `reason` is `not-json`, `too-deep` or `unprintable-text`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def exact(text: str) -> int:
    """The whole number that is written so. Raises ValueError where it is beyond LARGEST_INTEGER."""
    number = int(text)
    if abs(number) > LARGEST_INTEGER:
        raise ValueError("too large")
    return number


def clamped(text: str) -> int:
    """The same, but what is beyond is one beyond, however large: for who says itself which numbers it takes."""
    most = LARGEST_INTEGER + 1
    if len(text) > len(f"-{most}"):
        return -most if text.startswith("-") else most
    return max(-most, min(int(text), most))


def read_json(body: bytes, *, whole: Callable[[str], int] = exact) -> Any:
    """The value, its whole numbers read by `whole`. Its texts hold neither NUL nor half a character (a lone surrogate),
    so any store and terminal can take them. Time grows with the length alone. Raises NotJson.
    """
    if _levels(body) > DEEPEST:  # before parsing: the parser recurses, and how far it may differs by Python
        raise NotJson("too-deep")
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_without_duplicates,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=whole,
        )
    except ValueError:
        raise NotJson("not-json") from None
    if b"\\u" in body:  # UTF-8 has no surrogates and JSON no bare control characters: only an escape makes either
        _check_texts(value)
    return value


def is_storable(text: str) -> bool:
    """Whether every store, broker and terminal can hold this text."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return "\x00" not in text


def _levels(body: bytes) -> int:
    """How deep brackets outside of texts nest, up to where it stops being JSON. No step takes more than linear time:
    escaped backslashes go first, then escaped quotes; what then stands between quotes is text.
    """
    if body.count(b"[") + body.count(b"{") <= DEEPEST:
        return 0
    outside = b"".join(body.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')[::2])
    steps = outside.translate(_STEPS, delete=_OTHERS)
    return max(accumulate(step - 1 for step in steps), default=0)


def _check_texts(value: Any) -> None:
    if isinstance(value, str):
        if not is_storable(value):
            raise NotJson("unprintable-text")
    elif isinstance(value, dict):
        for name, below in value.items():
            _check_texts(name)
            _check_texts(below)
    elif isinstance(value, list):
        for below in value:
            _check_texts(below)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate key")
    return found


def _refuse_constant(_name: str) -> None:
    raise ValueError("NaN and Infinity are not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("too large")
    return number
