"""A logo that is a picture: one PNG, written anew, as the only thing in an SVG of one exact form.

So whoever shows a logo shows an SVG. What came in as a PNG may hold anything (a photographer's name, a place, a colour
profile, what other programs wrote behind it): only its points are kept, at most as many as paper shows. The checks read
no more of a file than a PNG's own structure, and unpack no more than its size announces.
"""

import base64
import binascii
import math
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from services.contracts import svg_checks
from services.contracts.colours import WHITE, contrast
from services.contracts.mends import Mend
from services.contracts.svg_checks import TOO_LARGE, mend_of, proportions_mend

if TYPE_CHECKING:
    from PIL.Image import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"

DOTS = 300
"""An inch has at most so many (the head of a certificate: 75 mm by 16 mm, certificate.css.j2). Pages show 42 px."""

WIDEST, HIGHEST = 886, 189
"""In points, so that paper shows each."""

LOWEST, LOWEST_WIDE = 94, 443
"""In points: half of it, which still looks sharp on paper. A picture has this height, or is this wide."""

MOST_POINTS = 16_000_000
"""Of a PNG that is given: 64 MB while it is read."""

RASTER_BROKEN, RASTER_TOO_LARGE = "logo-raster-broken", "logo-raster-too-large"
RASTER_TOO_SMALL, RASTER_MOVES = "logo-raster-too-small", "logo-raster-moves"

_FORM = re.compile(
    rb'<svg xmlns="http://www\.w3\.org/2000/svg" viewBox="0 0 ([1-9][0-9]{0,2}) ([1-9][0-9]{0,2})">'
    rb'<image width="([0-9]{1,3})" height="([0-9]{1,3})" '
    rb'href="data:image/png;base64,([A-Za-z0-9+/]++={0,2})"/></svg>'
)

_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""By colour type (PNG specification, third edition, table 8): samples of a point."""

_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Of Adam7: first column and row, and how far the next ones are (8.1)."""

_NEEDED = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
_MOST_CHUNKS = 100_000
_LONGEST_PROFILE = 1024 * 1024
_SMALLER = (1.0, 0.85, 0.7, 0.6, 0.5)
"""How far a picture is made smaller until it is short enough."""


class WrongPicture(ValueError):
    """What is wrong with it is a Mend: args[0]."""


@dataclass(frozen=True, kw_only=True)
class _Png:
    """A PNG whose structure is in order: all its points are there, and nothing else is unpacked."""

    width: int
    height: int
    colour_type: int
    chunks: tuple[tuple[bytes, bytes], ...]

    def bare(self) -> bytes:
        """Nothing but its points, and the colour profile that says what they mean."""
        return SIGNATURE + b"".join(
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            for kind, data in self.chunks
            if kind in _NEEDED or _is_profile(kind, data)
        )


def svg_of_png(png: bytes, *, most: int) -> bytes:
    """The SVG, of at most so many bytes. Raises WrongPicture."""
    from PIL import Image as Images  # noqa: PLC0415 - operators' commands seldom read a picture

    read = _read(png)
    if read.height < LOWEST and read.width < LOWEST_WIDE:
        raise WrongPicture(
            Mend(
                RASTER_TOO_SMALL,
                f"it has {read.width} by {read.height} points, too few for paper; give one that is at least {LOWEST} "
                f"points high, or {LOWEST_WIDE} wide, or an SVG",
                width=read.width,
                height=read.height,
                least_height=LOWEST,
                least_width=LOWEST_WIDE,
            )
        )
    picture = _opened(read)
    scale = min(1.0, WIDEST / picture.width, HIGHEST / picture.height)
    for smaller in _SMALLER:
        high = max(1, round(picture.height * scale * smaller))
        wide = min(max(1, round(picture.width * scale * smaller)), int(high * svg_checks.WIDEST))
        size = wide, min(high, int(wide / svg_checks.NARROWEST))  # rounding takes no proportion beyond what is taken
        fitted = picture if size == picture.size else picture.resize(size, Images.Resampling.LANCZOS, reducing_gap=3.0)
        svg = _svg(_without_alpha(_flat(fitted)))
        if len(svg) <= most:
            return svg
    raise WrongPicture(
        mend_of("it has more fine detail than a logo can have; give a simpler picture, or an SVG", TOO_LARGE)
    )


