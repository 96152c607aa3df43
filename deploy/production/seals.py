"""The towns' seals, opened as documents opens them: which cannot be had, does not seal, or ends soon."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from services.contracts.days import local
from services.contracts.town_files import read_towns
from services.contracts.towns import Town

SOON = timedelta(days=60)
"""A new certificate for a seal takes weeks to get."""

TRIAL = b"`loket keys check` tries whether this key seals. This is no document."


@dataclass(frozen=True, kw_only=True)
class SealState:
    """`ends` is the last moment of its certificate, None where it cannot be had; `problem` one line with its mend.

    Nothing is sealed for the town where it is not `seals`.
    """

    refnis: str
    ends: datetime | None = None
    problem: str | None = None
    seals: bool = True


def seal_states(documents: Mapping[str, str], *, now: datetime, with_key: bool = True) -> list[SealState]:
    """Of each town. `documents` are the variables of that process.

    `with_key` tries the key as well. Without it no PIN is used: a token locks itself after a few wrong ones, so what is
    looked at again and again must not offer one. What a token then does not show is passed over.
    """
    folder = Path(documents["LOKET_TOWNS"])
    look = _tried if with_key else _looked_at
    found = (look(town, folder, documents, now) for town in read_towns(folder).values())
    return [each for each in found if each is not None]


def _looked_at(town: Town, folder: Path, documents: Mapping[str, str], now: datetime) -> SealState | None:
    """Its certificate alone, without pyHanko where that can be: whoever asks for the status waits for it."""
    if town.seal.source == "pkcs11":
        from services.documents.sealing.keys import shown_certificate  # noqa: PLC0415 - brings pyHanko

        shown = shown_certificate(town)
        return _validity(town.refnis, *_period(shown), now) if shown else None
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12  # noqa: PLC0415

    passphrase = documents.get(f"LOKET_SEAL_{town.refnis}_PASSPHRASE", "").encode() or None
    try:
        held = load_pkcs12((folder / str(town.seal.path)).read_bytes(), passphrase).cert
    except (OSError, ValueError, TypeError):
        held = None
    if held is None:
        return _unusable(town.refnis, f"seal-unreadable: the PKCS#12 file of {town.refnis}, or its passphrase")
    return _validity(town.refnis, held.certificate.not_valid_before_utc, held.certificate.not_valid_after_utc, now)


def _tried(town: Town, folder: Path, documents: Mapping[str, str], now: datetime) -> SealState:
    from services.contracts.delivery import TryLater  # noqa: PLC0415
    from services.documents.sealing.keys import signer_of  # noqa: PLC0415 - brings pyHanko

    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # it logs its traceback; what fails is told in one line
    pin, of_token = f"LOKET_SEAL_{town.refnis}_PIN", town.seal.source == "pkcs11"
    if of_token and not documents.get(pin):
        return _unusable(town.refnis, f"{pin} is not set: it opens the seal's token")
    try:
        signer: Any = signer_of(town, folder=folder, secrets=documents)
    except TryLater as error:
        return _unusable(town.refnis, error.reason)
    if signer.signing_cert is None:
        return _unusable(town.refnis, f"seal-unreadable: there is no certificate with the key of {town.refnis}")
    try:
        state = _validity(town.refnis, *_period(signer.signing_cert), now)
        if state.seals and (reason := fails(signer)):
            said = f"the key of the seal of {town.refnis} does not seal ({reason}); give key and certificate as one"
            return _unusable(town.refnis, said, ends=state.ends)
        return state
    finally:
        if of_token:
            signer.pkcs11_session.close()


def _period(certificate: Any) -> tuple[datetime, datetime]:
    validity = certificate["tbs_certificate"]["validity"]
    return validity["not_before"].native, validity["not_after"].native


def _validity(refnis: str, begins: datetime, ends: datetime, now: datetime) -> SealState:
    if not begins <= now < ends:
        told = f"ended on {_day(ends)}" if ends <= now else f"begins on {_day(begins)} only"
        said = f"the seal certificate of {refnis} is not valid today, it {told}; put a valid one in its place"
        return _unusable(refnis, said, ends=ends)
    problem = None
    if ends - now < SOON:
        problem = f"documents: the seal certificate of {refnis} ends on {_day(ends)}; get the next one now"
    return SealState(refnis=refnis, ends=ends, problem=problem)


def _unusable(refnis: str, said: str, *, ends: datetime | None = None) -> SealState:
    return SealState(refnis=refnis, ends=ends, problem=f"documents: {said}", seals=False)


def _day(moment: datetime) -> date:
    return local(moment).date()


def fails(signer: Any) -> str | None:
    """Why its key does not make a signature that its certificate proves. Nothing of a document is signed."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa  # noqa: PLC0415
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.x509 import load_der_x509_certificate  # noqa: PLC0415

    try:
        signature = asyncio.run(signer.async_sign_raw(TRIAL, "sha256"))
    except Exception as error:  # noqa: BLE001 - whatever ails key or token
        return type(error).__name__
    assert signer.signing_cert is not None
    key = load_der_x509_certificate(signer.signing_cert.dump()).public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, TRIAL, padding.PKCS1v15(), SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, TRIAL, ec.ECDSA(SHA256()))
        else:
            return "neither RSA nor ECDSA"
    except InvalidSignature:
        return "it is not the certificate's"
    return None
