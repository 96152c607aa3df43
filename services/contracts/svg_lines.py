"""The outlines of an SVG's shapes as lines between points: curves and arcs in pieces (SVG 1.1, chapters 8 and 9)."""

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise

from services.contracts.svg_values import length, numbers, path_commands

PIECES = 16
"""Of a curve or an arc."""

Point = tuple[float, float]
Line = list[Point]


def lines_of(tag: str, attributes: Mapping[str, str]) -> list[Line]:
    """A shape's outlines in its own units; what is empty has none. Its attributes are those that a logo may have."""

    def of(name: str) -> float:
        return length(attributes.get(name, "0"))

    if tag == "path":
        return [line for line in _path(attributes.get("d", "")) if len(line) > 1]
    if tag in ("polyline", "polygon"):
        found = numbers(attributes.get("points", "")) or []
        points = list(zip(found[::2], found[1::2], strict=False))
        return [points + points[: tag == "polygon"]] if len(points) > 1 else []
    if tag == "line":
        return [[(of("x1"), of("y1")), (of("x2"), of("y2"))]]
    if tag == "rect":
        x, y, width, height = of("x"), of("y"), of("width"), of("height")
        right, bottom = x + width, y + height
        return [[(x, y), (right, y), (right, bottom), (x, bottom), (x, y)]] if width > 0 and height > 0 else []
    rx, ry = (of("r"), of("r")) if tag == "circle" else (of("rx"), of("ry"))
    return [_turned((of("cx"), of("cy")), (rx, ry), 0.0, 2 * math.pi, pieces=4 * PIECES)] if rx > 0 and ry > 0 else []


def _path(d: str) -> Iterator[Line]:
    line: Line = []
    at = start = (0.0, 0.0)
    before, control = "", (0.0, 0.0)
    for letter, values in path_commands(d):
        command = letter.upper()
        given = _absolute(letter, values, at)
        if command == "M":
            yield line
            line, at, start = [given[0]], given[0], given[0]
        elif command == "Z":
            yield [*line, start]
            line, at = [start], start
        else:
            mirrored = (2 * at[0] - control[0], 2 * at[1] - control[1])
            if command in "CSQT":
                if command in "ST":
                    given = [mirrored if before in {"S": "CS", "T": "QT"}[command] else at, *given]
                line += _curve([at, *given])
                control = given[-2]
            elif command == "A":
                line += _arc(at, given[-1], values)
            else:
                line.append(given[0])
            at = given[-1]
        before = command
    yield line


def _absolute(letter: str, values: list[float], at: Point) -> list[Point]:
    """The points of a command; of an arc only where it ends."""
    x, y = at if letter.islower() else (0.0, 0.0)
    if letter in "Hh":
        return [(x + values[0], at[1])]
    if letter in "Vv":
        return [(at[0], y + values[0])]
    placed = values[5:] if letter in "Aa" else values
    return [(x + a, y + b) for a, b in zip(placed[::2], placed[1::2], strict=True)]


def _curve(points: list[Point]) -> Line:
    """A Bézier curve after its first point, by de Casteljau."""
    drawn = []
    for piece in range(1, PIECES + 1):
        t, left = piece / PIECES, points
        while len(left) > 1:
            left = [(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for a, b in pairwise(left)]
        drawn.append(left[0])
    return drawn


def _arc(start: Point, end: Point, values: list[float]) -> Line:
    """An elliptical arc after its first point, by its centre (SVG 1.1, appendix F.6.5 and F.6.6)."""
    rx, ry, tilt, large, sweep = abs(values[0]), abs(values[1]), math.radians(values[2]), values[3], values[4]
    if not (rx and ry) or start == end:
        return [end]
    cos, sin = math.cos(tilt), math.sin(tilt)
    half_x, half_y = (start[0] - end[0]) / 2, (start[1] - end[1]) / 2
    x, y = cos * half_x + sin * half_y, cos * half_y - sin * half_x
    grown = math.sqrt(max(1.0, (x / rx) ** 2 + (y / ry) ** 2))
    rx, ry = rx * grown, ry * grown
    below = (rx * y) ** 2 + (ry * x) ** 2
    off = math.sqrt(max(0.0, (rx * ry) ** 2 - below) / below) * (-1 if large == sweep else 1)
    cx, cy = off * rx * y / ry, -off * ry * x / rx
    first = math.atan2((y - cy) / ry, (x - cx) / rx)
    turn = (math.atan2((-y - cy) / ry, (-x - cx) / rx) - first) % (2 * math.pi)
    turn = turn if sweep else turn - 2 * math.pi
    middle = (cos * cx - sin * cy + (start[0] + end[0]) / 2, sin * cx + cos * cy + (start[1] + end[1]) / 2)
    return [*_turned(middle, (rx, ry), first, turn, tilt=tilt)[1:-1], end]


def _turned(centre: Point, radii: Point, first: float, turn: float, *, tilt: float = 0.0, pieces: int = PIECES) -> Line:
    """Points of an ellipse that is turned by `tilt`, from one angle on, all in radians."""
    cos, sin = math.cos(tilt), math.sin(tilt)
    line = []
    for piece in range(pieces + 1):
        angle = first + turn * piece / pieces
        x, y = radii[0] * math.cos(angle), radii[1] * math.sin(angle)
        line.append((centre[0] + cos * x - sin * y, centre[1] + sin * x + cos * y))
    return line
