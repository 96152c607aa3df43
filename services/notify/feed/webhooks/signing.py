"""Signatures by the Standard Webhooks specification (contracts/feed/webhooks.py), where they are made."""

import secrets
from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.contracts.feed.webhooks import (
    ASYMMETRIC,
    ID,
    PUBLIC_KEY,
    SECRET,
    SIGNATURE,
    SYMMETRIC,
    TIMESTAMP,
    signed_content,
    symmetric_signature,
)


class Scheme(StrEnum):
    """How something is signed: with a secret that the receiver has, too, or with a key pair."""

    HMAC = SYMMETRIC
    ED25519 = ASYMMETRIC


def new_key() -> bytes:
    """32 random bytes: a secret of HMAC, or the private half of a pair."""
    return secrets.token_bytes(32)


def receivers_key(scheme: Scheme, key: bytes) -> str:
    """What the receiver is given of it, as the specification writes keys."""
    if scheme is Scheme.HMAC:
        return SECRET + b64encode(key).decode()
    return PUBLIC_KEY + b64encode(Ed25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw()).decode()


def signed_headers(id: str, body: bytes, *, keys: Iterable[tuple[Scheme, bytes]], at: datetime) -> dict[str, str]:
    """The three headers of one attempt at `at`, with a signature of each key."""
    moment = str(int(at.timestamp()))
    content = signed_content(id, moment, body)
    made = (f"{scheme},{b64encode(_signature(scheme, key, content)).decode()}" for scheme, key in keys)
    return {ID: id, TIMESTAMP: moment, SIGNATURE: " ".join(made)}


def _signature(scheme: Scheme, key: bytes, content: bytes) -> bytes:
    if scheme is Scheme.HMAC:
        return symmetric_signature(key, content)
    return Ed25519PrivateKey.from_private_bytes(key).sign(content)
