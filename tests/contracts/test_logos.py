"""A logo only draws, and whoever reads it draws the same."""

from pathlib import Path

import pytest

from deploy.local.outside import TOWNS
from services.contracts.logos import drawing_problems, read_logo
from services.documents.pinned import drawing_of_svg

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
        (svg(RECT).replace(b"64 64", b"640 64"), "at most 5 times as wide as high"),
        (svg(RECT).replace(b"64 64", b"0 64"), "give <svg> its size"),
    ],
)
def test_what_is_no_drawing_of_a_fitting_size_is_refused(file: bytes, mend: str):
    assert any(mend in problem for problem in drawing_problems(file))


@pytest.mark.parametrize(
    ("name", "mend"),
    [
        ("logo.png", "give the drawing as an SVG file"),
        ("LOGO.SVG", "give the drawing as an SVG file"),
        ("", "write the name of a file"),
        ("../logo.svg", "lies beside this one"),
        ("/etc/logo.svg", "lies beside this one"),
        ("..svg", "lies beside this one"),
        ("gone.svg", "is not there; put it beside this file"),
        ("folder.svg", "is no file"),
        ("big.svg", "is longer than 100 KB, the most that is taken; have it simplified"),
        ("null\0.svg", "null"),
    ],
)
def test_a_logo_is_an_svg_file_beside_the_towns(tmp_path: Path, name: str, mend: str):
    (tmp_path / "folder.svg").mkdir()
    (tmp_path / "big.svg").write_bytes(b" " * 110_000)

    with pytest.raises(ValueError, match=mend):
        read_logo(tmp_path, name)


def test_a_document_type_without_declarations_is_what_drawing_programs_write():
    kind = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'

    assert list(drawing_problems(kind + svg(RECT))) == []
