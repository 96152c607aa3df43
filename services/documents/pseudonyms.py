"""Keyed pseudonyms: HMAC-SHA256 (RFC 2104) with a key that only documents has.

A plain hash would not do: there are few enough national numbers to try them all.
"""

import binascii
import hmac
from base64 import urlsafe_b64decode


class KeyedPseudonyms:
    """See domain.Pseudonyms. Under another key, no certificate is known to supersede an earlier one."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, kind: str, *, town: str, value: str) -> str:
        """See domain.Pseudonyms."""
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
