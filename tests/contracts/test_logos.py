"""A logo only draws, and whoever reads it draws the same."""

from pathlib import Path

import pytest

from deploy.local.outside import TOWNS
from services.contracts.logos import read_logo, unseen_mend
from services.contracts.svg_checks import drawing_problems
from services.contracts.svg_seen import share_seen
from services.documents.paper.pinned import drawing_of_svg
from tests.contracts.on_paper import on_paper

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 64 64">{}</svg>'
RECT = '<rect width="9" height="9"/>'


def svg(inside: str) -> bytes:
    return SVG.format(inside).encode()


@pytest.mark.parametrize("logo", sorted(TOWNS.glob("*.svg")), ids=lambda path: path.name)
def test_the_demonstrations_logos_are_taken(logo: Path):
    assert list(drawing_problems(logo.read_bytes())) == []


@pytest.mark.parametrize(
    "inside",
    [
        '<path d="M8 6h48v26c0 15-12 24-24 28C20 56 8 47 8 32z" fill="#1d3f72"/>',
        '<path d="m.5.5-1-1 2e-3,4T3 4S1 2,3 4q1 2 3 4zM0 0a1 1 0 01.5.5A1,1,0,0,1,2,2H3V4"/>',
        '<g transform="translate(1 2) rotate(45, 3, 4) scale(.5)" style="fill:#abc; stroke: none"><circle r="3"/></g>',
        '<polygon points="4,4 60,4 60,36 32,60 4,36"/><line x1="1" y1="1" x2="2" y2="2" stroke="black"/>',
        f'<title>Logo</title><defs/><metadata><x:y xmlns:x="http://creativecommons.org/ns#"/></metadata>{RECT}',
        f'<g id="a" class="b" data-name="c" aria-label="d" font-family="Inter" opacity="1">{RECT}</g>',
        f'<g style="-inkscape-font-specification:x;font-variation-settings:normal;opacity:1;marker:none">{RECT}</g>',
        '<rect width="3mm" height="5pt" rx="1" fill="rgb(1, 2, 3)" stroke-dasharray="1 2" stroke="gray"/>',
    ],
)
def test_flat_shapes_are_taken_and_drawn_on_paper(inside: str):
    assert list(drawing_problems(svg(inside))) == []
    drawing = drawing_of_svg(svg(inside))
    assert (drawing._width, drawing._height) == (64, 64)
    assert drawing._operators.rstrip(b"Qq \n").endswith((b"f", b"f*", b"S", b"B"))


@pytest.mark.parametrize(
    ("inside", "mend"),
    [
        ("<script>alert(1)</script>", "<script> is not taken; a logo only draws"),
        ('<path onload="alert(1)" d="M0 0"/>', "onload of <path> is not taken"),
        ('<a href="https://evil.example"><path d="M0 0"/></a>', "<a> is not taken"),
        ('<image href="https://evil.example/x.png"/>', "<image> is not taken; draw it"),
        ('<image xlink:href="data:image/png;base64,AA"/>', "<image> is not taken"),
        ('<use href="#a"/>', "<use> is not taken"),
        ('<rect width="1" height="1" xlink:href="https://evil.example"/>', "href of <rect> is not taken"),
        ('<rect width="1" height="1" fill="url(https://evil.example)"/>', "write a flat colour"),
        ('<rect width="1" height="1" style="fill:url(https://evil.example)"/>', "write a flat colour"),
        ('<rect width="1" height="1" style="cursor:url(//evil.example)"/>', "leave it out"),
        ('<rect width="1" height="1" filter="url(#f)"/>', "is not taken"),
        ("<style>@import 'https://evil.example'</style>", "<style> is not taken; write its styles as attributes"),
        ("<foreignObject/>", "<foreignObject> is not taken"),
        ('<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>', "<script> is not taken"),
        ('<metadata><h:img xmlns:h="http://www.w3.org/1999/xhtml" src="x"/></metadata>', "<img> is not taken"),
        ('<animate attributeName="x"/>', "<animate> is not taken"),
        ("<text>Aarschot</text>", "turn text into paths"),
        ('<linearGradient id="g"/>', "use flat colours"),
        ('<rect width="1" height="1" opacity=".5"/>', "only opaque shapes are"),
        ('<rect width="1" height="1" fill="rgba(0,0,0,.5)"/>', "write a flat colour"),
        ('<rect width="1e9" height="1"/>', "is not taken"),
        ('<rect width="50%" height="1"/>', "is not taken"),
        ('<path d="M0 0 L 5"/>', "cannot be drawn from 'L 5' on"),
        ('<path d="L 5 5"/>', "cannot be drawn"),
        ('<path d="M0 0a1 1 0 2 0 1 1"/>', "cannot be drawn"),
        ('<g transform="rotate(1 2)"/>', "is not taken"),
        ("<svg/>", "<svg> is not taken; only one stands in a file"),
        ('<defs><path d="M0 0"/></defs>', "where nothing is drawn"),
        ("<?xml-stylesheet href='x'?>", "<?xml-stylesheet?> is not taken"),
        ("", "nothing is drawn in it"),
        (f"Aarschot{RECT}", "the text 'Aarschot' stands between the shapes"),
        ('<rect width="1" height="1"><![CDATA[a]]></rect>', "the text 'a' stands between the shapes"),
        (f"<g>&#169; {RECT}</g>", "stands between the shapes; remove it, or turn it into paths"),
        ("<g>" * 20 + "</g>" * 20, "within each other"),
        ("<g/>" * 3000, "more than 2000 elements"),
        ("&nbsp;", "is no SVG (undefined entity)"),
        ("<g>", "is no SVG (mismatched tag)"),
    ],
)
def test_what_could_run_fetch_hide_or_be_drawn_in_one_place_only_is_refused(inside: str, mend: str):
    assert any(mend in problem for problem in drawing_problems(svg(inside)))


