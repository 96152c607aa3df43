"""What a file says, as whoever receives it reads it."""

import json
import re
import subprocess
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader


def text_of(pdf: bytes) -> str:
    """All of its pages, in one line."""
    run = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"\s+", " ", run.stdout.decode())


def inside(pdf: bytes) -> dict[str, bytes]:
    """The files in it, by name."""
    names = list(PdfFileReader(BytesIO(pdf)).root["/Names"]["/EmbeddedFiles"]["/Names"])
    return {str(name): file.get_object()["/EF"]["/F"].data for name, file in zip(names[::2], names[1::2], strict=True)}


def data_in(pdf: bytes) -> dict[str, Any]:
    """The facts that are inside, as in RECEIVING.md."""
    found: dict[str, Any] = json.loads(inside(pdf)["certificate.json"])
    return found
