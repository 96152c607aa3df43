"""What a deed of the demonstration looks like: one page, in a font that every reader has, SPECIMEN across it."""

import textwrap
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pydyf
import yaml

from deploy.demo.deeds.archive import Kept
from services.contracts.municipalities import REGIMES, municipality
from services.contracts.naming import shown
from services.contracts.partial_days import known_parts
from services.contracts.written_days import long_day

MARK = "DEMONSTRATION · SPECIMEN"

LEFT, RIGHT, VALUES = 60, 535, 220
"""In points, on an A4 page of 595 by 842."""

LINE_CHARACTERS = 42
"""That surely fit between VALUES and RIGHT in bold 10.5 pt."""

INK, SOFT, ACCENT, PALE = (0.11, 0.14, 0.19), (0.36, 0.4, 0.46), (0.2, 0.24, 0.33), (0.93, 0.93, 0.94)


@cache
def _words() -> dict[str, Any]:
    text = Path(__file__).with_name("words.yaml").read_text(encoding="utf-8")
    said: dict[str, Any] = yaml.safe_load(text)
    return said


@dataclass
class _Page:
    """A content stream, written from the top down."""

    stream: Any
    top: float = 790

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


def face(deed: Kept, form: str) -> bytes:
    """The page, not sealed yet."""
    language, place = _where(deed)
    say = _words()[language]
    stream = pydyf.Stream()
    page = _Page(stream)
    page.across("SPECIMEN")
    page.text(MARK, size=11, bold=True)
    page.top -= 16
    page.text(say["demonstration"], size=9.5, colour=SOFT)
    page.top -= 14
    page.rule(1.5, ACCENT)
    page.top -= 40
    page.text(say["database"], size=9.5, colour=SOFT)
    page.top -= 28
    page.text(say["kinds"][deed.kind]["title"], size=22, bold=True, colour=ACCENT)
    page.top -= 20
    page.text(say["forms"][form], size=12)
    page.top -= 22
    page.row(say["place"], place)
    page.row(say["year"], str(deed.year))
    page.row(say["number"], deed.number)
    page.row(say["drawn_up"], long_day(deed.drawn_up_on, language))
    page.row(say["kinds"][deed.kind]["day"], _day(deed.happened_on, language))
    page.top -= 38
    page.text(say["people"], size=11.5, bold=True, colour=ACCENT)
    page.top -= 4
    for role, _, name in shown_on(deed, form):
        page.row(say["roles"][role], _drawn(name, say["other_script"]))
    if deed.corrects:
        page.top -= 38
        page.text(say["corrects"])
    page.top = 84
    page.rule(0.5, SOFT)
    page.top -= 16
    page.text(say["seal"], size=8.5, colour=SOFT)
    page.top -= 13
    page.text(f"{MARK} · {say['demonstration']}", size=8.5, colour=SOFT)
    return _file(stream)


def shown_on(deed: Kept, form: str) -> list[tuple[str, str | None, str]]:
    """Who stands on it. Without filiation no parents do, but those of a lifeless child, whose deed it is."""
    if form == "extract" and deed.kind != "lifeless-child":
        return [each for each in deed.involved if each[0] != "parent"]
    return list(deed.involved)


def bare(text: str) -> bytes:
    """A page that says this and nothing else."""
    stream = pydyf.Stream()
    _Page(stream).text(text)
    return _file(stream)


def _where(deed: Kept) -> tuple[str, str]:
    """The language of a deed, and the name of the place: that of then, of a municipality that has merged since."""
    found = municipality(deed.place, deed.drawn_up_on)
    official = REGIMES[found.regime] if found else ("nl",)
    return official[0], shown(found.names, official[0], official=official) if found else deed.place


def _day(text: str, language: str) -> str:
    year, month, day = known_parts(text)
    if month and day:
        return long_day(date(year, month, day), language)
    return f"{month:02}/{year}" if month else str(year)


def _drawn(name: str, instead: str) -> str:
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