def png_of(svg: bytes) -> bytes | None:
    """The PNG of an SVG that has the form of a picture; None of any other."""
    found = _FORM.fullmatch(svg)
    if found is None or found[1] != found[3] or found[2] != found[4]:
        return None
    try:
        png = base64.b64decode(found[5], validate=True)
    except binascii.Error:
        return None
    return png if base64.b64encode(png) == found[5] else None


def picture_mend(svg: bytes, png: bytes) -> Mend | None:
    """What is wrong with a picture that is not as svg_of_png writes it."""
    try:
        read = _read(png)
    except WrongPicture as error:
        return error.args[0]  # type: ignore[no-any-return]
    says = _FORM.fullmatch(svg)
    is_ours = (
        says is not None
        and (int(says[1]), int(says[2])) == (read.width, read.height)
        and read.width <= WIDEST
        and read.height <= HIGHEST
        and read.colour_type in (2, 6)
        and read.bare() == png
        and all(kind in (b"IHDR", b"IDAT", b"IEND") for kind, _ in read.chunks)
        and read.chunks[0][1][8:] == bytes((8, read.colour_type, 0, 0, 0))
    )
    return None if is_ours else mend_of("its picture is not as Loket writes it; give the PNG itself", RASTER_BROKEN)


def on_white(png: bytes) -> "Image":
    """What is seen of a picture that is taken on white paper: RGB."""
    from PIL import Image as Images  # noqa: PLC0415 - as above

    with Images.open(BytesIO(png), formats=("PNG",)) as opened:
        picture = opened.convert("RGBA")
    return Images.alpha_composite(Images.new("RGBA", picture.size, WHITE), picture).convert("RGB")


def share_of_picture(png: bytes, *, least_contrast: float) -> float:
    """How much of it is of another colour than the white beneath, 0 to 1."""
    picture = on_white(png)
    shades = picture.quantize(256).convert("RGB") if picture.getcolors(4096) is None else picture
    counted: list[tuple[int, tuple[int, int, int]]] = shades.getcolors(4096) or []  # type: ignore[assignment]
    seen = (many for many, (r, g, b) in counted if contrast(f"#{r:02x}{g:02x}{b:02x}", WHITE) >= least_contrast)
    return sum(seen) / (picture.width * picture.height)


def _svg(picture: "Image") -> bytes:
    written = BytesIO()
    picture.save(written, "PNG", optimize=True)
    wide, high = picture.size
    data = base64.b64encode(written.getvalue()).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}"><image width="{wide}" height="{high}" '
        f'href="data:image/png;base64,{data}"/></svg>'
    ).encode()


def _opened(read: _Png) -> "Image":
    """Its points with eight bits for each sample, in the colours that screens have (sRGB)."""
    from PIL import Image as Images  # noqa: PLC0415 - as above
    from PIL import ImageCms  # noqa: PLC0415 - as above

    try:
        with Images.open(BytesIO(read.bare()), formats=("PNG",)) as opened:
            opened.load()
            picture = opened.copy()
    except (OSError, ValueError, SyntaxError, Images.DecompressionBombError):
        raise WrongPicture(_broken()) from None
    profile = picture.info.pop("icc_profile", None)
    if picture.mode.startswith("I"):
        picture = _grey_of_16_bits(picture)
    flat = picture.convert("RGBA")
    if profile and picture.mode in ("RGB", "RGBA", "P"):
        try:
            theirs, ours = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            ImageCms.profileToProfile(flat, theirs, ours, inPlace=True)  # it leaves the alpha as it is
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # browsers pass over a profile that cannot be read, too
    return flat


def _grey_of_16_bits(picture: "Image") -> "Image":
    """The upper eight; Pillow would cut off all above 255. One grey may stand for what is not seen (11.3.1.1)."""
    from PIL import Image as Images  # noqa: PLC0415 - as above
    from PIL import ImageChops  # noqa: PLC0415 - as above

    points = picture.tobytes("raw", "I;16B")
    upper, lower = (Images.frombytes("L", picture.size, points[place::2]) for place in (0, 1))
    unseen = picture.info.get("transparency")
    if isinstance(unseen, int):
        others = [
            half.point([0 if value == of else 255 for value in range(256)])
            for half, of in ((upper, unseen >> 8), (lower, unseen & 255))
        ]
        upper.putalpha(ImageChops.lighter(*others))
    return upper


