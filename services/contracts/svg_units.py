"""How an exported drawing says lengths, shares and references, as the attributes of a logo say them (svg_values.py)."""

import math

from services.contracts.svg_frames import pixels
from services.contracts.svg_values import ATTRIBUTES

View = tuple[float, float]
"""Of a viewport, in its own units: what percentages are of."""


def share(text: str) -> float | None:
    """Of an opacity, 0 to 1; None of what is none."""
    plain = without_percent(text, 1.0)
    found = float(plain) if len(plain) < 20 and ATTRIBUTES["stroke-miterlimit"](plain) else None
    return None if found is None else min(1.0, max(0.0, found))


def diagonal(view: View) -> float:
    """What percentages are of that are neither of the width nor of the height (SVG 1.1, section 7.10)."""
    return math.hypot(*view) / math.sqrt(2)


def without_percent(text: str, whole: float) -> str:
    """In units; also of picas, and of pixels, which units are."""
    number = text.removesuffix("%")
    if number != text and len(number) < 20 and ATTRIBUTES["stroke-miterlimit"](number):
        return written_number(float(number) * whole / 100)
    if text.endswith("pc") and (found := pixels(text)):
        return written_number(found)
    return text.removesuffix("px")


def dashes(text: str, whole: float) -> str:
    """Of `stroke-dasharray`, in units; `none` where the line has no gaps."""
    parts = [without_percent(part, whole) for part in text.replace(",", " ").split()]
    if text == "none" or all(part in ("0", "0.0") for part in parts):
        return "none"
    return " ".join(parts)


def referred(text: str) -> str | None:
    """The id in `url(#id)`; None of anything else."""
    inside = text.strip().removeprefix("url(").removesuffix(")").strip().strip("'\"")
    return inside[1:] if text.strip().startswith("url(") and inside.startswith("#") else None


def written_number(value: float) -> str:
    """As short as it can be said."""
    return f"{value:.9g}" if abs(value) >= 1e-7 else "0"
