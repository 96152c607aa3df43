"""Flat shapes, each by itself: where it lies, what it may cover, and all of them written as an SVG."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from xml.sax.saxutils import quoteattr

from services.contracts.svg_frames import Box, around, placed
from services.contracts.svg_lines import lines_of
from services.contracts.svg_matrices import Matrix
from services.contracts.svg_units import written_number
from services.contracts.svg_values import length


@dataclass(frozen=True)
class Shape:
    """One of svg_values.SHAPES: the attributes of its outline, those of its colours, and how it is moved."""

    tag: str
    geometry: Mapping[str, str]
    paint: Mapping[str, str]
    matrix: Matrix

    def box(self) -> Box:
        """All that it may cover, with its stroke."""
        bare = around(point for line in placed(lines_of(self.tag, self.geometry), self.matrix) for point in line)
        if "stroke" not in self.paint:
            return bare
        out = 1.0 if self.tag in ("circle", "ellipse", "rect", "line") else 0.0
        if not out:
            is_miter = self.paint.get("stroke-linejoin", "miter") == "miter"
            out = float(self.paint.get("stroke-miterlimit", "4")) if is_miter else 1.0
        a, b, c, d, _, _ = self.matrix
        return bare.grown(
            length(self.paint.get("stroke-width", "1")) / 2 * max(out, math.sqrt(2)) * math.hypot(a, b, c, d)
        )


def written(shapes: Iterable[Shape], frame: Box) -> str:
    """As an SVG: what follows one another and is painted alike stands together."""
    box = " ".join(map(written_number, (frame.x, frame.y, frame.width, frame.height)))
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">']
    for (transform, paint), group in groupby(shapes, key=lambda shape: (_transform(shape.matrix), shape.paint)):
        alike = list(group)
        says = ({"transform": transform} if transform else {}) | paint
        if len(alike) == 1 or not says:
            lines += [_element(each.tag, each.geometry | says) for each in alike]
        else:
            lines += [_begun("g", says) + ">", *(_element(each.tag, each.geometry) for each in alike), "</g>"]
    return "\n".join([*lines, "</svg>", ""])


def _transform(matrix: Matrix) -> str:
    a, b, c, d, e, f = (round(each, 7) + 0.0 for each in matrix)
    if (a, b, c, d) != (1, 0, 0, 1):
        return f"matrix({' '.join(map(written_number, (a, b, c, d, e, f)))})"
    return f"translate({written_number(e)} {written_number(f)})" if round(e, 4) or round(f, 4) else ""


def _begun(tag: str, says: Mapping[str, str]) -> str:
    return f"<{tag}" + "".join(f" {name}={quoteattr(value)}" for name, value in says.items())


def _element(tag: str, says: Mapping[str, str]) -> str:
    return _begun(tag, says) + "/>"
