"""Locked payloads: JWE compact (RFC 7516), direct encryption with AES-256-GCM, bound to what they belong to.

Who holds the key of a purpose can read it; who only carries it cannot. `sub` in the protected header binds a token
to one application, so that a locked part moved to another application does not unlock.
"""

import binascii
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, TypeVar

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from joserfc.registry import HeaderParameter

from services.contracts.delivery import TryLater, Unacceptable
from services.contracts.schema import Unreadable, dump, load

T = TypeVar("T")

NAMEABLE = re.compile(r"[A-Za-z0-9_.-]{1,40}")
"""The id of a key: it stands in files, headers, logs and reasons."""


class KeyNotHere(TryLater):
    """Locked under a key that this process was not given. That is mended by giving it the key, so nothing is lost: an
    event waits in the delay queues, and is parked with this reason only when its patience is over."""

    def __init__(self, purpose: str, kid: str) -> None:
        super().__init__(f"key-not-here: {purpose} {kid}")


class KeyRing:
    """The keys of one purpose by id, the one to lock with first; old ones stay while anything is locked with them."""

    def __init__(self, keys: dict[str, bytes]) -> None:
        self._raw = dict(keys)
        self._keys = {kid: OctKey.import_key(key) for kid, key in keys.items()}
        self.current = next(iter(keys))

    def __getitem__(self, kid: str) -> OctKey:
        return self._keys[kid]

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """From `kid:base64url-of-32-bytes[,kid2:…]`. Raises ValueError, never repeating a key."""
        return cls(parse_keys(text))

    def derived(self, reader: str) -> "KeyRing":
        """Keys under the same ids for one reader alone, who learns nothing of the others' (HKDF, RFC 5869)."""
        return KeyRing({kid: _derived(self._raw[kid], reader) for kid in self._raw})

    def written(self) -> str:
        """As `parse` reads it: every key, in the clear."""
        return ",".join(f"{kid}:{urlsafe_b64encode(key).decode().rstrip('=')}" for kid, key in self._raw.items())

    @property
    def ids(self) -> tuple[str, ...]:
        """Those of all keys, the one to lock with first."""
        return tuple(self._keys)

    def __contains__(self, kid: object) -> bool:
        return kid in self._keys


def _derived(key: bytes, reader: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"loket reader {reader}".encode()).derive(key)


def parse_keys(text: str) -> dict[str, bytes]:
    """From `kid:base64url-of-32-bytes[,kid2:…]`, in that order. Raises ValueError, never repeating a key."""
    found: dict[str, bytes] = {}
    for kid, key in map(parse_key, text.split(",")):
        if kid in found:
            raise ValueError(f"two keys are called {kid!r}; give each an id of its own")
        if key in found.values():
            raise ValueError(f"key {kid!r} is there twice under two ids; make another with `loket keys add`")
        found[kid] = key
    return found


def parse_key(text: str) -> tuple[str, bytes]:
    """A key and its id, from `kid:base64url-of-32-bytes`. Raises ValueError, never repeating the key."""
    kid, colon, encoded = text.strip().partition(":")
    if not colon or not NAMEABLE.fullmatch(kid):
        shown = f"key {kid!r}" if colon and len(kid) <= 40 else "a key"  # without a colon, all of it may be the key
        raise ValueError(f"{shown} must be <id>:<base64url of 32 bytes>, the id of letters, digits, `.`, `_` and `-`")
    try:
        key = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except (binascii.Error, ValueError):
        raise ValueError(f"key {kid!r} is not base64url") from None
    if len(key) != 32:
        raise ValueError(f"key {kid!r} has {len(key)} bytes, not 32; copy it whole, or make one with `loket keys`")
    return kid, key


class Locker:
    """Locks and unlocks the payloads of one purpose, such as `facts`: what was locked for another it does not open."""

    def __init__(self, purpose: str, keys: KeyRing) -> None:
        self.purpose = purpose
        self._keys = keys

    def lock(self, value: Any, *, bound_to: str) -> str:
        """The contracts dataclass `value`, readable only with the key and only for `bound_to`."""
        return self.lock_data(dump(value), bound_to=bound_to)

    def unlock(self, cls: type[T], token: str, *, bound_to: str) -> T:
        """Raises KeyNotHere, and Unacceptable (`cannot-unlock`) for a wrong key, purpose, binding or shape; tells
        nothing of it."""
        try:
            return load(cls, self.unlock_data(token, bound_to=bound_to))
        except Unreadable:
            raise Unacceptable("cannot-unlock", f"{self.purpose}: not a {cls.__name__}") from None

    def lock_data(self, data: dict[str, Any], *, bound_to: str) -> str:
        """As `lock`, of plain JSON data."""
        kid = self._keys.current
        protected = {"alg": "dir", "enc": "A256GCM", "kid": kid, "typ": self.purpose, "sub": bound_to}
        plaintext = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
        return jwe.encrypt_compact(protected, plaintext, self._keys[kid], registry=_REGISTRY)

    def unlock_data(self, token: str, *, bound_to: str) -> dict[str, Any]:
        """As `unlock`, of plain JSON data."""
        if (kid := named_key(token)) and kid not in self._keys:
            raise KeyNotHere(self.purpose, kid)
        try:
            opened = jwe.decrypt_compact(token, lambda seen: self._keys[seen.headers()["kid"]], registry=_REGISTRY)
            header = opened.protected
            if header.get("typ") == self.purpose and header.get("sub") == bound_to and opened.plaintext is not None:
                data = json.loads(opened.plaintext)
                if isinstance(data, dict):
                    return data
        except (JoseError, KeyError, TypeError, ValueError, RecursionError):
            pass
        raise Unacceptable("cannot-unlock", self.purpose)


class LockerForOthers:
    """Locks for readers outside Loket, each with keys that are derived for it alone (KeyRing.derived)."""

    def __init__(self, purpose: str, keys: KeyRing) -> None:
        self._purpose, self._keys = purpose, keys

    def lock(self, value: Any, *, reader: str, bound_to: str) -> str:
        """The contracts dataclass `value`, for that reader only and only for `bound_to`."""
        return Locker(self._purpose, self._keys.derived(reader)).lock(value, bound_to=bound_to)


def named_key(token: str) -> str | None:
    """The id of the key that something is locked under, which everybody may read; None where it names none."""
    head, dot, _ = token.partition(".")
    try:
        kid = json.loads(urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"]
    except (KeyError, TypeError, ValueError, RecursionError):
        return None
    return kid if dot and isinstance(kid, str) and NAMEABLE.fullmatch(kid) else None


class _Registry(jwe.JWERegistry):
    """Only what we write ourselves; large enough for a PDF on its way through the gateway."""

    max_ciphertext_length = 16 * 1024 * 1024


_REGISTRY = _Registry(
    header_registry={"sub": HeaderParameter("Subject (RFC 7519, section 5.3)", "str")}, algorithms=["dir", "A256GCM"]
)
