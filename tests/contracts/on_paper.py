"""A logo as paper's own program draws it, and PDFium shows it."""

import io

import pydyf
import pypdfium2
from PIL import Image

from services.documents.paper.pinned import Drawing, drawing_of_svg


def on_paper(drawing: bytes, within: tuple[int, int]) -> Image.Image:
    """On white, as large as it may be within so many points."""
    drawn = drawing_of_svg(drawing)
    assert isinstance(drawn, Drawing)
    pdf = pydyf.PDF()
    content = pydyf.Stream([b"1 0 0 -1 0 %g cm" % drawn._height, drawn._operators])
    pdf.add_object(content)
    box = pydyf.Array([0, 0, drawn._width, drawn._height])
    pdf.add_page(pydyf.Dictionary({"Type": "/Page", "MediaBox": box, "Contents": content.reference}))
    output = io.BytesIO()
    pdf.write(output)
    scale = min(within[0] / drawn._width, within[1] / drawn._height)
    with pypdfium2.PdfDocument(output.getvalue()) as document:
        return document[0].render(scale=scale).to_pil().convert("RGB")
