"""The certificate of a cleared application is issued, once; or its facts are too old, or cannot be put on paper."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from services.contracts.delivery import TryLater, Unacceptable
from services.contracts.documents import (
    CertificateIssued,
    CertificateUnprintable,
    FactsExpired,
)
from services.contracts.envelope import Cause
from services.contracts.extracts import FACTS_VERSION, Edition, Facts
from services.contracts.facts.identity import Identity
from services.contracts.intake import ApplicationCleared
from services.contracts.plans import pinned
from services.contracts.product import PASSED_THROUGH, Product
from services.contracts.sealed import sealed_document
from services.contracts.towns import Town
from services.documents.domain import Certificate, NoPaper, Order, Unprintable, current_through
from services.documents.ports import Certificates, LockedFacts, Press, Pseudonyms
from services.documents.stating import check, document_of, stated

log = structlog.get_logger()

VERSIONS_DIFFER_FOR = timedelta(minutes=1)
"""Facts of another version that are younger than this were compiled by a registry that is at work now: it, or this
process, is about to be replaced, and asked anew it would compile the same."""


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
    """Issue the certificate of a cleared application, once; or say that its facts are too old, or that what they say
    cannot be put on paper, which is the end of it.

    Who asks anew for one that is settled was not told, or lost it: it is said again. Neither that nor facts that are
    too old need the product's file.

    Raises AlreadyHandled, TryLater (no seal, no time stamp), Unacceptable (facts that are not this application's,
    a town, product or language that is not there, fonts that are not installed) and ConcurrentChange.
    """
    town, product = towns.get(cause.town), products.get(event.product)
    if town is None or product is None or event.language not in product.languages(town):
        if known := certificates.settled(event.application_id, cause=cause):
            certificates.repeat(known, event=_said(known, contact=event.contact), cause=cause)
            return
        if town is None:
            raise Unacceptable("unknown-town", cause.town)
        if product is not None:
            raise Unacceptable("language-not-allowed", f"{product.id} in {event.language}")
        if now < event.facts_expire_at:
            raise Unacceptable("unknown-product", event.product)
    draft = certificates.draft(
        event.application_id, product=event.product, language=event.language, now=now, cause=cause
    )
    if draft.is_settled:
        certificates.repeat(draft, event=_said(draft, contact=event.contact), cause=cause)
        return
    product = pinned(product, event.plan) if product else None
    if (
        product is None
        or now >= event.facts_expire_at
        or not has_passed(event, product, now=now)
        or are_of_another_version(event, facts, now=now)
    ):
        expired = FactsExpired(application_id=event.application_id, found_at=now, facts_expire_at=event.facts_expire_at)
        certificates.report_expired(draft, event=expired, cause=cause)
        return
    opened = facts.unlock(Facts, event.facts, bound_to=event.application_id)
    try:
        pdf, seal = _made(opened, draft=draft, town=town, product=product, press=press, now=now)
    except Unprintable as found:
        _refuse(draft, found, certificates=certificates, cause=cause, now=now)
        return
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
    certificates.issue(issued, pdf=pdf, event=_issued(issued, event.contact), cause=cause)


def _refuse(draft: Certificate, found: Unprintable, *, certificates: Certificates, cause: Cause, now: datetime) -> None:
    """Logged once it is kept, for who can install a font; the citizen is told by intake."""
    no_paper = NoPaper(code=found.code, reason=found.reason, detail=found.detail, found_at=now)
    refused = replace(draft, no_paper=no_paper)
    certificates.refuse(refused, event=_unprintable(refused, no_paper), cause=cause)
    log.warning(
        "certificate_unprintable", application_id=draft.application_id, reason=found.reason, detail=found.detail
    )


def _made(
    facts: Facts, *, draft: Certificate, town: Town, product: Product, press: Press, now: datetime
) -> tuple[bytes, str | None]:
    """The file, and the town's seal on it; None where its own authority sealed it. That is given byte for byte, and of
    another file with the same seal nothing is said, since the town did not make it. Raises what `check` and the press
    raise."""
    check(
        facts,
        application_id=draft.application_id,
        town=town.refnis,
        product=product,
        language=draft.language,
        official=town.official_languages,
    )
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


def _said(certificate: Certificate, *, contact: str) -> CertificateIssued | CertificateUnprintable:
    """What became of a settled one. Nobody is told by notify that there is no paper, but by intake's refusal."""
    return _unprintable(certificate, certificate.no_paper) if certificate.no_paper else _issued(certificate, contact)


def _unprintable(certificate: Certificate, why: NoPaper) -> CertificateUnprintable:
    return CertificateUnprintable(application_id=certificate.application_id, code=why.code, found_at=why.found_at)


def _issued(certificate: Certificate, contact: str) -> CertificateIssued:
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
    subject, under what it is: somebody may have the deeds of many. Raises Unacceptable where neither is known: it would
    supersede what is somebody else's."""
    if (document := sealed_document(facts.parts)) and document.about:
        return (pseudonyms.of("document", town=facts.town, value=document.about),)
    identity = facts.part(Identity)
    if identity is None:
        raise Unacceptable("subject-not-told", facts.product)
    numbers = (identity.national_number, *identity.former_numbers)
    return tuple(pseudonyms.of("subject", town=facts.town, value=number) for number in numbers)


def _facts_key(facts: Facts, product: Product, town: Town, pseudonyms: Pseudonyms) -> str:
    said = stated(facts, product=product, official=town.official_languages)
    canonical = json.dumps(said, sort_keys=True, default=str, ensure_ascii=False)
    return pseudonyms.of("facts", town=facts.town, value=canonical)
