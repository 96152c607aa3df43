"""From the words of a certificate to its pages: PDF/A-2a and PDF/UA-1 in one file."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import segno
import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from services.contracts.colours import PAPER_TINT, tint
from services.contracts.delivery import Unacceptable
from services.contracts.towns import Town
from services.documents.paper import pinned
from services.documents.paper.wording import Wording, wording

TEMPLATES = Path(__file__).with_name("templates")
FONTS = 'Inter, "Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew"'
"""Debian's fonts-inter; what it lacks comes from the Noto fonts of fonts-noto-core."""

Finish = Callable[[Any], None]

logging.getLogger("weasyprint").setLevel(logging.CRITICAL)  # its warnings may quote the page, and so personal data


class Refused(FatalURLFetchingError):  # type: ignore[misc]
    """A page asked for a file or an address. Fatal: WeasyPrint passes over errors of any other kind."""


def refuse(url: str, *_: Any) -> Any:  # noqa: ARG001 - WeasyPrint's signature
    """The only fetcher: nothing is fetched."""
    raise Refused("a page asked for something outside itself")


class Renderer:
    """Keeps what all pages share. One per process, which it changes (see pinned.speed_up and pinned.free_fonts)."""

    def __init__(self) -> None:
        pinned.speed_up()
        pinned.free_fonts()
        self._lines = pinned.ShapedLines()
        self._lines.use()
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
        )
        self._fonts = FontConfiguration()
        self._defaults = weasyprint.CSS(
            string=(TEMPLATES / "defaults.css").read_text(encoding="utf-8"), font_config=self._fonts
        )
        self._style = cache(self._make_style)
        self._logo = cache(pinned.drawing_of_svg)

    def render(
        self, values: dict[str, Any], *, about: str, template: str, town: Town, logo: bytes, finish: Finish
    ) -> bytes:
        """The file about somebody, after `finish` has had the pydyf.PDF.

        Raises Unacceptable for a character no font can draw.
        """
        with self._lines.document(about=about):
            return self._render(values, template=template, town=town, logo=logo, finish=finish)

    def _render(self, values: dict[str, Any], *, template: str, town: Town, logo: bytes, finish: Finish) -> bytes:
        say = wording(values["lang"], city=town.is_city)
        xml = self._templates.get_template("certificate.xml.j2").render(
            **values, body_template=f"{template}.xml.j2", _=say
        )
        page = pinned.Page(xml, url_fetcher=refuse, defaults=self._defaults)
        pictures = {"loket:qr": _qr(values["url"]), "loket:logo": self._logo(logo)}
        document = page.render(
            font_config=self._fonts,
            stylesheets=[self._style(_Look.of(town, say))],
            cache=pictures,
            pdf_variant="pdf/a-2a",
        )

        def finisher(drawn: Any, pdf: Any) -> None:
            if missing := pinned.missing_characters(drawn):
                points = ", ".join(f"U+{point:04X}" for point in sorted(missing))
                raise Unacceptable("no-font", f"no installed font draws {points}")
            pinned.declare_pdfua(pdf)
            finish(pdf)

        return document.write_pdf(finisher=finisher, pdf_variant="pdf/a-2a", cache=pictures)  # type: ignore[no-any-return]

    def _make_style(self, look: "_Look") -> weasyprint.CSS:
        environment = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=False)  # noqa: S701 - CSS
        css = environment.get_template("certificate.css.j2").render(
            fonts=FONTS,
            primary=look.primary,
            accent=look.accent,
            tint=tint(look.primary, PAPER_TINT),
            accent_tint=tint(look.accent, 0.14),
            footer=_css_string(look.footer),
            page_of=" ".join(
                f"counter({part})" if part in ("page", "pages") else _css_string(part)
                for part in re.split(r"%\((pages?)\)s", look.page_of)
            ),
        )
        return weasyprint.CSS(string=css, font_config=self._fonts, url_fetcher=refuse)


@dataclass(frozen=True, kw_only=True)
class _Look:
    """What of a page is the town's and the language's, not the certificate's."""

    primary: str
    accent: str
    footer: str
    page_of: str

    @classmethod
    def of(cls, town: Town, say: Wording) -> "_Look":
        footer = f"{town.designation(say.language)} · {town.office.website.removeprefix('https://')}"
        if town.specimen:
            footer = f"{say('SPECIMEN')} · {footer}"
        return cls(
            primary=town.colours.primary,
            accent=town.colours.accent,
            footer=footer,
            page_of=say("Page %(page)s of %(pages)s"),
        )


def _qr(url: str) -> pinned.Drawing:
    """Byte mode, level M, with its quiet zone of four modules (ISO/IEC 18004)."""
    modules = segno.make_qr(url, error="m", boost_error=False, mask=4).matrix
    side = len(modules) + 8
    dark = b"\n".join(
        b"%d %d %d 1 re" % (start + 4, y + 4, end - start) for y, row in enumerate(modules) for start, end in _runs(row)
    )
    return pinned.Drawing(b"1 g 0 0 %d %d re f 0 g\n%s\nf" % (side, side, dark), side, side)


def _runs(row: bytearray) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(rb"\x01+", bytes(row))]


def _css_string(text: str) -> str:
    return '"' + "".join(f"\\{ord(char):x} " if char in '"\\\n' else char for char in text) + '"'