@pytest.mark.parametrize(
    ("file", "mend"),
    [
        (b"\x89PNG\r\n\x1a\n", "is no SVG"),
        (b"", "is no SVG"),
        (b"<svg/>", "is no drawing"),
        (b'<html xmlns="http://www.w3.org/1999/xhtml"/>', "is no drawing"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + svg(RECT), "its DOCTYPE declares something"),
        (b'<?xml version="1.0" encoding="nonsense"?>' + svg(RECT), "line 1"),
        (svg(RECT).replace(b'viewBox="0 0 64 64"', b""), 'such as viewBox="0 0 64 64"'),
        (svg(RECT).replace(b"viewBox", b'width="0" viewBox'), "width of <svg> is nothing"),
        (svg(RECT).replace(b"viewBox", b'height="-3" viewBox'), "height of <svg> is nothing"),
        (svg(RECT).replace(b"64 64", b"640 64"), "at most 5 times as wide as high"),
        (svg(RECT).replace(b"64 64", b"0 64"), "give <svg> its size"),
    ],
)
def test_what_is_no_drawing_of_a_fitting_size_is_refused(file: bytes, mend: str):
    assert any(mend in problem for problem in drawing_problems(file))


@pytest.mark.parametrize(
    ("name", "mend"),
    [
        ("logo.jpg", "give the drawing as an SVG file, or a PNG"),
        ("LOGO.SVG", "give the drawing as an SVG file"),
        ("", "write the name of a file"),
        ("../logo.svg", "lies beside this one"),
        ("/etc/logo.svg", "lies beside this one"),
        ("..svg", "lies beside this one"),
        ("gone.svg", "is not there; put it beside this file"),
        ("folder.svg", "is no file"),
        ("big.svg", "is longer than 2048 KB, the most that is taken; have it simplified"),
        ("null\0.svg", "null"),
        ("jpeg.svg", "jpeg.svg is a JPEG; export the logo as SVG, or as PNG"),
    ],
)
def test_a_logo_is_an_svg_file_beside_the_towns(tmp_path: Path, name: str, mend: str):
    (tmp_path / "folder.svg").mkdir()
    (tmp_path / "jpeg.svg").write_bytes(b"\xff\xd8\xff")
    (tmp_path / "big.svg").write_bytes(b" " * 2_100_000)

    with pytest.raises(ValueError, match=mend):
        read_logo(tmp_path, name)


def test_a_document_type_without_declarations_is_what_drawing_programs_write():
    kind = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'

    assert list(drawing_problems(kind + svg(RECT))) == []


