"""A town's two colours: whether all can read and see them on pages, in mails and on paper (WCAG 2.2, level AA)."""

import re
from collections.abc import Callable, Iterator

from services.contracts.mends import Mend

WHITE = "#ffffff"
GROUND = "#f3f5f8"
"""Behind the pages' own links (`--ground` of gateway/portal/static/loket.css)."""

PAPER_TINT = 0.06
"""Share of `primary` behind the code on a certificate (services/documents/paper/rendering.py)."""

HOVER = 1.12
"""How much brighter a button of `primary` is under the pointer (loket.css)."""

TEXT = 4.5
"""The least contrast of text (success criterion 1.4.3)."""

SHAPE = 3.0
"""The least contrast of what marks or divides (1.4.11): `accent` marks the notes of a certificate."""

_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def colour_problems(primary: str, accent: str) -> Iterator[tuple[str, Mend]]:
    """Each as the field's name and its mend, with a colour that would do."""
    for name, colour, least, contrast in (
        ("primary", primary, TEXT, _contrast_of_primary),
        ("accent", accent, SHAPE, _contrast_of_accent),
    ):
        if not _HEX.fullmatch(colour):
            yield name, Mend("colour", f'write # and six hex digits, in quotes, such as {name}: "#123a6b"')
        elif (reached := contrast(colour)) < least:
            nearest = _darker(colour, least, contrast)
            too_light = (
                f"too light: its contrast with what it stands on is {_floor(reached)}, at least {least} is needed "
                f"(WCAG 2.2, {'1.4.3' if name == 'primary' else '1.4.11'}); choose a darker one, such as {nearest}"
            )
            yield name, Mend("colour-too-light", too_light, reached=_floor(reached), least=str(least), nearest=nearest)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two hex colours, 1 to 21 (WCAG 2.2, 'contrast ratio')."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def tint(colour: str, share: float) -> str:
    """`share` of a hex colour, the rest white."""
    return _hex(255 - (255 - channel) * share for channel in _channels(colour))


def _contrast_of_primary(colour: str) -> float:
    """It carries white text, also as a button under the pointer, and is the text of links and of the code on paper."""
    brighter = _hex(min(255, channel * HOVER) for channel in _channels(colour))
    return min(contrast(WHITE, brighter), contrast(colour, GROUND), contrast(colour, tint(colour, PAPER_TINT)))


def _contrast_of_accent(colour: str) -> float:
    """It lies beside the white of paper and mails and the ground of pages."""
    return contrast(colour, GROUND)


def _darker(colour: str, least: float, contrast_of: Callable[[str], float]) -> str:
    """The same hue, as light as it may be."""
    shares = (share / 100 for share in range(99, -1, -1))
    darkened = (_hex(channel * share for channel in _channels(colour)) for share in shares)
    return next(each for each in darkened if contrast_of(each) >= least)


def _luminance(colour: str) -> float:
    r, g, b = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (each / 255 for each in _channels(colour))
    )
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _channels(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def _hex(channels: "Iterator[float]") -> str:
    return "#" + "".join(f"{round(each):02x}" for each in channels)


def _floor(ratio: float) -> str:
    """Never rounded up to what is needed (WCAG's own note: 4.499 is not 4.5)."""
    return f"{int(ratio * 100) / 100:.2f}"
