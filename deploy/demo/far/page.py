"""A page of a document that another authority gives in the demonstration: in a font that every reader has, SPECIMEN
across it."""

import textwrap
import unicodedata
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pydyf

MARK = "DEMONSTRATION · SPECIMEN"

LEFT, RIGHT, VALUES = 60, 535, 220
"""In points, on an A4 page of 595 by 842."""

LINE_CHARACTERS = 42
"""That surely fit between VALUES and RIGHT in bold 10.5 pt."""

INK, SOFT, ACCENT, PALE = (0.11, 0.14, 0.19), (0.36, 0.4, 0.46), (0.2, 0.24, 0.33), (0.93, 0.93, 0.94)


@dataclass
class Page:
    """Written from the top down; `demonstration` says at both ends that it is one."""

    demonstration: str
    stream: Any = field(default_factory=pydyf.Stream)
    top: float = 790

    def begin(self, authority: str, title: str, form: str = "") -> None:
        """The mark, and what it is."""
        self.across("SPECIMEN")
        self.text(MARK, size=11, bold=True)
        self.top -= 16
        self.text(self.demonstration, size=9.5, colour=SOFT)
        self.top -= 14
        self.rule(1.5, ACCENT)
        self.top -= 40
        self.text(authority, size=9.5, colour=SOFT)
        self.top -= 28
        self.text(title, size=22, bold=True, colour=ACCENT)
        self.top -= 20
        self.text(form, size=12)
        self.top -= 22

    def heading(self, text: str) -> None:
        """Over the rows that follow."""
        self.top -= 38
        self.text(text, size=11.5, bold=True, colour=ACCENT)
        self.top -= 4

    def finished(self, seal: str) -> bytes:
        """The PDF, not sealed yet; `seal` says whose it is to bear."""
        self.top = 84
        self.rule(0.5, SOFT)
        self.top -= 16
        self.text(seal, size=8.5, colour=SOFT)
        self.top -= 13
        self.text(f"{MARK} · {self.demonstration}", size=8.5, colour=SOFT)
        return _file(self.stream)

    def rule(self, height: float, colour: tuple[float, float, float]) -> None:
        self.stream.set_color_rgb(*colour)
        self.stream.rectangle(LEFT, self.top, RIGHT - LEFT, height)
        self.stream.fill()

    def text(self, text: str, *, left: float = LEFT, size: float = 10.5, bold: bool = False, colour: Any = INK) -> None:
        self.stream.begin_text()
        self.stream.set_color_rgb(*colour)
        self.stream.set_font_size("F2" if bold else "F1", size)
        self.stream.set_text_matrix(1, 0, 0, 1, left, self.top)
        self.stream.stream.append(b"(" + _escaped(text) + b") Tj")
        self.stream.end_text()

    def across(self, text: str) -> None:
        """In grey, from the lower left to the upper right, under all that follows."""
        self.stream.begin_text()
        self.stream.set_color_rgb(*PALE)
        self.stream.set_font_size("F2", 88)
        self.stream.set_text_matrix(0.62, 0.785, -0.785, 0.62, 160, 210)
        self.stream.stream.append(b"(" + _escaped(text) + b") Tj")
        self.stream.end_text()

    def row(self, label: str, value: str) -> None:
        self.top -= 19
        self.text(label, size=9.5, colour=SOFT)
        for line in textwrap.wrap(value, LINE_CHARACTERS) or [""]:
            self.text(line, left=VALUES, bold=True)
            self.top -= 14
        self.top += 14


def bare(text: str) -> bytes:
    """A page that says this and nothing else."""
    stream = pydyf.Stream()
    Page("", stream).text(text)
    return _file(stream)


def drawn(name: str, instead: str) -> str:
    """A name in the letters of the font: without its rarer accents, and none of another script."""
    composed = unicodedata.normalize("NFC", name)
    plain = "".join(each if _fits(each) else unicodedata.normalize("NFKD", each)[0] for each in composed)
    kept = "".join(each for each in plain if not unicodedata.combining(each))
    return kept if all(map(_fits, kept)) else f"({instead})"


def _fits(letter: str) -> bool:
    try:
        letter.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _escaped(text: str) -> bytes:
    written = text.encode("cp1252", "replace").translate(None, b"\x00\r\n")
    return written.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _file(stream: Any) -> bytes:
    pdf = pydyf.PDF()
    fonts = {}
    for name, base in (("F1", "Helvetica"), ("F2", "Helvetica-Bold")):
        font = pydyf.Dictionary(
            {"Type": "/Font", "Subtype": "/Type1", "BaseFont": f"/{base}", "Encoding": "/WinAnsiEncoding"}
        )
        pdf.add_object(font)
        fonts[name] = font.reference
    pdf.add_object(stream)
    page = pydyf.Dictionary(
        {
            "Type": "/Page",
            "Parent": pdf.pages.reference,
            "MediaBox": pydyf.Array([0, 0, 595, 842]),
            "Contents": stream.reference,
            "Resources": pydyf.Dictionary({"Font": pydyf.Dictionary(fonts)}),
        }
    )
    pdf.add_page(page)
    output = BytesIO()
    pdf.write(output)
    return output.getvalue()