@pytest.mark.parametrize(
    "inside",
    [
        RECT.replace("<rect", '<rect x="70"'),
        RECT.replace("<rect", '<rect transform="translate(-90 0)"'),
        RECT.replace("<rect", '<rect fill="none"'),
        RECT.replace("<rect", '<rect fill="none" stroke="red" stroke-width="0"'),
        RECT.replace("<rect", '<rect fill="white"'),
        RECT.replace("<rect", '<rect style="fill:#fff" fill="black"'),
        RECT.replace("<rect", '<rect fill="rgb(255, 254, 250)"'),
        RECT.replace("<rect", '<rect display="none"'),
        f'<g style="display: none"><g display="inline">{RECT}</g></g>',
        f'<g visibility="hidden">{RECT}</g>',
        f'<g transform="translate(3 3) scale(0)">{RECT}</g>',
        f'<g transform="scale(1 0)">{RECT}</g>',
        f'{RECT}<rect width="64" height="64" fill="#ffffff"/>',
        '<rect width="0" height="9"/>',
        '<rect width="9"/>',
        '<circle r="0.2" cx="32" cy="32"/>',
        '<circle cx="32" cy="32"/>',
        '<line x1="3" x2="60" y1="9" y2="9"/>',
        '<path d="M3 3h50"/>',
        '<path d="M5 5"/>',
        '<polygon points="5,5"/>',
    ],
)
def test_a_drawing_that_shows_nothing_is_told(inside: str):
    assert list(drawing_problems(svg(inside))) == []
    assert "shows nothing on white" in str(unseen_mend(svg(inside)))


@pytest.mark.parametrize(
    "inside",
    [
        '<circle cx="32" cy="32" r="1.5"/>',
        '<line x1="3" x2="60" y1="9" y2="9" stroke="gold"/>',
        f'<g visibility="hidden"><g visibility="visible">{RECT}</g></g>',
        f'<rect width="64" height="64" fill="#ffffff"/>{RECT}',
        f'<g transform="translate(-90 0)"><g transform="translate(95 0)">{RECT}</g></g>',
        f'<rect width="64" height="64" fill="none"/><g fill="none" style="fill:#abc">{RECT}</g>',
    ],
)
def test_a_drawing_of_little_is_seen(inside: str):
    assert unseen_mend(svg(inside)) is None


@pytest.mark.parametrize(
    "inside",
    [
        *(logo.read_text(encoding="utf-8") for logo in sorted(TOWNS.glob("*.svg"))),
        '<path d="M16 32a16 16 0 1 0 32 0a16 16 0 1 0 -32 0z"/>',
        '<path d="M32 32V16A16 16 0 1 0 48 32z"/><path d="m2 50q8-16 16 0t16 0c5 9 9 9 12 0s4-3 9 0"/>',
        '<path d="M6 30A25 12 40 0 1 50 40z" fill-rule="evenodd"/><ellipse cx="12" cy="50" rx="9" ry="4"/>',
        '<path d="M4 4h40v40h-40zM10 10h20v20h-20zM34 34h8v8h-8z" fill-rule="evenodd"/>',
        '<g transform="rotate(20 32 32) skewX(10)"><rect x="20" y="9" width="6mm" height="20pt"/></g>',
        '<g fill="none" stroke="navy" stroke-width="5"><path d="M9 9l40 12-30 20"/><circle cx="40" cy="50" r="8"/></g>',
        '<polyline points="5,60 30,3 60,9" transform="matrix(.5 0 .2 1 3 0)"/><rect width="9" height="9" fill="#fff"/>',
    ],
)
def test_as_much_is_seen_as_paper_shows(inside: str):
    """Paper's own program draws it, and PDFium shows what it drew."""
    drawing = inside.encode() if inside.startswith("<svg") else svg(inside)

    picture = on_paper(drawing, (256, 256)).convert("L")
    on_white = sum(picture.histogram()[:230]) / (picture.width * picture.height)
    assert share_seen(drawing) == pytest.approx(on_white, abs=0.02)


def test_what_is_more_intricate_than_any_logo_is_believed():
    assert share_seen(svg(f'<path d="M0 0{"v64v-64" * 9000}" stroke="white"/>')) == 1.0
