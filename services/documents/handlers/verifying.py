"""What a code or a file is worth."""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from services.contracts.codes import MOST_CODES, read_typed, typed_code
from services.contracts.documents import (
    LARGEST_PDF,
    Verification,
    VerifyCode,
    VerifyFile,
)
from services.contracts.errors import InvalidField
from services.contracts.field_errors import field_error
from services.contracts.registry import StillTrue
from services.contracts.restoring import LostTime
from services.contracts.towns import Town
from services.documents.appended import beginnings
from services.documents.domain import Certificate, Finding
from services.documents.ports import Certificates, Examiner
from services.documents.rechecking import Rechecking

STANDING = frozenset({"authentic", "untouched"})
"""Verdicts by which the town stands to a certificate as it is, so that it can be current."""


def verify_code(
    asked: VerifyCode,
    *,
    certificates: Certificates,
    rechecking: Rechecking | None = None,
    lost: tuple[LostTime, ...] = (),
    now: datetime,
) -> Verification:
    """`authentic`, `superseded` or `unknown`. Of what still stands, it wants to know whether it is still true."""
    code = typed_code(asked.code)
    certificate = certificates.load_by_code(code, town=asked.town) if code else None
    if certificate is None:
        return Verification(verdict="unknown", lost=lost if code else ())
    superseded_at = certificates.superseded_at(certificate)
    verdict = "superseded" if superseded_at else "authentic"
    return _verification(verdict, certificate, superseded_at, rechecking=rechecking, now=now)


def verify_file(
    asked: VerifyFile,
    *,
    certificates: Certificates,
    examiner: Examiner,
    towns: Mapping[str, Town],
    rechecking: Rechecking | None = None,
    lost: tuple[LostTime, ...] = (),
    now: datetime,
) -> Verification:
    """`untouched`, `altered`, `no-longer-kept` or `not-ours`. Raises InvalidField for what is no base64, too large, or
    opens with a password only.

    A file that somebody wrote anew, or made up, tells of a certificate only what its code would tell: it carries the
    code, or nothing is said but that it is altered. What another authority sealed carries no code: of that only a file
    to which something was added is known again, by its beginning. Of a certificate that retention took, only its seal
    can still tell that it is whole.
    """
    if len(asked.pdf) > LARGEST_PDF * 4 // 3 + 4:
        raise InvalidField(fields={"pdf": field_error("too-large", megabytes=LARGEST_PDF // 1024 // 1024)})
    try:
        pdf = base64.b64decode(asked.pdf, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidField(fields={"pdf": field_error("not-base64")}) from None
    certificate = certificates.load_by_sha256(hashlib.sha256(pdf).hexdigest(), town=asked.town)
    if certificate is not None:
        superseded_at = certificates.superseded_at(certificate)
        return _verification("untouched", certificate, superseded_at, rechecking=rechecking, now=now)
    found = examiner.examine(pdf)
    if found.locked:
        raise InvalidField(fields={"pdf": field_error("password-protected")})
    town = towns[asked.town]
    another = _of_another_town(found, town=town, towns=towns, certificates=certificates)
    if another and _bears_seal_of(another, found.whole, certificates=certificates):
        return Verification(verdict="not-ours", seal="unbroken", another_town=another.refnis)
    verified = _of_another_file(found, town=town, another=another, certificates=certificates, lost=lost, now=now)
    if verified.verdict == "not-ours" and _begins_as_ours(pdf, town=asked.town, certificates=certificates):
        verified = Verification(verdict="altered")
    return verified


def _begins_as_ours(pdf: bytes, *, town: str, certificates: Certificates) -> bool:
    """Was something added to a file that the town issued?"""
    return any(certificates.load_by_sha256(before, town=town) for before in beginnings(pdf))


def _of_another_town(
    found: Finding, *, town: Town, towns: Mapping[str, Town], certificates: Certificates
) -> Town | None:
    """The town that a file is a certificate of by its number, where it bears a seal of that town. Whether it is one
    that the town issued, that town alone says; what its seal no longer covers is altered, whoever is asked.
    """
    another = towns.get((found.number or "").partition("-")[0])
    if another is None or another.refnis == town.refnis:
        return None
    seals = (*found.seals, *found.whole)
    return another if _bears_seal_of(another, seals, certificates=certificates) else None


def _bears_seal_of(town: Town, seals: Iterable[str], *, certificates: Certificates) -> bool:
    return any(certificates.knows_seal(seal, town=town.refnis) for seal in seals)


def _of_another_file(
    found: Finding,
    *,
    town: Town,
    another: Town | None,
    certificates: Certificates,
    lost: tuple[LostTime, ...],
    now: datetime,
) -> Verification:
    """The verdict on a file that the town does not keep, by what it shows; `another` is whose it was before somebody
    changed it.

    A file that the town's seal covers to the last byte was not written by anybody else, whatever is known of its code:
    the one certificate of an application may have been sealed again after a restoring, under the same number.
    """
    if found.number and any(certificates.knows_seal(seal, town=town.refnis) for seal in found.whole):
        return Verification(verdict="no-longer-kept", lost=lost)
    own = [each.is_at for each in (town, another) if each]
    pointed = [read_typed(each, leads_here=lambda url: any(leads(url) for leads in own)) for each in found.pointers]
    codes = dict.fromkeys((*(typed.code for typed in pointed if typed.code), *found.codes))
    return _altered(
        found,
        tuple(codes)[:MOST_CODES],
        leads_elsewhere=any(typed.mistake == "another-site" for typed in pointed),
        town=town.refnis,
        another=another,
        certificates=certificates,
        now=now,
    )


def _altered(
    found: Finding,
    codes: tuple[str, ...],
    *,
    leads_elsewhere: bool,
    town: str,
    another: Town | None,
    certificates: Certificates,
    now: datetime,
) -> Verification:
    """`altered`, with what the town issued under its one code, or whose it was instead; or `not-ours`."""
    by_code = [kept for code in codes if (kept := certificates.load_by_code(code, town=town))]
    if leads_elsewhere and (by_code or found.mentioned or found.number):
        return Verification(verdict="altered", leads_elsewhere=True)
    if len(by_code) == 1:
        return _verification("altered", by_code[0], certificates.superseded_at(by_code[0]), now=now)
    if another and not by_code:
        return Verification(verdict="altered", another_town=another.refnis)
    number = found.number or found.mentioned
    if by_code or (number and certificates.load_by_number(number, town=town)):
        return Verification(verdict="altered")
    if any(certificates.knows_seal(seal, town=town) for seal in found.seals):
        return Verification(verdict="altered")
    seal = "unbroken" if found.whole else "broken" if found.bears_seal or found.seals else None
    return Verification(verdict="not-ours", seal=seal)


def _verification(
    verdict: str,
    certificate: Certificate,
    superseded_at: datetime | None,
    *,
    rechecking: Rechecking | None = None,
    now: datetime,
) -> Verification:
    stands = verdict in STANDING and superseded_at is None
    known = rechecking.check(certificate, now=now) if rechecking and stands else None
    is_current = certificate.is_current(now=now) and (known is None or known.state != StillTrue.SUPERSEDED)
    return Verification(
        verdict=verdict,
        product=certificate.product,
        number=certificate.number,
        issued_at=certificate.issued_at,
        current_through=certificate.current_through if verdict != "altered" else None,
        is_current=is_current if stands else None,
        superseded_at=superseded_at,
        passed_through=certificate.seal is None,
        still_true=known,
    )
