"""Webhooks where they arrive: whether what came is Loket's, by the Standard Webhooks specification.

Of the signatures `v1` is HMAC-SHA256 with a secret that both sides have, `v1a` is Ed25519 with a key pair, of which the
receiver has the public half. While one key follows another, a message bears a signature of each.
https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import binascii
import hashlib
import hmac
import time
from base64 import b64decode
from collections.abc import Callable, Mapping

from .events import PublicEvent

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
"""The headers."""

SYMMETRIC, ASYMMETRIC = "v1", "v1a"
"""What stands before a signature and its comma."""

SECRET, PUBLIC_KEY = "whsec_", "whpk_"
"""What the written keys begin with; base64 follows."""

TOLERANCE_S = 300
"""How far a message's moment may be from the receiver's clock: what is older was perhaps recorded and sent again."""

LONGEST_HEADER = 4096

Check = Callable[[bytes, bytes], bool]
"""Whether a signature (the second) is one of these bytes (the first)."""


class NotGenuine(ValueError):
    """What came is not Loket's, or not of now: it says in which way. Answer 400, and do nothing else."""


class Receiver:
    """Reads what comes to a webhook.

        receiver = Receiver("whsec_…")
        event = receiver.read(request.headers, request.body)

    `keys` are those that the operator gave, also several while one follows the other. One that begins with `whpk_`
    needs the package `cryptography`. Raises ValueError for what is no key, and never repeats it.
    """

    def __init__(self, *keys: str, tolerance_s: float = TOLERANCE_S, clock: Callable[[], float] = time.time) -> None:
        if not keys:
            raise ValueError("give at least one key")
        self._checks = tuple(map(_check_of, keys))
        self._tolerance_s = tolerance_s
        self._clock = clock

    def read(self, headers: Mapping[str, str], body: bytes) -> PublicEvent:
        """The event, from the headers and the body's bytes as they came. Raises NotGenuine, and Malformed for what is
        ours and no event. It may come again, with the same `webhook-id`, which is the event's.
        """
        given = {name.lower(): value for name, value in headers.items()}
        id, moment, signatures = (_header(given, name) for name in (ID, TIMESTAMP, SIGNATURE))
        self._check_moment(moment)
        content = signed_content(id, moment, body)
        found = [
            check(content, signature)
            for scheme, signature in map(_parts, signatures.split(" "))
            for of, check in self._checks
            if of == scheme
        ]
        if not any(found):
            raise NotGenuine("no signature is of a key that is known here")
        event = PublicEvent.from_json(body)
        if event.id != id:
            raise NotGenuine(f"{ID} is not the event's id")
        return event

    def _check_moment(self, moment: str) -> None:
        if not (moment.isascii() and moment.isdigit() and len(moment) <= 12):
            raise NotGenuine(f"{TIMESTAMP} is no count of seconds")
        apart = self._clock() - int(moment)
        if abs(apart) > self._tolerance_s:
            raise NotGenuine(f"{TIMESTAMP} is {abs(apart):.0f} s {'ago' if apart > 0 else 'ahead'}")


def signed_content(id: str, moment: str, body: bytes) -> bytes:
    """What is signed."""
    return f"{id}.{moment}.".encode() + body


def symmetric_signature(key: bytes, content: bytes) -> bytes:
    """Of `v1`."""
    return hmac.new(key, content, hashlib.sha256).digest()


def _header(given: Mapping[str, str], name: str) -> str:
    value = given.get(name, "")
    if not value or len(value) > LONGEST_HEADER or not value.isascii():
        raise NotGenuine(f"{name} is {'not readable' if value else 'missing'}")
    return value


def _parts(written: str) -> tuple[str, bytes]:
    """Scheme and signature; what cannot be read is nobody's."""
    scheme, _, encoded = written.partition(",")
    try:
        return scheme, b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return "", b""


def _check_of(written: str) -> tuple[str, Check]:
    for prefix, scheme, made in ((SECRET, SYMMETRIC, _symmetric), (PUBLIC_KEY, ASYMMETRIC, _asymmetric)):
        if written.startswith(prefix):
            try:
                return scheme, made(b64decode(written.removeprefix(prefix), validate=True))
            except (binascii.Error, ValueError):
                break
    raise ValueError(f"a key is {SECRET}… or {PUBLIC_KEY}…, as the operator gave it; copy it whole")


def _symmetric(key: bytes) -> Check:
    if not 24 <= len(key) <= 64:
        raise ValueError("24 to 64 bytes")
    return lambda content, signature: hmac.compare_digest(symmetric_signature(key, content), signature)


def _asymmetric(key: bytes) -> Check:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - only who has such a key needs it
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

    public = Ed25519PublicKey.from_public_bytes(key)

    def is_of(content: bytes, signature: bytes) -> bool:
        try:
            public.verify(signature, content)
        except InvalidSignature:
            return False
        return True

    return is_of
