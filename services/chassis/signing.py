"""Signed events: who says so is proven by an Ed25519 signature (RFC 8032) over the exact bytes of the body.

The header `loket-signature: <kid>:<base64url>` travels with the message through delays, parking and replay, verbatim.
A key's id begins with the service that owns it: `intake.2026a`. Without a valid signature nothing is an event.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from services.chassis.locking import parse_key, parse_keys
from services.contracts.delivery import Unacceptable

SIGNATURE = "loket-signature"
LONGEST_SIGNATURE = 200
"""Characters of the header; ours have about 110."""


class SigningKey:
    """A service's private key. `kid` is `<service>.<label>`."""

    def __init__(self, kid: str, secret: bytes) -> None:
        self.kid = kid
        self.owner = _owner(kid)
        self._key = Ed25519PrivateKey.from_private_bytes(secret)

    @classmethod
    def parse(cls, text: str) -> "SigningKey":
        """From `service.label:base64url-of-32-bytes`. Raises ValueError, never repeating the key."""
        return cls(*parse_key(text))

    @property
    def public(self) -> str:
        """What others verify with: `service.label:base64url`."""
        return f"{self.kid}:{urlsafe_b64encode(self._key.public_key().public_bytes_raw()).decode().rstrip('=')}"

    def sign(self, body: bytes) -> str:
        """The value of the header for these bytes."""
        return f"{self.kid}:{urlsafe_b64encode(self._key.sign(body)).decode().rstrip('=')}"


class VerifyingKeys:
    """Everybody's public keys by id. Retired ones stay as long as anything signed with them may be parked."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._raw = dict(keys)
        self._keys = {kid: Ed25519PublicKey.from_public_bytes(key) for kid, key in keys.items()}

    @classmethod
    def parse(cls, text: str) -> "VerifyingKeys":
        """From `service.label:base64url-of-32-bytes[,…]`. Raises ValueError."""
        keys = parse_keys(text)
        for kid in keys:
            _owner(kid)
        return cls(keys)

    @property
    def owners(self) -> frozenset[str]:
        """The services that have one."""
        return frozenset(map(_owner, self._keys))

    def knows(self, key: SigningKey) -> bool:
        """Whether what is signed with it would be believed."""
        kid, public = parse_key(key.public)
        return self._raw.get(kid) == public

    def signer(self, body: bytes, signature: object) -> str:
        """The service that signed these bytes. Raises Unacceptable: `unsigned`, `unknown-signer` or `forged`."""
        if not isinstance(signature, str) or not 0 < len(signature) <= LONGEST_SIGNATURE or not signature.isascii():
            raise Unacceptable("unsigned")
        kid, _, encoded = signature.partition(":")
        key = self._keys.get(kid)
        if key is None:
            raise Unacceptable("unknown-signer")
        try:
            key.verify(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)), body)
        except (InvalidSignature, binascii.Error, ValueError):
            raise Unacceptable("forged", kid) from None
        return _owner(kid)


def _owner(kid: str) -> str:
    owner, dot, label = kid.partition(".")
    if not (owner and dot and label):
        raise ValueError(f"key id {kid!r} must be <service>.<label>")
    return owner
