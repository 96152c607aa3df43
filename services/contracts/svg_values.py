"""The attributes that a logo may have and what each may say (SVG 1.1, second edition): what every reader draws alike.

Numbers are scanned, not matched as a whole: a list of them is as long as its file.
"""

import re
from collections.abc import Callable, Iterator, Mapping

SHAPES = frozenset(("path", "rect", "circle", "ellipse", "line", "polyline", "polygon"))

LARGEST = 100_000
"""No number is: a PDF has none much larger that every reader knows (ISO 32000-1, annex C)."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]{1,3}+)?")
_GAP = re.compile(r"[ \t\r\n]*+,?[ \t\r\n]*+")
_FLAG = re.compile(r"[01]")
_UNIT = re.compile(r"px|pt|mm|cm|in")
_TRANSFORM = re.compile(r"(matrix|translate|scale|rotate|skewX|skewY)[ \t\r\n]*+\(([^()]*+)\)[ \t\r\n]*+,?[ \t\r\n]*+")
_HEX = re.compile(r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?")
_RGB = re.compile(r"rgb\([ ]*+[0-9]{1,3}+[ ]*+,[ ]*+[0-9]{1,3}+[ ]*+,[ ]*+[0-9]{1,3}+[ ]*+\)")
_RATIO = re.compile(r"(?:none|x(?:Min|Mid|Max)Y(?:Min|Mid|Max))(?: +meet)?")

_NAMED: Mapping[str, str] = {
    **{"black": "#000000", "white": "#ffffff", "red": "#ff0000", "green": "#008000", "blue": "#0000ff"},
    **{"yellow": "#ffff00", "orange": "#ffa500", "purple": "#800080", "gray": "#808080", "grey": "#808080"},
    **{"silver": "#c0c0c0", "navy": "#000080", "teal": "#008080", "maroon": "#800000", "olive": "#808000"},
    **{"lime": "#00ff00", "aqua": "#00ffff", "fuchsia": "#ff00ff", "gold": "#ffd700"},
}

_PATH = {"M": 2, "L": 2, "T": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "A": 7, "Z": 0}
"""Command to how many numbers it takes at a time."""

_TRANSFORMS = {"matrix": (6,), "translate": (1, 2), "scale": (1, 2), "rotate": (1, 3), "skewX": (1,), "skewY": (1,)}


def numbers(text: str) -> list[float] | None:
    """Those of a list with spaces or commas; None where it holds something else."""
    found, place = [], 0
    text = text.strip()
    while place < len(text):
        read = _number_at(text, place)
        if read is None:
            return None
        found.append(read[0])
        place = read[1]
    return found


def wrong_path(d: str) -> str:
    """From where on path data cannot be drawn, cut short; empty where they can (SVG 1.1, section 8.3)."""
    place = _GAP.match(d, 0).end()  # type: ignore[union-attr]
    if place < len(d) and d[place] not in "Mm":
        return d[place : place + 12]
    while place < len(d):
        began, takes = place, _PATH.get(d[place].upper())
        if takes is None:
            return d[began : began + 12]
        place = _GAP.match(d, place + 1).end()  # type: ignore[union-attr]
        times = 0
        while takes and place < len(d) and not d[place].isalpha():
            end = _arguments(d, place, takes)
            if end is None:
                return d[began : began + 12]
            place, times = end, times + 1
        if takes and not times:
            return d[began : began + 12]
    return ""


def _arguments(d: str, place: int, takes: int) -> int | None:
    for argument in range(takes):
        if takes == _PATH["A"] and argument in (3, 4):  # flags, which may stand together: `0 01.5`
            if not _FLAG.match(d, place):
                return None
            place = _GAP.match(d, place + 1).end()  # type: ignore[union-attr]
        else:
            read = _number_at(d, place)
            if read is None:
                return None
            place = read[1]
    return place


def _number_at(text: str, place: int) -> tuple[float, int] | None:
    found = _NUMBER.match(text, place)
    if found is None or not abs(float(found[0])) < LARGEST:
        return None
    return float(found[0]), _GAP.match(text, found.end()).end()  # type: ignore[union-attr]


def path_commands(d: str) -> Iterator[tuple[str, list[float]]]:
    """Each command of path data that can be drawn with the numbers of one time; a moveto's further ones draw lines."""
    place, letter = 0, ""
    while place < len(d):
        if d[place].isalpha():
            letter = d[place]
            place += 1
        place = _GAP.match(d, place).end()  # type: ignore[union-attr]
        takes = _PATH.get(letter.upper(), 0)
        if letter and not takes:
            yield letter, []
        if not takes or place == len(d):
            continue
        end = _arguments(d, place, takes) or len(d)
        yield letter, _read(d, place, takes)
        place, letter = end, {"M": "L", "m": "l"}.get(letter, letter)


