"""Whether an event in the queue or the stream is Loket's own: the header `loket-signature`, Ed25519 (RFC 8032) over the
exact bytes of the body, `notify.<key>:<base64url>`.

The broker lets nobody but Loket publish to a department. Who checks the signature besides need not believe the broker,
nor who administers it. It needs the package `cryptography` (`loket-contracts[signatures]`).
"""

import binascii
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .events import Malformed

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SIGNATURE = "loket-signature"
"""The header."""

SIGNER = "notify"
"""The part of Loket that tells departments: what another part signed is no event for them."""

LONGEST = 200
"""Characters of the header; ours have about 110."""


class NotSigned(Malformed):
    """What was received is not signed by Loket, or not as it is now: it says in which way."""


class Signers:
    """Loket's public keys, as the operator gives them: `notify.2026a:<base64url>`, several with commas while one
    follows the other. Those of Loket's other parts may stand among them.

    Raises ValueError for what is none, and where none is `notify`'s.
    """

    def __init__(self, keys: str) -> None:
        self._keys: dict[str, Ed25519PublicKey] = {}
        for each in filter(None, map(str.strip, keys.split(","))):
            id, key = _parsed(each)
            if id.partition(".")[0] == SIGNER:
                self._keys[id] = key
        if not self._keys:
            raise ValueError(f"none of these keys is {SIGNER}.…; {_AS_GIVEN}")

    def check(self, headers: Mapping[str, Any] | None, body: bytes) -> None:
        """Raises NotSigned."""
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - only who has such a key needs it

        signature = (headers or {}).get(SIGNATURE)
        if not isinstance(signature, str) or not 0 < len(signature) <= LONGEST or not signature.isascii():
            raise NotSigned(f"no header {SIGNATURE} that can be read")
        id, _, encoded = signature.partition(":")
        key = self._keys.get(id)
        if key is None:
            raise NotSigned("signed with a key that is not known here: ask the operator whether there is a new one")
        try:
            key.verify(_decoded(encoded), body)
        except (InvalidSignature, ValueError):
            raise NotSigned(f"not what {id} signed") from None


_AS_GIVEN = "copy them whole, as the operator gave them: notify.2026a:…"


def _parsed(written: str) -> "tuple[str, Ed25519PublicKey]":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

    id, _, encoded = written.partition(":")
    try:
        return id, Ed25519PublicKey.from_public_bytes(_decoded(encoded))
    except ValueError:
        raise ValueError(f"no public key; {_AS_GIVEN}") from None


def _decoded(encoded: str) -> bytes:
    """Raises ValueError."""
    try:
        return urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except binascii.Error as error:
        raise ValueError(error) from None
