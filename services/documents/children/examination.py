"""What the seals on a PDF say, checked offline: nothing is fetched, and trust comes only from the roots given."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

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

    `trusted`: the signer's chain ends in one of the given roots now; `was_trusted`: it did until the certificate of the
    seal ended, at `ends`. `timestamped_at` is said by an authority, and proven where `authority_trusted`, since its
    chain ends in one of the roots, too; `claimed_at` is only said by the signer.
    """

    field: str
    signer: str
    signer_sha256: str
    valid: bool
    whole: bool
    trusted: bool
    was_trusted: bool
    ends: datetime
    claimed_at: datetime | None
    timestamped_at: datetime | None
    authority_trusted: bool

    def proven(self) -> bool:
        """Trusted today; or once, and an authority that is trusted today proves that it is from before its end
        (EN 319 102-1, 5.6.2.3: a proof of existence within the certificate's time).
        """
        in_time = self.timestamped_at is not None and self.timestamped_at < self.ends
        return self.trusted or (self.was_trusted and self.authority_trusted and in_time)


def examine(pdf: bytes, *, roots: Sequence[bytes] = (), now: datetime | None = None) -> list[Examined]:
    """Every seal on the file, in order; none where there is none. `roots` are DER certificates.

    Raises ValueError for what is no PDF that can be read.
    """
    try:
        return asyncio.run(_examine(pdf, [x509.Certificate.load(root) for root in roots], now or datetime.now(UTC)))
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except Exception as error:  # noqa: BLE001 - pyHanko lets through whatever its parsers raise
        raise ValueError(f"not a readable PDF ({type(error).__name__})") from None


async def _examine(pdf: bytes, roots: list[x509.Certificate], now: datetime) -> list[Examined]:
    reader = PdfFileReader(BytesIO(pdf))
    found = []
    for embedded in reader.embedded_signatures:
        status = await _status(embedded, roots, signer_at=now, authority_at=now)
        stamp = status.timestamp_validity
        ends = status.signing_cert["tbs_certificate"]["validity"]["not_after"].native
        was_trusted = status.trusted
        if roots and not status.trusted and ends <= now:
            until = await _status(embedded, roots, signer_at=ends - timedelta(seconds=1), authority_at=now)
            was_trusted = until.trusted
        found.append(
            Examined(
                field=embedded.field_name,
                signer=status.signing_cert.subject.native.get("common_name", ""),
                signer_sha256=status.signing_cert.sha256.hex(),
                valid=status.intact and status.valid,
                whole=status.coverage == SignatureCoverageLevel.ENTIRE_FILE
                and status.modification_level in (None, ModificationLevel.NONE),
                trusted=status.trusted,
                was_trusted=was_trusted,
                ends=ends,
                claimed_at=status.signer_reported_dt,
                timestamped_at=stamp.timestamp if stamp and stamp.valid and stamp.intact else None,
                authority_trusted=bool(stamp and stamp.valid and stamp.intact and stamp.trusted),
            )
        )
    return found


async def _status(embedded: Any, roots: list[x509.Certificate], *, signer_at: datetime, authority_at: datetime) -> Any:
    """What pyHanko says, with the signer's chain as it was at one moment, and that of a time stamp's authority."""

    def context(moment: datetime) -> ValidationContext:
        return ValidationContext(trust_roots=roots, allow_fetching=False, revocation_mode="soft-fail", moment=moment)

    return await async_validate_pdf_signature(
        embedded, signer_validation_context=context(signer_at), ts_validation_context=context(authority_at)
    )
