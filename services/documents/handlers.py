"""What documents does: issue certificates once, hand them out, and say what a code or a file is worth."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from services.contracts.catalogue import PASSED_THROUGH, Product
from services.contracts.codes import MOST_CODES, read_typed, typed_code
from services.contracts.delivery import TryLater, Unacceptable
from services.contracts.documents import (
    LARGEST_PDF,
    CertificateFile,
    CertificateIssued,
    FactsExpired,
    FetchCertificate,
    Verification,
    VerifyCode,
    VerifyFile,
)
from services.contracts.envelope import Cause
from services.contracts.errors import InvalidField, NotFound
from services.contracts.extracts import FACTS_VERSION, Edition, Facts
from services.contracts.facts.identity import Identity
from services.contracts.field_errors import field_error
from services.contracts.intake import ApplicationCleared
from services.contracts.plans import pinned
from services.contracts.registry import StillTrue
from services.contracts.restoring import LostTime
from services.contracts.sealed import sealed_document
from services.contracts.towns import Town
from services.documents.appended import beginnings
from services.documents.domain import Certificate, Finding, Order, current_through
from services.documents.ports import Certificates, Examiner, LockedFacts, Press, Pseudonyms
from services.documents.rechecking import Rechecking
from services.documents.stating import check, document_of, stated

VERSIONS_DIFFER_FOR = timedelta(minutes=1)
"""Facts of another version that are younger than this were compiled by a registry that is at work now: it, or this
process, is about to be replaced, and asked anew it would compile the same."""

STANDING = frozenset({"authentic", "untouched"})
"""Verdicts by which the town stands to a certificate as it is, so that it can be current."""

ORPHANED_AFTER = timedelta(hours=1)
"""Far longer than issuing takes: a file that no certificate names by then is left from a crash or a lost race."""


def issue_certificate(
    event: ApplicationCleared,
    cause: Cause,
    *,
    certificates: Certificates,
    press: Press,
    facts: LockedFacts,
    pseudonyms: Pseudonyms,
    towns: Mapping[str, Town],
    products: Mapping[str, Product],
    now: datetime,
) -> None:
    """Issue the certificate of a cleared application, once; or say that its facts are too old.

    Who asks anew for one that is issued was not told, or lost it: it is said again.

    Raises AlreadyHandled, TryLater (no seal, no time stamp), Unacceptable (facts that are not this application's,
    a town, product or language that is not there) and ConcurrentChange.
    """
    town, product = towns.get(cause.town), products.get(event.product)
    if town is None or product is None or event.language not in product.languages(town):
        certificates.admit(event.application_id, cause=cause)
        if town is None or product is None:
            raise Unacceptable("unknown-town" if town is None else "unknown-product")
        raise Unacceptable("language-not-allowed", event.language)
    draft = certificates.draft(event.application_id, product=product.id, language=event.language, now=now, cause=cause)
    if draft.is_issued:
        certificates.repeat(draft, event=_issued(draft, contact=event.contact), cause=cause)
        return
    product = pinned(product, event.plan)
    if (
        now >= event.facts_expire_at
        or not has_passed(event, product, now=now)
        or are_of_another_version(event, facts, now=now)
    ):
        expired = FactsExpired(application_id=event.application_id, found_at=now, facts_expire_at=event.facts_expire_at)
        certificates.report_expired(draft, event=expired, cause=cause)
        return
    opened = facts.unlock(Facts, event.facts, bound_to=event.application_id)
    check(
        opened,
        application_id=event.application_id,
        town=town.refnis,
        product=product,
        language=draft.language,
        official=town.official_languages,
    )
    pdf, seal = _made(opened, draft=draft, product=product, press=press, now=now)
    sha256 = hashlib.sha256(pdf).hexdigest()
    subject_key, *former_subject_keys = _subject_keys(opened, pseudonyms)
    issued = replace(
        draft,
        sha256=sha256,
        seal=seal,
        issued_at=now,
        current_through=current_through(now, product),
        recheck=event.recheck or None,
        subject_key=subject_key,
        former_subject_keys=tuple(former_subject_keys),
        facts_key=_facts_key(opened, product, town, pseudonyms),
    )
    certificates.issue(issued, pdf=pdf, event=_issued(issued, contact=event.contact), cause=cause)


def _made(
    facts: Facts, *, draft: Certificate, product: Product, press: Press, now: datetime
) -> tuple[bytes, str | None]:
    """The file, and the town's seal on it; None where its own authority sealed it. That is given byte for byte, and of
    another file with the same seal nothing is said, since the town did not make it."""
    if product.gives.kind == PASSED_THROUGH:
        return document_of(facts).content(), None
    printed = press.print(
        Order(
            certificate_id=draft.certificate_id,
            number=draft.number,
            code=draft.code,
            language=draft.language,
            issued_at=now,
            facts=facts,
        )
    )
    return printed.pdf, printed.seal


def has_passed(event: ApplicationCleared, product: Product, *, now: datetime) -> bool:
    """Were all gates of its plan met? An intake of version 0.9 knows of none, and would clear without: what needs some
    is sent back to have its facts looked up again, and passes them then.

    Raises TryLater for what was just cleared: that intake is about to be replaced, and would do the same again.
    """
    needed = {each.gate for each in product.gates} if event.met is None else set(event.plan.gates if event.plan else ())
    if needed <= set(event.met or ()):
        return True
    if now < event.cleared_at + VERSIONS_DIFFER_FOR:
        raise TryLater("gates-not-passed")
    return False


def fetch_certificate(asked: FetchCertificate, *, certificates: Certificates) -> CertificateFile:
    """The sealed file. Raises NotFound, also where the certificate is another application's."""
    certificate = certificates.load(asked.certificate_id, town=asked.town)
    if certificate is None or certificate.sha256 is None or certificate.application_id != asked.application_id:
        raise NotFound
    pdf = base64.b64encode(certificates.pdf(certificate)).decode()
    return CertificateFile(filename=certificate.filename, sha256=certificate.sha256, pdf=pdf)


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
    verified = _of_another_file(found, town=town, certificates=certificates, lost=lost, now=now)
    if verified.verdict == "not-ours" and _begins_as_ours(pdf, town=asked.town, certificates=certificates):
        verified = Verification(verdict="altered")
    return verified


