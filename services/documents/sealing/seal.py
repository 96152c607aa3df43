"""The town's electronic seal: PAdES B-B (ETSI EN 319 142-1), or B-T where a time-stamp authority is configured.

The signature field is written with the document, in one revision; what is left is to digest, to sign and to fill in.
"""

import asyncio
import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko.sign.timestamps.api import TimeStamper

from services.contracts.delivery import TryLater
from services.documents.paper import pinned

FIELD = "Loket"
RESERVED = 10_000
RESERVED_WITH_TIME = 24_000
"""Bytes kept free for the CMS structure: chain and signature, and the authority's token with its chain."""

_DIGITS = b"0000000000"


class Seal(Protocol):
    """A seal that can be put on a document while it is written."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of its certificate, in hex."""

    def check(self) -> None:
        """Before anything is rendered. Raises TryLater where its certificate is not valid now, naming the mend."""

    def place(self, pdf: Any, *, number: str, tooltip: str, at: datetime) -> None:
        """Write the empty field. `pdf` is the pydyf.PDF about to be written, `number` the certificate's."""

    def fill(self, pdf: bytes) -> bytes:
        """Sign the written file. Raises TryLater where the seal or its time stamp cannot be had now."""


class PadesSeal:
    """A certification seal after which nothing may change (DocMDP level 1)."""

    def __init__(
        self, signer: Signer, *, town: str, clock: Callable[[], datetime], timestamps: TimeStamper | None = None
    ) -> None:
        if signer.signing_cert is None:
            raise ValueError("a seal needs a certificate")
        self._signer = signer
        self._certificate = signer.signing_cert
        self._town = town
        self._clock = clock
        self._timestamps = timestamps
        self._room = RESERVED_WITH_TIME if timestamps else RESERVED
        self._form: CmsForm | None = None
        self.fingerprint: str = signer.signing_cert.sha256.hex()

    def place(self, pdf: Any, *, number: str, tooltip: str, at: datetime) -> None:
        """See Seal."""
        fields = (
            b"<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached"
            b" /Name %s /Reason %s /M (%s) /LoketNumber (%s)"
            b" /Reference [<</Type /SigRef /TransformMethod /DocMDP"
            b" /TransformParams <</Type /TransformParams /V /1.2 /P 1>>>>]"
            b" /ByteRange [0 %s %s %s] /Contents <%s>>>"
        )
        moment = at.strftime("D:%Y%m%d%H%M%SZ").encode()
        plain = number.replace(" ", "").encode("ascii")
        written = fields % (_text(self._town), _text(tooltip), moment, plain, *[_DIGITS] * 3, b"0" * (2 * self._room))
        pinned.add_seal_field(pdf, written, name=FIELD, tooltip=tooltip)

    def fill(self, pdf: bytes) -> bytes:
        """See Seal."""
        self.check()
        contents = pdf.rindex(b"/Contents <" + b"0" * (2 * self._room) + b">") + len(b"/Contents ")
        after = contents + 2 * self._room + 2
        ranges = pdf.rindex(b"/ByteRange [0 %s %s %s]" % (_DIGITS, _DIGITS, _DIGITS), 0, contents)
        filled = bytearray(pdf)
        covered = b"/ByteRange [0 %010d %010d %010d]" % (contents, after, len(pdf) - after)
        filled[ranges : ranges + len(covered)] = covered
        with memoryview(filled) as view:
            digest = hashlib.sha256(view[:contents])
            digest.update(view[after:])
        cms = self._cms(digest.digest())
        if len(cms) > self._room:
            raise TryLater("seal-too-large")
        filled[contents + 1 : contents + 1 + 2 * len(cms)] = cms.hex().encode()
        return bytes(filled)

    def _cms(self, digest: bytes) -> bytes:
        try:
            return asyncio.run(self._sign(digest))
        except Exception as error:  # noqa: BLE001 - whatever ails token or authority: it waits, never goes unsealed
            raise TryLater(_reason(error)) from None

    async def _sign(self, digest: bytes) -> bytes:
        if self._timestamps is not None:
            cms = await self._signer.async_sign(digest, "sha256", use_pades=True, timestamper=self._timestamps)
            return bytes(cms.dump())
        if self._form is None:
            blank = bytes(range(32))
            self._form = CmsForm(await self._signer.async_sign(blank, "sha256", use_pades=True), blank=blank)
        return self._form.filled(digest, await self._signer.async_sign_raw(self._form.to_sign(digest), "sha256"))

    def check(self) -> None:
        """See Seal."""
        validity = self._certificate["tbs_certificate"]["validity"]
        now = self._clock()
        if now >= validity["not_after"].native:
            raise TryLater(f"seal-certificate-expired: give {self._town} its next one, and start documents again")
        if now < validity["not_before"].native:
            raise TryLater(f"seal-certificate-not-yet-valid: give {self._town} one that is, and start documents again")


class CmsForm:
    """A CMS structure (RFC 5652) by pyHanko, of which only the digest and the signature change from file to file.

    Building it anew takes ten times as long as the rest of sealing. The signature is its last element, and every
    element around it ends with it; so lengths are all there is to mend.
    """

    def __init__(self, cms: Any, *, blank: bytes) -> None:
        data, signer = cms["content"], cms["content"]["signer_infos"][0]
        if signer["unsigned_attrs"].native:
            raise ValueError("unsigned attributes come after the signature")
        self._blank = blank
        self._attributes: bytes = signer["signed_attrs"].untag().dump()
        self._type: bytes = cms["content_type"].dump()
        self._data = b"".join(data[name].dump() for name in _BEFORE_SIGNERS)
        self._signer = b"".join(signer[name].dump() for name in _BEFORE_SIGNATURE)
        if self._attributes.count(blank) != 1 or self._signer.count(blank) != 1:
            raise ValueError("the digest does not stand where it is expected")

    def to_sign(self, digest: bytes) -> bytes:
        """The signed attributes, as they are signed: a SET OF (RFC 5652, 5.4)."""
        return self._attributes.replace(self._blank, digest)

    def filled(self, digest: bytes, signature: bytes) -> bytes:
        """The whole structure, in DER."""
        signer = _der(0x30, self._signer.replace(self._blank, digest) + _der(0x04, signature))
        data = _der(0x30, self._data + _der(0x31, signer))
        return _der(0x30, self._type + _der(0xA0, data))


_BEFORE_SIGNERS = ("version", "digest_algorithms", "encap_content_info", "certificates", "crls")
_BEFORE_SIGNATURE = ("version", "sid", "digest_algorithm", "signed_attrs", "signature_algorithm")


def _der(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    size = (length.bit_length() + 7) // 8
    return bytes((tag, 0x80 | size)) + length.to_bytes(size, "big") + content


def _reason(error: Exception) -> str:
    return "time-stamps-unavailable" if "timestamp" in type(error).__name__.lower() else "seal-unavailable"


def _text(text: str) -> bytes:
    """A PDF text string (ISO 32000-1, 7.9.2.2)."""
    return b"<" + (b"\xfe\xff" + text.encode("utf-16-be")).hex().encode() + b">"
