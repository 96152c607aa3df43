"""Whether a deed bears the seal of its database, to the last byte. Looked at in a process of its own.

A PDF is a program's worth of parser to whoever made it, and pyHanko takes seconds and hundreds of megabytes for one that
was made to do harm. `python -m services.registry.sources.deeds.sealing AUTHORITIES` reads one from its standard input,
knows no secret, and may take no more than it needs.
"""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from services.registry.contradictions import Contradiction
from services.registry.sources.https import NoAnswer

SOUND, BROKEN, UNTRUSTED = b"sound", b"broken", b"untrusted"
_SAID = {BROKEN: Contradiction.DEED_SEAL_BROKEN, UNTRUSTED: Contradiction.DEED_SEAL_UNTRUSTED}

LONGEST_S = 10.0
MEMORY = 768 * 1024 * 1024


class SealChecker:
    """By the authorities in a file (PEM)."""

    def __init__(self, authorities: Path) -> None:
        self._authorities = authorities

    def wrong(self, pdf: bytes, *, left_s: float) -> Contradiction | None:
        """What is wrong with its seal; None where nothing is. Raises NoAnswer where that could not be found out."""
        argv = [sys.executable, "-W", "ignore", "-m", __name__, str(self._authorities)]
        environ = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONPATH": str(Path(__file__).parents[4])}
        try:
            ended = subprocess.run(  # noqa: S603 - ours
                argv, input=pdf, capture_output=True, timeout=min(left_s, LONGEST_S), env=environ, check=False
            )
        except (subprocess.TimeoutExpired, OSError):
            raise NoAnswer("seal-not-checked") from None
        if ended.stdout == SOUND:
            return None
        if ended.stdout in _SAID:
            return _SAID[ended.stdout]
        # It died over the document: nobody's seal is looked for in that again within this look-up.
        return Contradiction.DEED_SEAL_BROKEN

    def check(self) -> str | None:
        """What an operator has to mend, None where nothing is."""
        try:
            return None if _roots(self._authorities) else f"no certificate in {self._authorities}"
        except (OSError, ValueError):
            return f"seal_authorities: {self._authorities} is no file of PEM certificates that can be read"


def _roots(path: Path) -> list[bytes]:
    """DER."""
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415 - only who looks pays for it
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

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
    roots = _roots(Path(sys.argv[1]))
    try:
        said = examined(sys.stdin.buffer.read(), roots, now=datetime.now(UTC))
    except Exception:  # noqa: BLE001 - pyHanko lets through whatever its parsers raise
        said = BROKEN
    sys.stdout.buffer.write(said)


if __name__ == "__main__":
    main()