def _begins_as_ours(pdf: bytes, *, town: str, certificates: Certificates) -> bool:
    """Was something added to a file that the town issued?"""
    return any(certificates.load_by_sha256(before, town=town) for before in beginnings(pdf))


def _of_another_file(
    found: Finding, *, town: Town, certificates: Certificates, lost: tuple[LostTime, ...], now: datetime
) -> Verification:
    """The verdict on a file that the town does not keep, by what it shows.

    A file that the town's seal covers to the last byte was not written by anybody else, whatever is known of its code:
    the one certificate of an application may have been sealed again after a restoring, under the same number.
    """
    if found.number and any(certificates.knows_seal(seal, town=town.refnis) for seal in found.whole):
        return Verification(verdict="no-longer-kept", lost=lost)
    pointed = [read_typed(pointer, leads_here=town.is_at) for pointer in found.pointers]
    codes = dict.fromkeys((*(typed.code for typed in pointed if typed.code), *found.codes))
    return _altered(
        found,
        tuple(codes)[:MOST_CODES],
        leads_elsewhere=any(typed.mistake == "another-site" for typed in pointed),
        town=town.refnis,
        certificates=certificates,
        now=now,
    )


def _altered(
    found: Finding,
    codes: tuple[str, ...],
    *,
    leads_elsewhere: bool,
    town: str,
    certificates: Certificates,
    now: datetime,
) -> Verification:
    """`altered`, with what the town issued under its one code, or `not-ours`."""
    by_code = [kept for code in codes if (kept := certificates.load_by_code(code, town=town))]
    if leads_elsewhere and (by_code or found.mentioned or found.number):
        return Verification(verdict="altered", leads_elsewhere=True)
    if len(by_code) == 1:
        return _verification("altered", by_code[0], certificates.superseded_at(by_code[0]), now=now)
    number = found.number or found.mentioned
    if by_code or (number and certificates.load_by_number(number, town=town)):
        return Verification(verdict="altered")
    if any(certificates.knows_seal(seal, town=town) for seal in found.seals):
        return Verification(verdict="altered")
    seal = "unbroken" if found.whole else "broken" if found.bears_seal or found.seals else None
    return Verification(verdict="not-ours", seal=seal)


def are_of_another_version(event: ApplicationCleared, facts: LockedFacts, *, now: datetime) -> bool:
    """Whether an earlier or a later version of Loket wrote the facts: the registry is asked anew, as for old ones.

    Raises TryLater for those just compiled, which are left to a process that can read them.
    """
    edition = facts.unlock(Edition, event.facts, bound_to=event.application_id)
    if edition.version == FACTS_VERSION:
        return False
    if now < edition.compiled_at + VERSIONS_DIFFER_FOR:
        raise TryLater("facts-of-another-version")
    return True


def sweep_orphans(*, certificates: Certificates, now: datetime) -> int:
    """Remove the files that a crash or a lost race left."""
    return certificates.sweep_orphans(before=now - ORPHANED_AFTER)


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


def _issued(certificate: Certificate, *, contact: str) -> CertificateIssued:
    assert certificate.sha256 is not None
    assert certificate.issued_at is not None
    return CertificateIssued(
        application_id=certificate.application_id,
        certificate_id=certificate.certificate_id,
        product=certificate.product,
        language=certificate.language,
        sha256=certificate.sha256,
        contact=contact,
        issued_at=certificate.issued_at,
    )


def _subject_keys(facts: Facts, pseudonyms: Pseudonyms) -> tuple[str, ...]:
    """Under the number on paper, and then under those that were merged into it; of a document that is not about the
    subject, under what it is: somebody may have the deeds of many."""
    if (document := sealed_document(facts.parts)) and document.about:
        return (pseudonyms.of("document", town=facts.town, value=document.about),)
    identity = facts.part(Identity)
    numbers = (identity.national_number, *identity.former_numbers) if identity else ("",)
    return tuple(pseudonyms.of("subject", town=facts.town, value=number) for number in numbers)


def _facts_key(facts: Facts, product: Product, town: Town, pseudonyms: Pseudonyms) -> str:
    said = stated(facts, product=product, official=town.official_languages)
    canonical = json.dumps(said, sort_keys=True, default=str, ensure_ascii=False)
    return pseudonyms.of("facts", town=facts.town, value=canonical)
