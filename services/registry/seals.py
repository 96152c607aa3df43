"""The process that looks at the seal on a document: `python -m services.registry.seals AUTHORITIES`, the PDF on its
standard input. It writes SOUND, BROKEN or UNTRUSTED.

It loads nothing of the registry and knows no secret. A PDF is a program's worth of parser to whoever made it: what one
takes that was made to do harm, this process alone takes, and no more than it may.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

SOUND, BROKEN, UNTRUSTED = b"sound", b"broken", b"untrusted"

LONGEST_S = 10.0
"""Of CPU: a look at a deed takes less than one."""
WITHIN_S = 30.0
"""By the clock, whatever the time that a source had to answer in: the machine may have other things to do."""
MEMORY = 768 * 1024 * 1024


def roots_in(path: Path) -> list[bytes]:
    """The certificates of a PEM file, as DER. Raises OSError and ValueError."""
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415 - only who looks pays for it

    return [each.public_bytes(Encoding.DER) for each in load_pem_x509_certificates(path.read_bytes())]


def examined(pdf: bytes, roots: list[bytes], *, now: datetime) -> bytes:
    """What the seals on a document say: all of them have to be sound, and the last one covers all of it."""
    import asyncio  # noqa: PLC0415
    from io import BytesIO  # noqa: PLC0415

    from asn1crypto import x509  # noqa: PLC0415
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415
    from pyhanko.sign.diff_analysis import ModificationLevel  # noqa: PLC0415
    from pyhanko.sign.validation import async_validate_pdf_signature  # noqa: PLC0415
    from pyhanko.sign.validation.status import SignatureCoverageLevel  # noqa: PLC0415
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

    trusted = [x509.Certificate.load(root) for root in roots]

    async def look() -> bytes:
        seals = PdfFileReader(BytesIO(pdf)).embedded_signatures
        if not seals:
            return UNTRUSTED
        for seal in seals:
            context = ValidationContext(
                trust_roots=trusted, allow_fetching=False, revocation_mode="soft-fail", moment=now
            )
            status = await async_validate_pdf_signature(seal, signer_validation_context=context)
            if not (status.intact and status.valid):
                return BROKEN
            if status.modification_level not in (None, ModificationLevel.NONE, ModificationLevel.LTA_UPDATES):
                return BROKEN
            if not status.trusted:
                return UNTRUSTED
        return SOUND if status.coverage == SignatureCoverageLevel.ENTIRE_FILE else BROKEN

    return asyncio.run(look())


def main() -> None:
    """Writes one word."""
    import logging  # noqa: PLC0415
    import resource  # noqa: PLC0415

    logging.disable(logging.CRITICAL)  # pyHanko logs a traceback for each seal it does not trust
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (int(LONGEST_S), int(LONGEST_S)))
    roots = roots_in(Path(sys.argv[1]))
    try:
        said = examined(sys.stdin.buffer.read(), roots, now=datetime.now(UTC))
    except Exception:  # noqa: BLE001 - pyHanko lets through whatever its parsers raise
        said = BROKEN
    sys.stdout.buffer.write(said)


if __name__ == "__main__":
    main()
