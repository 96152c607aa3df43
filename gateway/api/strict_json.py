"""JSON from strangers: refused before it can do harm. RFC 8259; RFC 7493 (I-JSON) for what is unsafe about it."""

import json
import re
from typing import Any

from flask import Request, request
from webargs.flaskparser import FlaskParser

from gateway.problems import Problem

DEEPEST = 16
_STRUCTURE = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)


def read_json(body: bytes) -> Any:
    """The value. Raises Problem `not-json`, `too-deep` or `unprintable-text`."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Problem("not-json") from None
    _check_depth(body)
    try:
        value = json.loads(text, object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant)
    except ValueError:
        raise Problem("not-json") from None
    _check_text(value)
    return value


def _check_depth(body: bytes) -> None:
    """Before parsing, since the parser recurses."""
    depth = 0
    for found in _STRUCTURE.finditer(body):
        first = found[0][:1]
        if first in b"[{":
            depth += 1
            if depth > DEEPEST:
                raise Problem("too-deep")
        elif first in b"]}":
            depth -= 1


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate key")
    return found


def _refuse_constant(_name: str) -> None:
    raise ValueError("NaN and Infinity are not JSON")


def _check_text(value: Any) -> None:
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= each <= "\udfff" for each in value):
            raise Problem("unprintable-text")
    elif isinstance(value, dict):
        for name, below in value.items():
            _check_text(name)
            _check_text(below)
    elif isinstance(value, list):
        for below in value:
            _check_text(below)


class StrictParser(FlaskParser):
    """webargs, reading JSON bodies strictly."""

    def load_json(self, req: Request, schema: Any) -> Any:  # noqa: ARG002
        """Raises Problem."""
        if req.mimetype != "application/json":
            raise Problem("unsupported-media-type")
        if req.mimetype_params.get("charset", "utf-8").lower() != "utf-8":
            raise Problem("unsupported-media-type")
        return read_json(req.get_data())


def raw_json() -> dict[str, Any]:
    """The body of this request as it was sent; the schema has accepted it before."""
    value: dict[str, Any] = read_json(request.get_data())
    return value
