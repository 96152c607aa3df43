"""About whom a department is asked: locked for it alone, from the town's counter to where it is opened.

The keys are of that department in that town. JWE compact (RFC 7516), `dir` with A256GCM; needs the package
`cryptography`. Loket itself cannot read it on its way.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from .events import digest

PURPOSE = "confirmations"

SANDBOX_KEY = "sandbox:c2FuZGJveC1zYW5kYm94LXNhbmRib3gtc2FuZGJveCE"
"""Opens what is asked in the sandbox, which is about nobody: no secret."""


class NotOpened(ValueError):
    """What came does not open: it is of another key, town or department, or about another confirmation."""


@dataclass(frozen=True, kw_only=True)
class Concerned:
    """A person by national number (11 digits), and what of the form the department needs."""

    national_number: str
    fields: dict[str, str] = field(default_factory=dict)


class Opener:
    """Opens with the keys that the operator gave (`loket confirmations key`): `kid:base64url`, several with a comma.
    Those of several towns may have the same ids.

    Raises ValueError for what are no keys, and never repeats them.
    """

    def __init__(self, keys: str) -> None:
        self._keys: dict[str, list[bytes]] = {}
        for kid, key in map(_key, keys.strip().split(",")):
            self._keys.setdefault(kid, []).append(key)

    def open(self, concerning: str, *, confirmation: str) -> Concerned:
        """What is in `concerning` of the confirmation with that reference. Raises NotOpened."""
        try:
            head, _, iv, ciphertext, tag = concerning.split(".")
            header = json.loads(_decoded(head))
            locked = _decoded(iv), _decoded(ciphertext) + _decoded(tag), head.encode("ascii")
            said = json.loads(_opened(self._keys[header["kid"]], *locked))
            about = confirmation_of(header["sub"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise NotOpened("it is locked with another key, or is not what Loket locked") from None
        if (header.get("typ"), about) != (PURPOSE, confirmation):
            raise NotOpened("it is about another confirmation")
        return Concerned(national_number=said["national_number"], fields=said.get("fields", {}))


def confirmation_of(reference: str) -> str:
    """What departments know a confirmation by (`confirmation` in what they are told); `reference` is the town's own."""
    return digest("confirmation", reference)


def _opened(keys: Iterable[bytes], iv: bytes, ciphertext: bytes, head: bytes) -> bytes:
    """With the first of them that fits. Raises ValueError."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - only who opens something needs it
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    for key in keys:
        with suppress(InvalidTag):
            return AESGCM(key).decrypt(iv, ciphertext, head)
    raise ValueError("none of these keys")


def _key(written: str) -> tuple[str, bytes]:
    kid, _, encoded = written.strip().partition(":")
    try:
        key = _decoded(encoded)
    except ValueError:
        key = b""
    if not kid or len(key) != 32:
        raise ValueError("a key is kid:base64url of 32 bytes, as the operator gave it; copy it whole")
    return kid, key


def _decoded(text: Any) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
