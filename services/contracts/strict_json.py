"""JSON from strangers, refused before it can do harm: RFC 8259, and what RFC 7493 (I-JSON) calls unsafe about it."""

import json
import math
from typing import Any

DEEPEST = 16
"""Levels of nesting; everything of ours has fewer."""

LARGEST_INTEGER = 2**53 - 1
"""RFC 7493, section 2.2: beyond it, readers differ about which number was meant."""


class NotJson(ValueError):
    """Bytes that are no JSON for us. `reason` is `not-json`, `too-deep` or `unprintable-text`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_json(body: bytes) -> Any:
    """The value. Its texts hold neither NUL nor half a character (a lone surrogate), so any store and terminal can
    take them. Time grows with the length alone. Raises NotJson.
    """
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_without_duplicates,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_exact,
        )
    except RecursionError:
        raise NotJson("too-deep") from None
    except ValueError:
        raise NotJson("not-json") from None
    _check(value)
    return value


def is_storable(text: str) -> bool:
    """Whether every store, broker and terminal can hold this text."""
    return "\x00" not in text and not any("\ud800" <= each <= "\udfff" for each in text)


def _check(value: Any) -> None:
    """Level by level, because what recursed over a stranger's nesting would be at its mercy."""
    level, depth = [value], 0
    while level:
        below: list[Any] = []
        for each in level:
            if isinstance(each, str):
                if not is_storable(each):
                    raise NotJson("unprintable-text")
            elif isinstance(each, dict):
                below.extend(each.keys())
                below.extend(each.values())
            elif isinstance(each, list):
                below.extend(each)
        if any(isinstance(each, dict | list) for each in level):
            depth += 1
            if depth > DEEPEST:
                raise NotJson("too-deep")
        level = below


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


def _exact(text: str) -> int:
    number = int(text)
    if abs(number) > LARGEST_INTEGER:
        raise ValueError("too large")
    return number
