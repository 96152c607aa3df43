"""Pages as pictures."""

from io import BytesIO

import pypdfium2 as pdfium

WIDTH = 900
"""Pixels: it can be read at half its size."""


def first_page(pdf: bytes, *, width: int = WIDTH) -> bytes:
    """As a PNG."""
    document = pdfium.PdfDocument(pdf)
    try:
        page = document[0]
        drawn = page.render(scale=width / page.get_width()).to_pil().convert("RGB")
    finally:
        document.close()
    written = BytesIO()
    drawn.save(written, "PNG")
    return written.getvalue()
