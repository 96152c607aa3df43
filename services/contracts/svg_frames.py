"""What of an SVG is seen: its frame, viewports within it, and whether what cuts a shape cuts anything off."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from services.contracts.svg_lines import Line, Point
from services.contracts.svg_matrices import UNMOVED, Matrix, at, product
from services.contracts.svg_values import LARGEST, length, numbers

ALMOST = 0.001
"""Of a frame's longer side: a cut that takes off less is not seen, on paper a fiftieth of a millimetre."""

_ALIGNED = {"Min": 0.0, "Mid": 0.5, "Max": 1.0}
_RATIO = re.compile(r"x(Min|Mid|Max)Y(Min|Mid|Max)(?:[ \t\r\n]++(meet|slice))?")
_SIZE = re.compile(r"\+?([0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(px|pt|pc|mm|cm|in|)")


@dataclass(frozen=True)
class Box:
    """An upright rectangle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def corners(self) -> Line:
        """Around it, from its beginning."""
        right, bottom = self.x + self.width, self.y + self.height
        return [(self.x, self.y), (right, self.y), (right, bottom), (self.x, bottom)]

    def within(self, other: "Box") -> "Box | None":
        """What both cover."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        right = min(self.x + self.width, other.x + other.width)
        bottom = min(self.y + self.height, other.y + other.height)
        return Box(x, y, right - x, bottom - y) if right > x and bottom > y else None

    def grown(self, by: float) -> "Box":
        """By so much on each side; less than nothing makes it smaller."""
        return Box(self.x - by, self.y - by, max(0.0, self.width + 2 * by), max(0.0, self.height + 2 * by))


def around(points: Iterable[Point]) -> Box:
    """The smallest box that holds them all, of which there are some."""
    xs, ys = zip(*points, strict=True)
    return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def pixels(text: str) -> float | None:
    """A length above nothing, in pixels; None of what is none, or follows from what stands around it."""
    found = _SIZE.fullmatch(text) if len(text) < 32 else None
    if found is None:
        return None
    size = float(found[1]) * 16 if found[2] == "pc" else length(found[1] + found[2])
    return size if 0 < size < LARGEST else None


def view_box(attributes: Mapping[str, str]) -> Box | None:
    """What an element says of its own units."""
    found = numbers(attributes.get("viewBox", "")) or []
    return Box(*found) if len(found) == 4 and found[2] > 0 and found[3] > 0 else None


def fitted(box: Box, ratio: str, width: float, height: float) -> Matrix:
    """How a view box is laid into a viewport (SVG 1.1, section 7.8)."""
    across, down = width / box.width, height / box.height
    if ratio.split()[:1] == ["none"]:
        return across, 0, 0, down, -box.x * across, -box.y * down
    found = _RATIO.fullmatch(ratio)
    x, y, how = found.groups() if found else ("Mid", "Mid", "meet")
    scale = max(across, down) if how == "slice" else min(across, down)
    left = (width - box.width * scale) * _ALIGNED[x] - box.x * scale
    top = (height - box.height * scale) * _ALIGNED[y] - box.y * scale
    return scale, 0, 0, scale, left, top


def frame_of(root: Mapping[str, str]) -> tuple[Box, Matrix] | None:
    """What is seen of a drawing, and how it is placed in that. None where it does not say its size."""
    box = view_box(root)
    width, height = (pixels(root.get(side, "")) for side in ("width", "height"))
    if width is None or height is None:
        return (box, UNMOVED) if box else None
    if box is None:
        return Box(0, 0, width, height), UNMOVED
    if abs(width / height * box.height / box.width - 1) < 0.005:
        return box, UNMOVED
    placed = fitted(box, root.get("preserveAspectRatio", ""), width, height)
    if placed[0] != placed[3]:
        return Box(0, 0, width, height), placed
    scale, left, top = placed[0], placed[4], placed[5]
    return Box(-left / scale, -top / scale, width / scale, height / scale), UNMOVED


def covers(lines: Iterable[Line], box: Box) -> bool:
    """Is all of a box inside of an outline? No line crosses it, and its middle is inside."""
    middle = box.x + box.width / 2, box.y + box.height / 2
    winding = crossings = 0
    for (x, y), (right, bottom) in _edges(lines):
        if _crosses((x, y), (right, bottom), box):
            return False
        if (y > middle[1]) != (bottom > middle[1]) and middle[0] < x + (middle[1] - y) * (right - x) / (bottom - y):
            crossings += 1
            winding += 1 if bottom > y else -1
    return winding != 0 and crossings % 2 == 1


def placed(lines: Iterable[Line], matrix: Matrix) -> list[Line]:
    """Where outlines come to lie."""
    return [[at(matrix, point) for point in line] for line in lines]


def moved(matrix: Matrix, x: float, y: float) -> Matrix:
    """The matrix of what stands there within."""
    return product(matrix, (1, 0, 0, 1, x, y))


def _edges(lines: Iterable[Line]) -> Iterator[tuple[Point, Point]]:
    for line in lines:
        yield from pairwise([*line, line[0]])


def _crosses(start: Point, end: Point, box: Box) -> bool:
    """Does a line go through the inside of a box? After Liang and Barsky."""
    enters, leaves = 0.0, 1.0
    for begin, step, low, size in (
        (start[0], end[0] - start[0], box.x, box.width),
        (start[1], end[1] - start[1], box.y, box.height),
    ):
        if step == 0:
            if not low < begin < low + size:
                return False
            continue
        first, last = sorted(((low - begin) / step, (low + size - begin) / step))
        enters, leaves = max(enters, first), min(leaves, last)
    return enters < leaves
