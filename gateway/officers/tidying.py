"""What officers type as everybody writes it, said as a town's file says it."""

import re

from services.contracts.reached import phone_mend, website_mend

_BETWEEN = re.compile(r"\(0\)|[\s./()-]")
_BELGIAN = re.compile(r"(?:(?:\+32|0032)0?|0)(?!0)(\d{8}|4\d{8})")
ZONES_OF_ONE_FIGURE = "2349"
"""Brussels, Antwerp, Liège and Ghent; the other zones have two (BIPT's numbering plan)."""

OF_NO_ZONE = ("800", "90")
"""Free of charge, or dearer: of three figures, and then five."""


def phone(text: str) -> str:
    """A Belgian number as ITU-T E.123 writes it abroad: `016 55 66 77` is `+32 16 55 66 77`. Others as they are."""
    found = _BELGIAN.fullmatch(_BETWEEN.sub("", text)) if text.isascii() else None
    if found is None or phone_mend(text.strip()) is None:
        return text.strip()
    number = found[1]
    groups: tuple[str, ...]
    if len(number) == 9:
        groups = (number[:3], number[3:5], number[5:7], number[7:])
    elif number.startswith(OF_NO_ZONE):
        groups = (number[:3], number[3:5], number[5:])
    elif number[0] in ZONES_OF_ONE_FIGURE:
        groups = (number[:1], number[1:4], number[4:6], number[6:])
    else:
        groups = (number[:2], number[2:4], number[4:6], number[6:])
    return " ".join(("+32", *groups))


def website(text: str) -> str:
    """`www.town.example` is `https://www.town.example`. Others as they are."""
    plain = text.strip()
    whole = f"https://{plain}"
    return whole if plain and "://" not in plain and website_mend(whole) is None else plain
