"""What a file still carries of a certificate after another program has written it anew.

Tried with qpdf, pikepdf, pypdf, PDFtk, MuPDF, Ghostscript, Poppler, LibreOffice and with scans: the text with the code
survives all that keep text; the QR code survives all, pictures of 72 dpi included; keywords, the seal and the file's
identifier survive some.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium
import zxingcpp
from pypdfium2 import raw

from services.contracts.codes import LONGEST_TYPED, MOST_CODES, typed_code

MOST_PAGES = 12
"""Looked at are the first and the last ones: the number stands on the first page, the code on the last."""

MOST_PICTURED = 3
MOST_CHARACTERS = 50_000
"""Of one page; our own have under 4,000."""

PICTURE_SIDE = 2200
"""Pixels of a page's longer side: 190 dpi of A4, at which the smallest module of the QR code has four of them."""

QR = zxingcpp.barcode_formats_from_str("QRCode")

PATIENCE_S = 1.5
"""After which no other page is begun: what was found by then counts."""

_CODE = re.compile(
    r"(?<![0-9A-Za-z])[0-9A-Z]{4}(?:[\s\u00ad\u2010-\u2015\u2212\u0002\ufffe-]{0,3}[0-9A-Z]{4}){3}(?![0-9A-Za-z])"
)
_NUMBER = re.compile(r"(?<!\d)(\d{5}-\d{4}-)(\d{3})\s?(\d{3})\s?(\d{3})(?!\d)")
_XMP_NUMBER = re.compile(rb"loket (\d{5}-\d{4}-\d{9})")


@dataclass(frozen=True, kw_only=True)
class Traces:
    """Codes in its text, as they are stored, what its QR codes say, and a number as it is printed.

    `locked`: it opens with a password only.
    """

    codes: tuple[str, ...] = ()
    pointers: tuple[str, ...] = ()
    number: str | None = None
    locked: bool = False


def traces(pdf: bytes) -> Traces:
    """What the file carries; nothing where it cannot be read."""
    stated = _XMP_NUMBER.search(pdf)
    mark = stated[1].decode() if stated else ""
    try:
        document = pdfium.PdfDocument(pdf)
    except pdfium.PdfiumError as error:
        return Traces(number=_number(mark), locked=getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD)
    with document:
        return _traces(document, mark)


def _traces(document: pdfium.PdfDocument, mark: str) -> Traces:
    until = time.monotonic() + PATIENCE_S
    count = len(document)
    pages = sorted({*range(min(count, MOST_PAGES // 2)), *range(max(0, count - MOST_PAGES // 2), count)})
    texts = [_text(document, page) for page in _until(until, pages)]
    drawn = [text for page in _until(until, _pictured(pages)) for text in _qr_texts(document, page)]
    number = next(filter(None, map(_number, [mark, document.get_metadata_value("Keywords"), *texts])), None)
    pointers = dict.fromkeys(text for text in drawn if len(text) <= LONGEST_TYPED)
    return Traces(codes=_codes(texts), pointers=tuple(pointers)[:MOST_CODES], number=number)


def _pictured(pages: list[int]) -> list[int]:
    """The last ones first, and the first one."""
    return list(dict.fromkeys([*reversed(pages[-MOST_PICTURED:]), *pages[:1]]))


def _until(end: float, pages: list[int]) -> Iterator[int]:
    for page in pages:
        if time.monotonic() > end:
            return
        yield page


def _text(document: pdfium.PdfDocument, page: int) -> str:
    try:
        text = document[page].get_textpage()
        return str(text.get_text_range(0, min(text.count_chars(), MOST_CHARACTERS)))
    except pdfium.PdfiumError:
        return ""


def _qr_texts(document: pdfium.PdfDocument, number: int) -> list[str]:
    try:
        page = document[number]
        picture = page.render(scale=PICTURE_SIDE / max(1, *page.get_size()), grayscale=True)
    except pdfium.PdfiumError:
        return []
    rows = memoryview(picture.buffer).cast("B").cast("B", (picture.height, picture.stride))
    return [found.text for found in zxingcpp.read_barcodes(rows, formats=QR)]


def _codes(texts: list[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for text in texts:
        for match in _CODE.finditer(text):
            if code := typed_code(match[0]):
                found[code] = None
            if len(found) == MOST_CODES:
                return tuple(found)
    return tuple(found)


def _number(text: str) -> str | None:
    found = _NUMBER.search(text)
    return f"{found[1]}{found[2]} {found[3]} {found[4]}" if found else None
