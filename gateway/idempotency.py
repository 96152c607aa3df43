"""The header Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07): under one key, trying again files nothing
twice.
"""

import re

from flask import request

from gateway.problems import Problem
from services.contracts.intake import is_idempotency_key

HEADER = "Idempotency-Key"

_WITHIN_QUOTES = re.compile(r'(?:[ !#-\[\]-~]|\\["\\])*')
"""sf-string (RFC 9651, section 3.3.3): printable ASCII, with `\\` before a quotation mark or another `\\` and nowhere
else. The draft knows no parameters behind it."""

_BARE = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~:/=-]+")
"""sf-token (section 3.3.4), which may begin with a digit here, and hold the `=` of base64."""

_ESCAPED = re.compile(r"\\(.)")


def required_key() -> str:
    """The key of this request. Raises Problem `idempotency-key-missing` or `idempotency-key-malformed`."""
    text = request.headers.get(HEADER, "")
    if not text.strip(" \t"):
        raise Problem("idempotency-key-missing")
    key = read_key(text)
    if key is None:
        raise Problem("idempotency-key-malformed")
    return key


def read_key(text: str) -> str | None:
    """What the header says, without quotation marks and escapes; None where it is no key, as two headers are none.

    A key is a quoted string. Most clients send it bare, and mostly a UUID, so that is taken where it cannot be read in
    two ways: `abc` and `"abc"` are the same key. What begins or ends like a quoted string has to be one.
    """
    text = text.strip(" \t")
    if len(text) > 1 and text[0] == text[-1] == '"' and _WITHIN_QUOTES.fullmatch(text, 1, len(text) - 1):
        key = _ESCAPED.sub(r"\1", text[1:-1])
    elif _BARE.fullmatch(text):
        key = text
    else:
        return None
    return key if is_idempotency_key(key) else None
