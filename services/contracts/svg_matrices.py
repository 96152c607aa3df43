"""How an SVG's shapes are placed: matrices of six numbers (SVG 1.1, section 7.4)."""

import math

from services.contracts.svg_lines import Point
from services.contracts.svg_values import transforms

Matrix = tuple[float, float, float, float, float, float]

UNMOVED: Matrix = (1, 0, 0, 1, 0, 0)


def within(outer: Matrix, text: str) -> Matrix:
    """The matrix of what stands within, and says this `transform`, which is one that is taken."""
    for name, values in transforms(text):
        outer = product(outer, _matrix(name, values))
    return outer


def _matrix(name: str, values: list[float]) -> Matrix:
    """Of one transformation (SVG 1.1, section 7.6)."""
    if name == "matrix":
        a, b, c, d, e, f = values
        return a, b, c, d, e, f
    first, second = values[0], values[1] if len(values) > 1 else None
    if name == "translate":
        return 1, 0, 0, 1, first, second or 0
    if name == "scale":
        return first, 0, 0, first if second is None else second, 0, 0
    angle = math.radians(first)
    if name == "skewX":
        return 1, 0, math.tan(angle), 1, 0, 0
    if name == "skewY":
        return 1, math.tan(angle), 0, 1, 0, 0
    cos, sin = math.cos(angle), math.sin(angle)
    x, y = values[1:] or (0.0, 0.0)
    return cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y


def product(one: Matrix, other: Matrix) -> Matrix:
    """Of which `other` is done first."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * m + e, b * k + d * m + f


def at(matrix: Matrix, point: Point) -> Point:
    """Where a point comes to lie."""
    a, b, c, d, e, f = matrix
    x, y = point
    return a * x + c * y + e, b * x + d * y + f
