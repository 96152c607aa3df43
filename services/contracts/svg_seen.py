"""What is seen of a logo on the white that it stands on: drawn small, counted by the point.

A drawing can be all that is taken (logos.py) and show nothing: beside its frame, without fill, hidden, shrunk to
nothing, white, or behind something white.
"""

import math
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from itertools import pairwise

from services.contracts.colours import WHITE, contrast
from services.contracts.svg_lines import Line, Point, lines_of
from services.contracts.svg_matrices import Matrix, at, within
from services.contracts.svg_values import SHAPES, hex_colour, length, numbers

ACROSS = 192
"""Points of the longer side: on paper, where a logo is 16 mm high, less than a tenth of a millimetre each."""

LEAST = 0.001
"""Share of a drawing that has to be seen: a dot of a thirtieth of its side."""

LEAST_CONTRAST = 1.2
"""With white. Gold has 1.4, yellow 1.1: a logo may be light (WCAG 2.2, 1.4.11 leaves logotypes out), not unseen."""

MOST_CROSSINGS = 1_000_000
"""Of outlines with rows of points, a few seconds' work: what is more intricate than any logo is believed."""

Edge = tuple[Point, Point]

_INHERITED = {"fill": "black", "stroke": "none", "stroke-width": "1", "fill-rule": "nonzero", "visibility": "visible"}


def share_seen(svg: bytes) -> float:
    """How much of the frame is of another colour than the white beneath, 0 to 1; of a drawing that logos.py takes."""
    root = ET.fromstring(svg)  # noqa: S314
    x, y, width, height = numbers(root.attrib["viewBox"]) or (0.0, 0.0, 1.0, 1.0)
    scale = ACROSS / max(width, height)
    canvas = _Canvas(wide=max(1, round(width * scale)), high=max(1, round(height * scale)))
    try:
        _draw(root, _INHERITED, (scale, 0.0, 0.0, scale, -x * scale, -y * scale), canvas)
    except _Intricate:
        return 1.0
    return sum(map(sum, canvas.rows)) / (canvas.wide * canvas.high)


class _Intricate(Exception):
    """More work than it is worth."""


class _Canvas:
    """Rows of points, 1 where something is seen."""

    def __init__(self, *, wide: int, high: int) -> None:
        self.wide, self.high = wide, high
        self.rows = [bytearray(wide) for _ in range(high)]
        self._left = MOST_CROSSINGS

    def crossed(self, rows: int) -> None:
        """Raises _Intricate."""
        self._left -= rows
        if self._left < 0:
            raise _Intricate

    def paint(self, row: int, left: float, until: float, point: bytes) -> None:
        """The points whose middle lies between."""
        first, last = max(0, math.ceil(left - 0.5)), min(self.wide, math.ceil(until - 0.5))
        if first < last:
            self.rows[row][first:last] = point * (last - first)


def _draw(element: ET.Element, inherited: Mapping[str, str], outer: Matrix, canvas: _Canvas) -> None:
    says = _said(element)
    if says.get("display") == "none":
        return
    inherits = {name: says.get(name, value) for name, value in inherited.items()}
    matrix = within(outer, says.get("transform", ""))
    for below in element:
        _draw(below, inherits, matrix, canvas)
    tag = element.tag.rpartition("}")[2]
    lines = lines_of(tag, says) if tag in SHAPES else []
    if not lines or inherits["visibility"] == "hidden":
        return
    if inherits["fill"] != "none":
        placed = [[at(matrix, point) for point in line] for line in lines]
        closed = [edge for line in placed for edge in pairwise([*line, line[0]])]
        _fill(closed, inherits["fill"], canvas, even_odd=inherits["fill-rule"] == "evenodd")
    if inherits["stroke"] != "none" and (wide := length(inherits["stroke-width"])) > 0:
        covered = [[at(matrix, point) for point in side] for side in _strokes(lines, wide)]
        _fill([edge for side in covered for edge in pairwise([*side, side[0]])], inherits["stroke"], canvas)


def _said(element: ET.Element) -> dict[str, str]:
    """Its attributes, and over them its style (SVG 1.1, section 6.4)."""
    styles = (each.partition(":") for each in element.get("style", "").split(";"))
    return {
        **{name: value.strip() for name, value in element.attrib.items()},
        **{name.strip(): value.strip() for name, _, value in styles},
    }


def _strokes(lines: list[Line], wide: float) -> Iterator[Line]:
    """Each piece of a line as what it covers; how its ends and corners look is not seen at this size."""
    for line in lines:
        for (x, y), (right, bottom) in pairwise(line):
            long = math.hypot(right - x, bottom - y)
            if long:
                across, down = (bottom - y) / long * wide / 2, (x - right) / long * wide / 2
                yield [
                    (x + across, y + down),
                    (right + across, bottom + down),
                    (right - across, bottom - down),
                    (x - across, y - down),
                ]


def _fill(edges: list[Edge], colour: str, canvas: _Canvas, *, even_odd: bool = False) -> None:
    """Points whose middle is inside become what they would be seen as: 1, or 0 for white."""
    point = bytes([contrast(hex_colour(colour), WHITE) >= LEAST_CONTRAST])
    crossings: dict[int, list[tuple[float, int]]] = {}
    for (x, y), (right, bottom) in edges:
        upwards = bottom < y
        (x, y), (right, bottom) = ((right, bottom), (x, y)) if upwards else ((x, y), (right, bottom))  # noqa: PLW2901
        rows = range(max(0, math.ceil(y - 0.5)), min(canvas.high, math.ceil(bottom - 0.5)))
        canvas.crossed(len(rows))
        for row in rows:
            crossing = x + (row + 0.5 - y) * (right - x) / (bottom - y)
            crossings.setdefault(row, []).append((crossing, -1 if upwards else 1))
    for row, found in crossings.items():
        found.sort()
        winding = 0
        for (left, way), (until, _) in pairwise(found):
            winding += 1 if even_odd else way
            if winding % 2 if even_odd else winding:
                canvas.paint(row, left, until, point)
