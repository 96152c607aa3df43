"""From the words of a certificate to its pages: PDF/A-3a and PDF/UA-1 in one file."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
import segno
import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from services.contracts.colours import PAPER_TINT, tint
from services.contracts.towns import Town
from services.documents.paper import pinned
from services.documents.paper.layout import column, verified_at
from services.documents.paper.wording import Wording
from services.documents.sections import sections

TEMPLATES = Path(__file__).with_name("templates")
FONTS = 'Inter, "Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Symbols2"'
"""Debian's fonts-inter; what it lacks comes from the Noto fonts of fonts-noto-core."""

DRAWN_BY_THEM = "Aéž Ωπ Жю Աբ ქა אב عر हि বা ਪੰ த తె ไท ລາ አበ ខ្មែ ✓"
"""Some characters of the alphabets that these packages draw. Where one is not drawn, a package is not installed, and
nobody is to read that it were their name."""

VARIANT = "pdf/a-3a"

FULL_ENOUGH = 1 / 3
"""Of the last of several pages: with less on it, it is set better."""

MAY_BE_SPARED = 2 / 3
"""Below this, the last page may be one too many where everything stands a little closer."""

MOST_LOOKS = 512
"""Of towns, languages and versions, whose style sheets and drawings are kept ready."""

Finish = Callable[[Any], None]

logging.getLogger("weasyprint").setLevel(logging.CRITICAL)  # its warnings may quote the page, and so personal data


class Refused(FatalURLFetchingError):  # type: ignore[misc]
    """A page asked for a file or an address. Fatal: WeasyPrint passes over errors of any other kind."""


def refuse(url: str, *_: Any) -> Any:  # noqa: ARG001 - WeasyPrint's signature
    """The only fetcher: nothing is fetched."""
    raise Refused("a page asked for something outside itself")


class Undrawn(Exception):
    """No installed font draws `points`, code points of what stands on the page."""

    def __init__(self, points: set[int]) -> None:
        super().__init__("no-font")
        self.points = points


class Renderer:
    """Keeps what all pages share. One per process, which it changes (see pinned.speed_up and pinned.free_fonts)."""

    def __init__(self) -> None:
        pinned.speed_up()
        pinned.free_fonts()
        pinned.tell_languages()
        self._lines = pinned.ShapedLines()
        self._lines.use()
        self._template = jinja2.Environment(
            loader=jinja2.FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
        ).get_template("certificate.xml.j2")
        self._fonts = FontConfiguration()
        self._defaults = weasyprint.CSS(
            string=(TEMPLATES / "defaults.css").read_text(encoding="utf-8"), font_config=self._fonts
        )
        self._style = lru_cache(MOST_LOOKS)(self._make_style)
        self._logo = lru_cache(MOST_LOOKS)(pinned.drawing_of_svg)

    def render(
        self,
        values: dict[str, Any],
        *,
        about: str,
        say: Wording,
        town: Town,
        logo: bytes,
        files: tuple[pinned.Data, ...],
        finish: Finish,
    ) -> bytes:
        """The file about somebody, `files` inside, after `finish` has had the pydyf.PDF.

        Raises Undrawn for a character that no installed font draws.
        """
        with self._lines.document(about=about):
            pictures = {"loket:qr": _qr(values["url"]), "loket:logo": self._logo(logo)}
            document = self._set(values, say=say, town=town, pictures=pictures)

            def finisher(drawn: Any, pdf: Any) -> None:
                if missing := pinned.missing_characters(drawn):
                    raise Undrawn(missing)
                pinned.join_tables(drawn, pdf)
                pinned.declare_pdfua(pdf)
                pinned.embed(pdf, files)
                finish(pdf)

            return document.write_pdf(finisher=finisher, pdf_variant=VARIANT, cache=pictures)  # type: ignore[no-any-return]

    def are_fonts_there(self) -> bool:
        """Whether what the fonts draw that are to be installed is drawn here (DRAWN_BY_THEM)."""
        found: list[set[int]] = []

        def finisher(drawn: Any, _: Any) -> None:
            found.append(pinned.missing_characters(drawn))

        text = f'<html lang="en"><head><title>fonts</title></head><body><p>{DRAWN_BY_THEM}</p></body></html>'
        style = weasyprint.CSS(string=f"* {{ font-family: {FONTS} }}", font_config=self._fonts)
        with self._lines.document(about=""):
            page = pinned.Page(text, url_fetcher=refuse, defaults=self._defaults)
            page.render(font_config=self._fonts, stylesheets=[style]).write_pdf(finisher=finisher)
        return found == [set()]

    def _set(self, values: dict[str, Any], *, say: Wording, town: Town, pictures: dict[str, Any]) -> Any:
        """The laid out pages. A last page with next to nothing on it is set better: closer, or with some lines of the
        page before it, so that whoever holds it sees what it belongs to."""
        page = pinned.Page(self._template.render(**values, _=say), url_fetcher=refuse, defaults=self._defaults)

        def laid_out(*, close: bool = False) -> Any:
            style = self._style(_Look.of(town, say, close=close))
            return page.render(font_config=self._fonts, stylesheets=[style], cache=pictures, pdf_variant=VARIANT)

        usual = laid_out()
        fill = pinned.last_page_fill(usual)
        if fill < MAY_BE_SPARED and len((closer := laid_out(close=True)).pages) < len(usual.pages):
            return closer
        return laid_out() if fill < FULL_ENOUGH and page.move_lines(usual, to_fill=FULL_ENOUGH) else usual

    def _make_style(self, look: "_Look") -> weasyprint.CSS:
        environment = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=False)  # noqa: S701 - CSS
        css = environment.get_template("certificate.css.j2").render(
            fonts=FONTS,
            primary=look.primary,
            accent=look.accent,
            tint=tint(look.primary, PAPER_TINT),
            accent_tint=tint(look.accent, 0.14),
            footer=_css_string(look.footer),
            code=_css_string(f" · {look.code} "),
            address=_css_string(f" · {look.address}"),
            close=look.close,
            columns=" ".join(f".{column(width)} {{ width: {width:g}mm }}" for width in sorted(_widths())),
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
    code: str
    address: str
    page_of: str
    close: bool

    @classmethod
    def of(cls, town: Town, say: Wording, *, close: bool) -> "_Look":
        """`close`: with less room between the lines."""
        footer = f"{town.designation(say.language)} · {town.office.website.removeprefix('https://')}"
        if town.specimen:
            footer = f"{say('SPECIMEN')} · {footer}"
        return cls(
            primary=town.colours.primary,
            accent=town.colours.accent,
            footer=footer,
            code=say("Code"),
            address=verified_at(town),
            close=close,
            page_of=say("Page %(page)s of %(pages)s"),
        )


def _widths() -> set[float]:
    """Of all columns of all sections: each has a class, and one that stands for none costs a page nothing."""
    return {width for each in sections().values() for width in each.widths if width}


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
