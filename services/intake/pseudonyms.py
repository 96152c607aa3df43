"""Keyed pseudonyms: HMAC-SHA256 (RFC 2104) with a key that only intake has.

A plain hash would not do: there are few enough national numbers to try them all.
"""

import binascii
import hmac
from base64 import urlsafe_b64decode


class KeyedPseudonyms:
    """Pseudonyms under one key; with another key, nothing is found any more."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def applicant(self, *, town: str, national_number: str) -> str:
        """The citizen in one town; another town knows the same citizen by another name."""
        return self.of("applicant", town=town, value=national_number)

    def of(self, kind: str, *, town: str, value: str) -> str:
        """Anything else that came from the citizen."""
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
