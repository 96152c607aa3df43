"""Keyed pseudonyms: HMAC-SHA256 (RFC 2104) with a key that one service alone has.

A plain hash would not do: there are few enough national numbers to try them all.
"""

import binascii
import hmac
from base64 import urlsafe_b64decode


class KeyedPseudonyms:
    """The same in, the same out, and no way back. Under another key, nothing is found any more."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, kind: str, *, town: str, value: str) -> str:
        """A value of one kind in one town; the same value has other pseudonyms elsewhere."""
        return hmac.digest(self._key, f"{kind}|{town}|{value}".encode(), "sha256").hex()


def pepper(text: str) -> bytes:
    """The key, from base64url of at least 32 bytes. Raises ValueError, never repeating it."""
    try:
        key = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise ValueError("not base64url") from None
    if len(key) < 32:
        raise ValueError("shorter than 32 bytes")
    return key
