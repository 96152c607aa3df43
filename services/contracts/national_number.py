"""The Belgian national number (rijksregisternummer, numéro de registre national), BIS numbers included.

`YYMMDD`, a serial of 001 to 998 (odd for men, even for women) and two check digits. Month and day may be 00; a BIS
number has 20 or 40 added to its month (Royal Decree of 3 April 1984; Royal Decree of 8 February 1991 for BIS).
What a certificate says about a person is never derived from the number.
"""

import re

from stdnum.be import ssn

FIRST_SERIAL, LAST_SERIAL = 1, 998

_WRITTEN = re.compile(r"\d{11}|\d{2}\.\d{2}\.\d{2}-\d{3}[.-]\d{2}", re.ASCII)


def is_valid(number: str) -> bool:
    """Is this a national or BIS number, written as eleven digits? The serials 000 and 999 do not exist."""
    return (
        len(number) == 11
        and number.isascii()
        and number.isdigit()
        and FIRST_SERIAL <= int(number[6:9]) <= LAST_SERIAL
        and bool(ssn.is_valid(number))
    )


def compact(text: str) -> str | None:
    """The eleven digits of a number written plainly or as `85.07.30-033.28`; None where it is no valid number."""
    written = text.strip()
    if not _WRITTEN.fullmatch(written):
        return None
    number = re.sub(r"[.-]", "", written)
    return number if is_valid(number) else None


def display(number: str) -> str:
    """`85073003328` as it is shown to people: `85.07.30-033.28`."""
    return f"{number[:2]}.{number[2:4]}.{number[4:6]}-{number[6:9]}.{number[9:]}"


def is_bis(number: str) -> bool:
    """Was it given to someone who was in no population register (yet)?"""
    return int(number[2:4]) >= 20


def compose(year: int, month: int, day: int, serial: int, *, bis: int = 0) -> str:
    """The number with this serial; `month` and `day` may be 0, `bis` is 20 or 40 for a BIS number."""
    nine = f"{year % 100:02d}{month + bis:02d}{day:02d}{serial:03d}"
    checked = int(nine) if year < 2000 else 2_000_000_000 + int(nine)
    return f"{nine}{97 - checked % 97:02d}"
