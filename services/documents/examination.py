"""What the seals on a PDF say, checked offline: nothing is fetched, and trust comes only from the roots given."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)  # they log a traceback for each seal they do not trust


@dataclass(frozen=True, kw_only=True)
class Examined:
    """One seal. `valid`: the signature belongs to the bytes it covers. `whole`: these are the whole file, unchanged.

    `trusted`: the signer's chain ends in one of the given roots. `timestamped_at` is proven by an authority,
    `claimed_at` only said by the signer.
    """

    field: str
    signer: str
    signer_sha256: str
    valid: bool
    whole: bool
    trusted: bool
    claimed_at: datetime | None
    timestamped_at: datetime | None


def examine(pdf: bytes, *, roots: Sequence[bytes] = ()) -> list[Examined]:
    """Every seal on the file, in order; none where there is none. `roots` are DER certificates.

    Raises ValueError for what is no PDF that can be read.
    """
    try:
        return asyncio.run(_examine(pdf, [x509.Certificate.load(root) for root in roots]))
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except Exception as error:  # noqa: BLE001 - pyHanko lets through whatever its parsers raise
        raise ValueError(f"not a readable PDF ({type(error).__name__})") from None


async def _examine(pdf: bytes, roots: list[x509.Certificate]) -> list[Examined]:
    reader = PdfFileReader(BytesIO(pdf))
    found = []
    for embedded in reader.embedded_signatures:
        context = ValidationContext(trust_roots=roots, allow_fetching=False, revocation_mode="soft-fail")
        status = await async_validate_pdf_signature(
            embedded, signer_validation_context=context, ts_validation_context=context
        )
        stamp = status.timestamp_validity
        found.append(
            Examined(
                field=embedded.field_name,
                signer=status.signing_cert.subject.native.get("common_name", ""),
                signer_sha256=status.signing_cert.sha256.hex(),
                valid=status.intact and status.valid,
                whole=status.coverage == SignatureCoverageLevel.ENTIRE_FILE
                and status.modification_level in (None, ModificationLevel.NONE),
                trusted=status.trusted,
                claimed_at=status.signer_reported_dt,
                timestamped_at=stamp.timestamp if stamp and stamp.valid and stamp.intact else None,
            )
        )
    return found