def _flat(picture: "Image") -> "Image":
    """Without the colours of points that nobody sees."""
    from PIL import Image as Images  # noqa: PLC0415 - as above

    seen = picture.getchannel("A").point(lambda alpha: 255 if alpha else 0)
    return Images.composite(picture, Images.new("RGBA", picture.size, (255, 255, 255, 0)), seen)


def _without_alpha(picture: "Image") -> "Image":
    return picture.convert("RGB") if picture.getchannel("A").getextrema() == (255, 255) else picture


def _broken() -> Mend:
    return mend_of("it is a PNG that cannot be read to its end; export it anew", RASTER_BROKEN)


def _read(png: bytes) -> _Png:
    """Its structure (PNG specification, chapter 5), all of it. Raises WrongPicture."""
    chunks = tuple(_chunks(png))
    kinds = [kind for kind, _ in chunks]
    if kinds[:1] != [b"IHDR"] or kinds[-1:] != [b"IEND"] or kinds.count(b"IHDR") != 1 or len(chunks[0][1]) != 13:
        raise WrongPicture(_broken())
    width, height, depth, colour_type, packing, filtering, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    if depth not in _DEPTHS.get(colour_type, ()) or packing or filtering or interlaced > 1 or not (width and height):
        raise WrongPicture(_broken())
    if mend := proportions_mend(width, height):
        raise WrongPicture(mend)
    if width * height > MOST_POINTS:
        most = math.isqrt(MOST_POINTS)
        raise WrongPicture(
            Mend(
                RASTER_TOO_LARGE,
                f"it has {width} by {height} points; give one of at most {most} by {most}, such as {WIDEST} points "
                "wide: paper shows no more",
                width=width,
                height=height,
                most=most,
            )
        )
    if b"acTL" in kinds:
        raise WrongPicture(mend_of("it moves; give a picture that stands still", RASTER_MOVES))
    if colour_type == 3 and b"PLTE" not in kinds:
        raise WrongPicture(_broken())
    bits = depth * _CHANNELS[colour_type]
    rows = list(_rows(width, height, bits, interlaced=bool(interlaced)))
    unpacking = zlib.decompressobj()
    try:
        points = unpacking.decompress(b"".join(data for kind, data in chunks if kind == b"IDAT"), sum(rows) + 1)
    except zlib.error:
        raise WrongPicture(_broken()) from None
    if len(points) != sum(rows) or not unpacking.eof or unpacking.unused_data or not _filters_are_known(points, rows):
        raise WrongPicture(_broken())
    return _Png(width=width, height=height, colour_type=colour_type, chunks=chunks)


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Up to the end that it says itself. Raises WrongPicture where one is cut off, or was changed."""
    place = len(SIGNATURE)
    if not png.startswith(SIGNATURE):
        raise WrongPicture(_broken())
    for _ in range(_MOST_CHUNKS):
        head = png[place : place + 8]
        if len(head) < 8:
            break
        length, kind = struct.unpack(">I4s", head)
        data, sums = png[place + 8 : place + 8 + length], png[place + 8 + length : place + 12 + length]
        if len(sums) != 4 or zlib.crc32(kind + data) != int.from_bytes(sums, "big"):
            break
        yield kind, data
        if kind == b"IEND":
            return
        place += 12 + length
    raise WrongPicture(_broken())


def _rows(width: int, height: int, bits: int, *, interlaced: bool) -> Iterator[int]:
    """How many bytes each row takes, with the one of its filter."""
    for column, row, across, down in _PASSES if interlaced else ((0, 0, 1, 1),):
        wide, high = -(-(width - column) // across), -(-(height - row) // down)
        if wide > 0 and high > 0:
            yield from [1 + (wide * bits + 7) // 8] * high


def _filters_are_known(points: bytes, rows: list[int]) -> bool:
    place = 0
    for row in rows:
        if points[place] > 4:
            return False
        place += row
    return True


def _is_profile(kind: bytes, data: bytes) -> bool:
    """One of bounded length, also unpacked (11.3.2.3)."""
    if kind != b"iCCP":
        return False
    packed = data.partition(b"\0")[2][1:]
    unpacking = zlib.decompressobj()
    try:
        return len(unpacking.decompress(packed, _LONGEST_PROFILE)) > 0 and unpacking.eof
    except zlib.error:
        return False
