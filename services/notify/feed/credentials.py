"""What admits a department at the HTTP API: secrets, two of them while one is exchanged, and certificates."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from pymongo import DESCENDING
from pymongo.database import Database

from services.contracts.departments import LONGEST_SECRET

SECRET, CERTIFICATE = "secret", "certificate"

AT_ONCE = 2
"""Secrets, and certificates, that are valid at once: the new one, and the one before while programs still use it."""

_SCRYPT = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}
"""RFC 7914: some 40 ms. The 256 random bits need no such slowness against guessing; who has the store has it to pay."""


@dataclass(frozen=True, kw_only=True)
class Credential:
    """Its `kind` is SECRET, of which `digest` is the salted scrypt, or CERTIFICATE, of which it is the SHA-256."""

    id: str
    department: str
    kind: str
    made_at: datetime
    digest: bytes
    salt: bytes = b""

    def is_secret(self, secret: str) -> bool:
        """Whether this is the text that was printed once."""
        return hmac.compare_digest(_scrypt(secret, self.salt), self.digest)


class Credentials(Protocol):
    """Where they are kept."""

    def add(self, credential: Credential) -> None:
        """From then on it is valid, and of its kind only AT_ONCE are: those made last."""

    def of(self, department: str) -> list[Credential]:
        """Those that are valid, the last made first."""

    def remove(self, credentials: Iterable[Credential]) -> None:
        """They admit nobody any more."""


def new_secret(department: str, *, now: datetime) -> tuple[Credential, str]:
    """With the text that its department is given: the id, so that others cost no time, and 256 random bits."""
    id, salt = secrets.token_hex(8), secrets.token_bytes(16)
    secret = f"{id}.{secrets.token_urlsafe(32)}"
    digest = _scrypt(secret, salt)
    return Credential(id=id, department=department, kind=SECRET, made_at=now, digest=digest, salt=salt), secret


def certificate(department: str, *, thumbprint: bytes, now: datetime) -> Credential:
    """One with this SHA-256 of its DER (RFC 8705, section 3.1); who issued it means nothing."""
    return Credential(id=secrets.token_hex(8), department=department, kind=CERTIFICATE, made_at=now, digest=thumbprint)


def shown(credentials: Iterable[Credential], *, secret: str | None, thumbprint: str | None) -> Credential | None:
    """The one that was shown: a secret, or a certificate by its thumbprint in hex."""
    for each in credentials:
        if each.kind == SECRET and secret is not None and len(secret) <= LONGEST_SECRET:
            if secret.partition(".")[0] == each.id and each.is_secret(secret):
                return each
        elif each.kind == CERTIFICATE and thumbprint == each.digest.hex():
            return each
    return None


class CredentialStore:
    """The collection `department_credentials`, a few for each department; see Credentials."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._collection = database["department_credentials"]

    def add(self, credential: Credential) -> None:
        """See Credentials. What gives way goes first: whoever is killed in between leaves none too many. It counts as
        made after all others, also where our clock has gone back since."""
        before = self._others(credential)
        made_at = max([credential.made_at, *(each.made_at + timedelta(milliseconds=1) for each in before)])
        self.remove(before[AT_ONCE - 1 :])
        self._collection.insert_one(
            {
                "_id": credential.id,
                "department": credential.department,
                "kind": credential.kind,
                "made_at": made_at,
                "digest": credential.digest,
                "salt": credential.salt,
            }
        )
        self.remove(self._others(credential)[AT_ONCE - 1 :])  # somebody else may have added one at the same moment

    def _others(self, credential: Credential) -> list[Credential]:
        """Of its kind, the last made first."""
        known = self.of(credential.department)
        return [each for each in known if each.kind == credential.kind and each.id != credential.id]

    def of(self, department: str) -> list[Credential]:
        """See Credentials."""
        found = self._collection.find({"department": department}).sort([("made_at", DESCENDING), ("_id", DESCENDING)])
        return [
            Credential(
                id=each["_id"],
                department=each["department"],
                kind=each["kind"],
                made_at=each["made_at"],
                digest=bytes(each["digest"]),
                salt=bytes(each["salt"]),
            )
            for each in found
        ]

    def remove(self, credentials: Iterable[Credential]) -> None:
        """See Credentials."""
        ids = [each.id for each in credentials]
        if ids:  # the embedded store refuses to delete from a collection that is not there yet
            self._collection.delete_many({"_id": {"$in": ids}})


def _scrypt(secret: str, salt: bytes) -> bytes:
    return hashlib.scrypt(secret.encode("utf-8", "surrogatepass"), salt=salt, **_SCRYPT)
