"""A town's logo: an SVG of flat, opaque shapes (svg_checks.py), or one that holds a picture (logo_pictures.py).

It lands in pages and, as ready-made operators, in sealed PDFs: what could run, fetch, hide or be drawn in one place
only is refused. What somebody gives is cleaned first: what drawing programs add is taken out, what they say in other
words is said as the checks take it, and a PNG is written anew.
"""

from pathlib import Path

from services.contracts.logo_pictures import (
    RASTER_BROKEN,
    SIGNATURE,
    picture_mend,
    png_of,
    share_of_picture,
    svg_of_png,
)
from services.contracts.mends import Mend
from services.contracts.svg_checks import SMALLER, TOO_LARGE, drawing_problems, mend_of, said_as
from services.contracts.svg_seen import LEAST, LEAST_CONTRAST, share_seen
from services.contracts.yaml_files import read_bytes

MOST_BYTES = 100 * 1024
"""Of what is kept: it is drawn on every certificate."""

MOST_GIVEN = 2 * 1024 * 1024
"""Bytes of what is cleaned: Illustrator keeps its own file inside an SVG."""

NAMES = (".svg", ".png")
"""How a file's name ends."""

_OTHERS = {
    b"\xff\xd8\xff": ("JPEG", "a JPEG"),
    b"GIF8": ("GIF", "a GIF"),
    b"RIFF": ("WebP", "a WebP"),
    b"%PDF": ("PDF / AI", "a PDF, or a drawing of Illustrator (.ai)"),
    b"%!PS": ("EPS", "an EPS"),
    b"\xc5\xd0\xd3\xc6": ("EPS", "an EPS"),
    b"PK\x03\x04": ("ZIP", "a ZIP, or a document that is one"),
    b"\x1f\x8b": ("SVGZ", "a compressed SVG (.svgz)"),
    b"BM": ("BMP", "a BMP"),
    b"II*\x00": ("TIFF", "a TIFF"),
    b"MM\x00*": ("TIFF", "a TIFF"),
    b"8BPS": ("PSD", "a drawing of Photoshop"),
    b"\x00\x00\x01\x00": ("ICO", "an icon (.ico)"),
}
"""How files begin that somebody takes for a logo's: what such a kind is called, also within a sentence."""


def read_logo(folder: Path, name: str) -> bytes:
    """The logo's file: as it is where all of it is taken, otherwise cleaned. Raises ValueError with the mend."""
    if not name or name != Path(name).name or name.startswith("."):
        raise _wrong("write the name of a file that lies beside this one, such as logo: aarschot.svg", "logo-file")
    if not name.endswith(NAMES):
        raise _wrong(
            f"{name} is not taken: give the drawing as an SVG file, or a PNG, with a name that ends with .svg or .png",
            "logo-file",
        )
    try:
        content = read_bytes(folder / name, most=MOST_GIVEN)
    except ValueError as error:
        told = {"longer": (TOO_LARGE, f"; {SMALLER}"), "not there": ("logo-file", "; put it beside this file")}
        slug, how = next((told[each] for each in told if each in str(error)), ("logo-file", ""))
        raise _wrong(f"{name} {error}{how}", slug) from None
    if len(content) <= MOST_BYTES and _mend(content) is None:
        return content
    return cleaned_logo(content, name=name).encode()


def cleaned_logo(content: bytes, *, name: str = "the logo") -> str:
    """The SVG that is taken, of what somebody gives: an SVG or a PNG, told by what it holds. It looks the same.

    Raises ValueError, whose args[0] is a Mend: it calls the logo by this name.
    """
    if len(content) > MOST_GIVEN:
        raise _wrong(f"{name} is longer than {MOST_GIVEN // 1024} kB; {SMALLER}", TOO_LARGE)
    if content.startswith(SIGNATURE):
        try:
            made = svg_of_png(content, most=MOST_BYTES)
        except ValueError as error:
            raise ValueError(said_as(error.args[0], f"{name}: {error}")) from None
        return taken_logo(name, made).decode()
    if other := next((other for start, other in _OTHERS.items() if content.startswith(start)), None):
        kind, what = other
        raise ValueError(Mend("logo-other-kind", f"{name} is {what}; export the logo as SVG, or as PNG", kind=kind))
    if png_of(content) is not None:
        return taken_logo(name, content).decode()
    from services.contracts.svg_cleaning import cleaned_svg  # noqa: PLC0415 - operators' commands seldom clean one

    svg, problems = cleaned_svg(content, most=MOST_BYTES)
    if problems:
        raise ValueError(_told(name, problems))
    return taken_logo(name, svg).decode()


def taken_logo(name: str, content: bytes) -> bytes:
    """The drawing, as it is. Raises ValueError, whose args[0] is a Mend: it calls the logo by this name."""
    if len(content) > MOST_BYTES:
        raise ValueError(
            Mend(TOO_LARGE, f"{name} is longer than {MOST_BYTES // 1024} kB; {SMALLER}", most=MOST_BYTES // 1024)
        )
    if mend := _mend(content, name=name):
        raise ValueError(mend)
    return content


def _mend(content: bytes, *, name: str = "") -> Mend | None:
    """Of what is not taken as it is."""
    if (png := png_of(content)) is not None:
        mend = picture_mend(content, png)
        return said_as(mend, f"{name}: {mend}") if mend else None
    problems = list(drawing_problems(content))
    return _told(name, problems) if problems else None


def _told(name: str, problems: list[Mend]) -> Mend:
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return said_as(problems[0], f"{name}, {problems[0]}{more}")


def unseen_mend(svg: bytes) -> Mend | None:
    """Of a logo that is taken and shows nothing, or next to nothing."""
    png = png_of(svg)
    try:
        seen = share_seen(svg) if png is None else share_of_picture(png, least_contrast=LEAST_CONTRAST)
    except OSError:  # of Pillow, for points that are no picture
        return mend_of("holds a picture that cannot be read; give the PNG itself", RASTER_BROKEN)
    if seen >= LEAST:
        return None
    why = (
        "its shapes lie outside its viewBox, or are hidden, white, without fill or too small; have it drawn inside its "
        "frame, in colours that are seen"
    )
    if png is not None:
        why = "it is white, or nothing is in it; give a picture in colours that are seen"
    return mend_of(f"shows nothing on white: {why}", "logo-unseen")


def _wrong(sentence: str, slug: str) -> ValueError:
    return ValueError(mend_of(sentence, slug))
