"""Documents that their own authority has sealed, and that pass through Loket byte for byte."""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Any

LARGEST_SEALED = 2 * 1024 * 1024
"""Bytes of the largest one. It travels locked inside the facts: twice in base64, and for a moment twice in one document
of the store, which holds 16 MB. What is larger (a deed that was scanned in colour) is for the desk."""


class NotWhole(ValueError):
    """The bytes are not those that were sealed."""


@dataclass(frozen=True, kw_only=True)
class SealedDocument:
    """`pdf` is base64, `sha256` that of its bytes. `about` tells which document it is: of two certificates with the
    same, the later one counts. It names no person; where it is empty, the document is about the subject of the facts
    beside it, and there has to be an identity among them: without one it is not issued."""

    pdf: str
    sha256: str
    about: str

    def content(self) -> bytes:
        """The bytes as they were sealed. Raises NotWhole."""
        try:
            content = base64.b64decode(self.pdf, validate=True)
        except (binascii.Error, ValueError):
            raise NotWhole("not base64") from None
        if len(content) > LARGEST_SEALED or not content.startswith(b"%PDF-"):
            raise NotWhole("no PDF, or too large")
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise NotWhole("other bytes")
        return content


def sealed_document(parts: dict[str, Any]) -> SealedDocument | None:
    """The one document among the parts of an extract; None where there is none."""
    found = (getattr(part, "document", None) for part in parts.values())
    return next((each for each in found if isinstance(each, SealedDocument)), None)
