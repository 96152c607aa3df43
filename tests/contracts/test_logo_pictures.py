"""A PNG becomes an SVG of one form, and nothing of it but its points is kept."""

import base64
import io
import os
import struct
import time
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from services.contracts.logo_pictures import HIGHEST, WIDEST, on_white, png_of
from services.contracts.logos import MOST_BYTES, cleaned_logo, read_logo, taken_logo, unseen_mend
from services.contracts.mends import Mend

WIDE, HIGH = 400, 180
RED, BLUE = (200, 16, 46), (0, 0, 255)


def a_picture(mode: str = "RGBA", size: tuple[int, int] = (WIDE, HIGH)) -> Image.Image:
    """Its left half red, a quarter blue, the rest see-through."""
    picture = Image.new("RGBA", (8, 2), (9, 9, 9, 0))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 3, 1), fill=(*RED, 255))
    draw.rectangle((4, 0, 5, 1), fill=(*BLUE, 255))
    return picture.resize(size, Image.Resampling.NEAREST).convert(mode)


def png(picture: Image.Image, **says: Any) -> bytes:
    written = io.BytesIO()
    picture.save(written, "PNG", **says)
    return written.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def by_hand(size: tuple[int, int], head: tuple[int, int, int], points: bytes, *more: bytes) -> bytes:
    """A PNG of depth, colour type and interlacing, with other chunks before its points."""
    depth, colour_type, interlaced = head
    start = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, depth, colour_type, 0, 0, interlaced))
    rest = chunk(b"IDAT", zlib.compress(points)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + start + b"".join(more) + rest


def picture_in(svg: str) -> Image.Image:
    inside = png_of(svg.encode())
    assert inside is not None
    return Image.open(io.BytesIO(inside))


def mend_of(content: bytes) -> Mend:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the mend is looked at
        cleaned_logo(content)
    (mend,) = caught.value.args
    assert isinstance(mend, Mend)
    return mend


def colours(svg: str) -> list[tuple[int, ...]]:
    """On white: of the left half, of the quarter beside it, and of the rest."""
    shown = on_white(png_of(svg.encode()) or b"")
    return [shown.getpixel((round(shown.width * at), shown.height // 2)) for at in (0.25, 0.6, 0.9)]  # type: ignore[misc]


@pytest.mark.parametrize("mode", ["RGBA", "RGB", "P", "LA", "L", "1"])
def test_a_png_of_any_kind_becomes_a_picture_in_an_svg(mode: str):
    picture = a_picture().quantize(8) if mode == "P" else a_picture(mode)

    made = cleaned_logo(png(picture))

    expected = picture.convert("RGBA")
    expected = Image.alpha_composite(Image.new("RGBA", expected.size, "white"), expected).convert("RGB")
    assert on_white(png_of(made.encode()) or b"").tobytes() == expected.tobytes()
    assert picture_in(made).mode == ("RGBA" if mode in ("RGBA", "P", "LA") else "RGB")
    assert taken_logo("logo.svg", made.encode()) == made.encode()
    assert cleaned_logo(made.encode()) == made
    assert unseen_mend(made.encode()) is None


@pytest.mark.parametrize("interlaced", [0, 1])
@pytest.mark.parametrize(("colour_type", "samples"), [(0, "G"), (2, "RGB"), (4, "GA"), (6, "RGBA")])
def test_sixteen_bits_are_made_eight(colour_type: int, samples: str, interlaced: int):
    values = {"R": 0xC810, "G": 0x1020, "B": 0x2E7F, "A": 0x80FF}
    point = struct.pack(f">{len(samples)}H", *(values[each] for each in samples))
    passes = _adam7(100, 100) if interlaced else [(100, 100)]
    rows = b"".join((b"\0" + point * wide) * high for wide, high in passes)

    made = picture_in(cleaned_logo(by_hand((100, 100), (16, colour_type, interlaced), rows)))

    grey = (0x10, 0x10, 0x10)
    colour = grey if "R" not in samples else (0xC8, 0x10, 0x2E)
    assert made.convert("RGBA").getpixel((50, 50)) == (*colour, 0x80 if "A" in samples else 0xFF)


def _adam7(wide: int, high: int) -> list[tuple[int, int]]:
    passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    return [(-(-(wide - x) // across), -(-(high - y) // down)) for x, y, across, down in passes]


def test_one_grey_may_stand_for_what_is_not_seen():
    rows = (b"\0" + struct.pack(">HH", 0x1234, 0x1235) * 50) * 100
    grey = by_hand((100, 100), (16, 0, 0), rows, chunk(b"tRNS", b"\x12\x34"))

    made = picture_in(cleaned_logo(grey)).convert("RGBA")

    assert [made.getpixel((at, 9))[3] for at in (0, 1, 2)] == [0, 255, 0]  # type: ignore[index]


def test_what_a_program_notes_is_gone():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "de grafiekdienst")
    notes.add_text("much", "x" * 1_000_000, zip=True)
    exif = Image.Exif()
    exif[0x013B] = "de grafiekdienst"
    given = png(a_picture(), pnginfo=notes, exif=exif, dpi=(96, 96)) + b"PK\x03\x04 what stands behind it"

    made = cleaned_logo(given)

    inside = png_of(made.encode()) or b""
    assert made == cleaned_logo(png(a_picture()))
    assert (picture_in(made).info, b"grafiek" in inside, b"behind" in inside) == ({}, False, False)


def test_colours_that_nobody_sees_are_gone():
    made = cleaned_logo(png(a_picture()))

    assert picture_in(made).getpixel((WIDE - 1, 0)) == (255, 255, 255, 0)


def test_a_colour_profile_is_applied_and_a_broken_one_passed_over():
    usual = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = bytearray(usual)  # what it calls red is blue, and the other way round
    at = {tag: usual.index(tag) for tag in (b"rXYZ", b"bXYZ")}
    swapped[at[b"rXYZ"] : at[b"rXYZ"] + 4], swapped[at[b"bXYZ"] : at[b"bXYZ"] + 4] = b"bXYZ", b"rXYZ"

    of = {name: colours(cleaned_logo(png(a_picture(), icc_profile=bytes(each)))) for name, each in
          {"usual": usual, "swapped": swapped, "broken": os.urandom(999)}.items()}  # fmt: skip

    assert of["usual"] == of["broken"] == [RED, BLUE, (255, 255, 255)]
    assert of["swapped"][1][0] > 240
    assert of["swapped"][1][2] < 16


@pytest.mark.parametrize(
    ("size", "made"),
    [((400, 180), (400, 180)), ((4000, 1800), (420, 189)), ((2000, 400), (885, 177)), ((1000, 2000), (94, 188))],
)
def test_it_has_as_many_points_as_paper_shows(size: tuple[int, int], made: tuple[int, int]):
    svg = cleaned_logo(png(a_picture(size=size)))

    assert picture_in(svg).size == made
    assert f'viewBox="0 0 {made[0]} {made[1]}"><image width="{made[0]}" height="{made[1]}" ' in svg
    assert colours(svg)[0] == RED


def test_what_has_much_detail_is_made_smaller_until_it_is_short_enough():
    noise = Image.frombytes("RGB", (300, 300), os.urandom(300 * 300 * 3))

    made = cleaned_logo(png(noise))

    assert len(made) <= MOST_BYTES
    assert picture_in(made).width >= HIGHEST * 0.5


def a_broken(kind: str) -> bytes:
    whole = png(a_picture())
    return {
        "cut off": whole[:-30],
        "cut off early": whole[:60],
        "its signature": whole[:8],
        "a changed byte": whole[:70] + bytes([whole[70] ^ 1]) + whole[71:],
        "too few rows": by_hand((200, 100), (8, 6, 0), b"\0" * 1_000),
        "too many rows": by_hand((200, 100), (8, 0, 0), b"\0" * 201 * 101),
        "a bomb": by_hand((200, 100), (8, 0, 0), b"\0" * 100_000_000),
        "no such filter": by_hand((200, 100), (8, 0, 0), (b"\7" + b"\0" * 200) * 100),
        "no such depth": by_hand((200, 100), (3, 0, 0), (b"\0" + b"\0" * 200) * 100),
        "no palette": by_hand((200, 100), (8, 3, 0), (b"\0" + b"\0" * 200) * 100),
        "no width": by_hand((0, 100), (8, 0, 0), b""),
        "two heads": by_hand((200, 100), (8, 0, 0), b"", chunk(b"IHDR", b"\0" * 13)),
    }[kind]


@pytest.mark.parametrize(
    "kind",
    [
        *("cut off", "cut off early", "its signature", "a changed byte", "too few rows", "too many rows", "a bomb"),
        *("no such filter", "no such depth", "no palette", "no width", "two heads"),
    ],
)
def test_a_broken_one_is_refused_at_once(kind: str):
    content = a_broken(kind)
    began = time.process_time()

    mend = mend_of(content)

    assert (mend.slug, "export it anew" in mend) == ("logo-raster-broken", True)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("size", "slug", "values"),
    [
        ((30_000, 30_000), "logo-raster-too-large", {"width": 30_000, "height": 30_000, "most": 4_000}),
        ((64, 64), "logo-raster-too-small", {"width": 64, "height": 64, "least_height": 94, "least_width": 443}),
        ((1_000, 100), "logo-proportions", {"width": "1000", "height": "100"}),
        ((2**31, 2**31), "logo-raster-too-large", {"width": 2**31, "height": 2**31, "most": 4_000}),
    ],
)
def test_one_of_a_wrong_size_is_told(size: tuple[int, int], slug: str, values: dict[str, int | str]):
    wide, high = size
    rows = (b"\0" + b"\0" * wide) * high if wide * high < 10**6 else b"\0" * 999

    mend = mend_of(by_hand(size, (8, 0, 0), rows))

    assert (mend.slug, mend.values) == (slug, values)
    assert all(str(value) in mend for value in values.values())


def test_one_that_moves_is_told():
    moving = png(a_picture(), save_all=True, append_images=[a_picture().rotate(180)])

    assert mend_of(moving).slug == "logo-raster-moves"


@pytest.mark.parametrize("colour", [(255, 255, 255, 255), (0, 0, 0, 0), (255, 255, 250, 255), (0, 0, 0, 9)])
def test_one_that_shows_nothing_on_white_is_told(colour: tuple[int, ...]):
    made = cleaned_logo(png(Image.new("RGBA", (200, 100), colour)))

    mend = unseen_mend(made.encode())

    assert mend is not None
    assert (mend.slug, "give a picture in colours that are seen" in mend) == ("logo-unseen", True)


MADE = cleaned_logo(png(a_picture())).encode()


def in_form(inside: bytes, size: tuple[int, int] = (WIDE, HIGH)) -> bytes:
    wide, high = size
    data = base64.b64encode(inside).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}"><image width="{wide}" height="{high}" '
        f'href="data:image/png;base64,{data}"/></svg>'
    ).encode()


def one_like_it(kind: str) -> bytes:
    inside = png_of(MADE) or b""
    jpeg = io.BytesIO()
    a_picture("RGB").save(jpeg, "JPEG")
    return {
        "another media type": MADE.replace(b"image/png", b"image/svg+xml"),
        "an address": MADE[: MADE.index(b"data:")] + b'https://x.example/a.png"/></svg>',
        "another namespace": MADE.replace(b"href", b"xlink:href"),
        "two pictures": MADE.replace(b"</svg>", MADE[MADE.index(b"<image") :]),
        "a script": MADE.replace(b"</svg>", b"<script/></svg>"),
        "a shape beside it": MADE.replace(b"</svg>", b"<path/></svg>"),
        "an attribute more": MADE.replace(b"<image", b'<image onload="alert(1)"'),
        "something before it": b"\n" + MADE,
        "something behind it": MADE + b"<!-- -->",
        "another size of the picture": MADE.replace(b'<image width="400"', b'<image width="401"'),
        "another size altogether": MADE.replace(b"400", b"399"),
        "white space in its data": MADE.replace(b"base64,", b"base64, "),
        "data cut off": MADE[:-40] + b'"/></svg>',
        "bits that say nothing": MADE.replace(b'="/></svg>', b'"/></svg>'),
        "a JPEG": in_form(jpeg.getvalue()),
        "notes": in_form(inside[:33] + chunk(b"tEXt", b"Author\0x") + inside[33:]),
        "something behind its end": in_form(inside + b"PK"),
        "greys": in_form(png(a_picture("L"))),
        "a palette": in_form(png(a_picture().quantize(8))),
        "sixteen bits": in_form(by_hand((100, 100), (16, 2, 0), (b"\0" + b"\1" * 600) * 100), (100, 100)),
        "interlaced": in_form(
            by_hand((100, 100), (8, 2, 1), b"".join((b"\0" + b"\1" * 3 * w) * h for w, h in _adam7(100, 100))),
            (100, 100),
        ),
        "more than paper shows": in_form(png(a_picture("RGB", (WIDEST + 1, 180))), (WIDEST + 1, 180)),
        "a bomb": in_form(by_hand((400, 180), (8, 6, 0), b"\0" * 10_000_000)),
        "no points": in_form(by_hand((400, 180), (8, 6, 0), b"")),
        "out of proportion": in_form(png(a_picture("RGB", (600, 100))), (600, 100)),
    }[kind]


@pytest.mark.parametrize(
    "kind",
    [
        *("another media type", "an address", "another namespace", "two pictures", "a script", "a shape beside it"),
        *("an attribute more", "something before it", "something behind it", "another size of the picture"),
        *(
            "another size altogether",
            "white space in its data",
            "data cut off",
            "a JPEG",
            "notes",
            "greys",
            "a palette",
        ),
        *("something behind its end", "sixteen bits", "interlaced", "more than paper shows", "a bomb", "no points"),
        "out of proportion",
    ],
)
def test_only_the_very_form_is_taken(kind: str):
    like_it = one_like_it(kind)

    assert like_it != MADE
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the mend is looked at
        taken_logo("the logo", like_it)
    assert isinstance(caught.value.args[0], Mend)


def test_a_towns_file_may_name_a_png(tmp_path: Path):
    (tmp_path / "town.png").write_bytes(png(a_picture()))
    (tmp_path / "named.svg").write_bytes(png(a_picture()))
    (tmp_path / "cut.png").write_bytes(png(a_picture())[:-9])

    assert read_logo(tmp_path, "town.png") == read_logo(tmp_path, "named.svg") == MADE
    with pytest.raises(ValueError, match=r"^cut\.png: it is a PNG that cannot be read to its end"):
        read_logo(tmp_path, "cut.png")


@given(place=st.integers(8, 400), with_what=st.binary(min_size=1, max_size=30), cut=st.integers(0, 30))
@settings(max_examples=200, deadline=None)
def test_whatever_comes_is_a_picture_or_told(place: int, with_what: bytes, cut: int):
    content = bytearray(png(a_picture()))
    content[place : place + cut] = with_what
    try:
        made = cleaned_logo(bytes(content))
    except ValueError as error:
        assert isinstance(error.args[0], Mend)  # noqa: PT017 - either is right
    else:
        assert taken_logo("the logo", made.encode()) == made.encode()
