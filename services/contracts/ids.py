"""Ids of applications and certificates: opaque, and nobody can guess one."""

import re
from uuid import uuid4

_ID = re.compile(r"[0-9a-f]{32}")


def new_id() -> str:
    """122 random bits (RFC 9562, section 5.4), as 32 hexadecimal digits."""
    return uuid4().hex


def could_be_an_id(text: str) -> bool:
    """Whether it is written as one. What is not can be nobody's."""
    return _ID.fullmatch(text) is not None
