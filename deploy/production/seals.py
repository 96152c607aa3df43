"""The towns' seals, opened as documents opens them: which cannot be had, does not seal, or ends soon."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

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
    found = (_state(town, folder, documents, now, with_key) for town in read_towns(folder).values())
    return [each for each in found if each is not None]


def _state(town: Town, folder: Path, documents: Mapping[str, str], now: datetime, with_key: bool) -> SealState | None:
    from services.contracts.delivery import TryLater  # noqa: PLC0415
    from services.documents.keys import shown_certificate, signer_of  # noqa: PLC0415 - pyHanko, for this only

    pin, refnis = f"LOKET_SEAL_{town.refnis}_PIN", town.refnis
    of_token = town.seal.source == "pkcs11"
    if of_token and not with_key:
        certificate = shown_certificate(town)
        return _validity(refnis, certificate, now) if certificate else None
    if of_token and not documents.get(pin):
        return SealState(refnis=refnis, problem=f"documents: {pin} is not set: it opens the seal's token", seals=False)
    try:
        signer: Any = signer_of(town, folder=folder, secrets=documents)
    except TryLater as error:
        return SealState(refnis=refnis, problem=f"documents: {error.reason}", seals=False)
    try:
        return _seals(signer, refnis, now=now, with_key=with_key)
    finally:
        if of_token:
            signer.pkcs11_session.close()


def _seals(signer: Any, refnis: str, *, now: datetime, with_key: bool) -> SealState:
    state = _validity(refnis, signer.signing_cert, now)
    if with_key and state.seals and (reason := fails(signer)):
        problem = (
            f"documents: the key of the seal of {refnis} does not seal ({reason}); give key and certificate as one"
        )
        return SealState(refnis=refnis, ends=state.ends, problem=problem, seals=False)
    return state


def _validity(refnis: str, certificate: Any, now: datetime) -> SealState:
    validity = certificate["tbs_certificate"]["validity"]
    begins, ends = validity["not_before"].native, validity["not_after"].native
    if not begins <= now < ends:
        told = f"ended on {_day(ends)}" if ends <= now else f"begins on {_day(begins)} only"
        problem = (
            f"documents: the seal certificate of {refnis} is not valid today, it {told}; put a valid one in its place"
        )
        return SealState(refnis=refnis, ends=ends, problem=problem, seals=False)
    if ends - now < SOON:
        problem = f"documents: the seal certificate of {refnis} ends on {_day(ends)}; get the next one now"
        return SealState(refnis=refnis, ends=ends, problem=problem)
    return SealState(refnis=refnis, ends=ends)


def _day(moment: datetime) -> date:
    return moment.date()


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
