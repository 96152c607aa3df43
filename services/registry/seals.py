"""The process that looks at the seal on a document: `python -m services.registry.seals AUTHORITIES [SEALED_BY]`, the
PDF on its standard input. It writes SOUND, BROKEN, UNTRUSTED or OUTDATED.

It loads nothing of the registry and knows no secret. A PDF is a program's worth of parser to whoever made it: what one
takes that was made to do harm, this process alone takes, and no more than it may.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

SOUND, BROKEN, UNTRUSTED, OUTDATED = b"sound", b"broken", b"untrusted", b"outdated"

LONGEST_S = 10
"""Of CPU: a look at a deed takes less than one. Then it is sent SIGXCPU, and AFTER_S later killed."""
AFTER_S = 5
WITHIN_S = 30.0
"""By the clock, whatever the time that a source had to answer in: the machine may have other things to do."""
MEMORY = 768 * 1024 * 1024

SEALED_WITHIN = timedelta(hours=24)
"""What is sealed for whoever asks was sealed just now; an older one may say what is true no more."""
CLOCKS_DIFFER = timedelta(minutes=10)


def roots_in(path: Path) -> list[bytes]:
    """The certificates of a PEM file, as DER. Raises OSError and ValueError."""
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415 - only who looks pays for it

    return [each.public_bytes(Encoding.DER) for each in load_pem_x509_certificates(path.read_bytes())]


def examined(pdf: bytes, roots: list[bytes], *, sealed_by: str | None = None, now: datetime) -> bytes:
    """What the seals on a document say: all of them have to be sound, and the last of them, or the last time stamp on
    the document itself, covers all of it. Who stamps the time is of no matter: nothing is believed for it.

    `sealed_by` is the organisation that their certificates are of, which sealed it just now; where it is None that is
    any whom the authorities know, at any time.
    """
    import asyncio  # noqa: PLC0415
    from io import BytesIO  # noqa: PLC0415

    from asn1crypto import x509  # noqa: PLC0415
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415
    from pyhanko.sign.diff_analysis import ModificationLevel  # noqa: PLC0415
    from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp  # noqa: PLC0415
    from pyhanko.sign.validation.status import SignatureCoverageLevel  # noqa: PLC0415
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

    trusted = [x509.Certificate.load(root) for root in roots]

    async def look() -> bytes:
        document = PdfFileReader(BytesIO(pdf))
        if not document.embedded_regular_signatures:
            return UNTRUSTED
        for seal in document.embedded_signatures:
            context = ValidationContext(
                trust_roots=trusted, allow_fetching=False, revocation_mode="soft-fail", moment=now
            )
            if seal.sig_object_type == "/DocTimeStamp":
                status: Any = await async_validate_pdf_timestamp(seal, validation_context=context)
            else:
                status = await async_validate_pdf_signature(seal, signer_validation_context=context)
            if not (status.intact and status.valid):
                return BROKEN
            if status.modification_level not in (None, ModificationLevel.NONE, ModificationLevel.LTA_UPDATES):
                return BROKEN
            if seal.sig_object_type == "/DocTimeStamp":
                continue
            if not status.trusted or not _holds(status.signing_cert, sealed_by, now=now):
                return UNTRUSTED
            if sealed_by is not None and not _is_of_now(status.signer_reported_dt, now=now):
                return OUTDATED
        return SOUND if status.coverage == SignatureCoverageLevel.ENTIRE_FILE else BROKEN

    return asyncio.run(look())


def _holds(certificate: Any, sealed_by: str | None, *, now: datetime) -> bool:
    """Is it of that organisation, and has it not ended? Of one that stands among the authorities nobody else asks."""
    validity = certificate["tbs_certificate"]["validity"]
    organisations = [certificate.subject.native.get("organization_name")]
    named = sealed_by is None or organisations == [sealed_by]
    return named and bool(validity["not_before"].native <= now <= validity["not_after"].native)


def _is_of_now(sealed_at: datetime | None, *, now: datetime) -> bool:
    return sealed_at is not None and now - SEALED_WITHIN <= sealed_at <= now + CLOCKS_DIFFER


def main() -> None:
    """Writes one word."""
    import logging  # noqa: PLC0415
    import resource  # noqa: PLC0415

    logging.disable(logging.CRITICAL)  # pyHanko logs a traceback for each seal it does not trust
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST_S, LONGEST_S + AFTER_S))
    roots, sealed_by = roots_in(Path(sys.argv[1])), next(iter(sys.argv[2:]), None)
    try:
        said = examined(sys.stdin.buffer.read(), roots, sealed_by=sealed_by, now=datetime.now(UTC))
    except Exception:  # noqa: BLE001 - pyHanko lets through whatever its parsers raise
        said = BROKEN
    sys.stdout.buffer.write(said)


if __name__ == "__main__":
    main()