def _read(d: str, place: int, takes: int) -> list[float]:
    values = []
    for argument in range(takes):
        if takes == _PATH["A"] and argument in (3, 4):
            values.append(float(d[place]))
            place = _GAP.match(d, place + 1).end()  # type: ignore[union-attr]
        else:
            value, place = _number_at(d, place) or (0.0, len(d))
            values.append(value)
    return values


def length(text: str) -> float:
    """In pixels, of which 96 are an inch (SVG 1.1, section 7.10)."""
    value, end = _number_at(text, 0) or (0.0, 0)
    return value * {"pt": 96 / 72, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}.get(text[end:], 1.0)


def transforms(text: str) -> Iterator[tuple[str, list[float]]]:
    """Each transformation of a list with its numbers, the outermost first."""
    for found in _TRANSFORM.finditer(text):
        yield found[1], numbers(found[2]) or []


def hex_colour(text: str) -> str:
    """`#rrggbb`, of a colour that is taken."""
    if text.startswith("rgb("):
        return "#" + "".join(f"{min(255, int(each)):02x}" for each in text[4:-1].split(","))
    if text.startswith("#"):
        return text if len(text) == len("#rrggbb") else "#" + "".join(each * 2 for each in text[1:])
    return _NAMED[text]


def _how_many(*counts: int) -> Callable[[str], bool]:
    def fits(text: str) -> bool:
        found = numbers(text)
        return found is not None and (not counts or len(found) in counts)

    return fits


def _is_length(text: str) -> bool:
    found = _number_at(text, 0)
    return found is not None and (found[1] == len(text) or _UNIT.fullmatch(text, found[1]) is not None)


def _is_transform(text: str) -> bool:
    place = 0
    while place < len(text):
        found = _TRANSFORM.match(text, place)
        if found is None or len(numbers(found[2]) or ()) not in _TRANSFORMS[found[1]]:
            return False
        place = found.end()
    return True


def _one_of(*words: str) -> Callable[[str], bool]:
    return lambda text: text in words


def _is_colour(text: str) -> bool:
    return text == "none" or text in _NAMED or bool(_HEX.fullmatch(text) or _RGB.fullmatch(text))


def _anything(_text: str) -> bool:
    return True


_OPAQUE = _one_of("1", "1.0", "100%")

STYLES: Mapping[str, Callable[[str], bool]] = {
    "fill": _is_colour,
    "stroke": _is_colour,
    **dict.fromkeys(("opacity", "fill-opacity", "stroke-opacity"), _OPAQUE),
    **dict.fromkeys(("fill-rule", "clip-rule"), _one_of("nonzero", "evenodd")),
    **dict.fromkeys(("stroke-width", "stroke-dashoffset"), _is_length),
    "stroke-miterlimit": _how_many(1),
    "stroke-linecap": _one_of("butt", "round", "square"),
    "stroke-linejoin": _one_of("miter", "round", "bevel"),
    "stroke-dasharray": lambda text: text == "none" or numbers(text) is not None,
    "display": _one_of("inline", "block", "none"),
    "visibility": _one_of("visible", "hidden"),
    "overflow": _one_of("visible"),
    **dict.fromkeys(("marker", "mask", "clip-path", "filter", "vector-effect"), _one_of("none")),
    **dict.fromkeys(("mix-blend-mode", "paint-order"), _one_of("normal")),
    "isolation": _one_of("auto"),
    **dict.fromkeys(
        (
            *("color", "solid-color", "solid-opacity", "stop-color", "stop-opacity", "enable-background", "direction"),
            *("shape-rendering", "color-rendering", "image-rendering", "color-interpolation", "letter-spacing"),
            *("color-interpolation-filters", "word-spacing", "writing-mode", "white-space", "line-height"),
            *("baseline-shift", "dominant-baseline", "shape-padding", "shape-margin", "inline-size"),
        ),
        _anything,  # drawing programs write them, and on flat shapes they do nothing
    ),
}
"""Properties, which stand as attributes or in `style`."""

ATTRIBUTES: Mapping[str, Callable[[str], bool]] = {
    **STYLES,
    **dict.fromkeys(("x", "y", "width", "height", "rx", "ry", "r", "cx", "cy", "x1", "y1", "x2", "y2"), _is_length),
    "d": lambda text: not wrong_path(text),
    "points": lambda text: len(numbers(text) or (1,)) % 2 == 0,
    "transform": _is_transform,
    "viewBox": _how_many(4),
    "preserveAspectRatio": lambda text: _RATIO.fullmatch(text) is not None,
    **dict.fromkeys(("id", "class", "version", "baseProfile", "role", "lang", "style"), _anything),
}

INERT = ("font-", "text-", "data-", "aria-", "-inkscape-")
"""How names begin that do nothing to a flat shape."""
