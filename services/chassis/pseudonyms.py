"""Keyed pseudonyms: HMAC-SHA256 (RFC 2104) with a key that one service alone has.

A plain hash would not do: there are few enough national numbers to try them all.
"""

import binascii
import hmac
from base64 import urlsafe_b64decode
from typing import Any

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError


class AnotherPepper(Exception):
    """What is kept was filed under another key, and would not be found again."""


class KeyedPseudonyms:
    """The same in, the same out, and no way back. Under another key, nothing is found any more."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, kind: str, *, town: str, value: str) -> str:
        """A value of one kind in one town; the same value has other pseudonyms elsewhere."""
        return hmac.digest(self._key, f"{kind}|{town}|{value}".encode(), "sha256").hex()


def check_of(key: bytes) -> str:
    """By which a database remembers a pepper. It tells nothing about it."""
    return KeyedPseudonyms(key).of("check", town="", value="")


def pseudonyms_of(key: bytes, database: Database[dict[str, Any]], *, variable: str) -> KeyedPseudonyms:
    """Those of a service, whose database remembers by a check value which key it was filed under.

    Raises AnotherPepper: with another key everything would look well, and nobody would find what is theirs.
    """
    pseudonyms = KeyedPseudonyms(key)
    check = {"_id": "pepper", "check": check_of(key)}
    kept = database["peppers"].find_one({"_id": "pepper"})
    if kept is None:
        try:
            database["peppers"].insert_one(check)
        except DuplicateKeyError:  # another process of this service starts at the same moment
            kept = database["peppers"].find_one({"_id": "pepper"})
    if kept and not hmac.compare_digest(str(kept["check"]), check["check"]):
        raise AnotherPepper(
            f"{variable} is another than what is kept was filed under, and nobody would find it again: bring the "
            'former one back; if it is lost, see "Peppers" in deploy/production/README.md'
        )
    return pseudonyms


def pepper(text: str) -> bytes:
    """The key, from base64url of at least 32 bytes. Raises ValueError, never repeating it."""
    try:
        key = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise ValueError("not base64url") from None
    if len(key) < 32:
        raise ValueError(f"{len(key)} bytes, not 32; copy it whole, or make one with `loket keys`")
    return key
