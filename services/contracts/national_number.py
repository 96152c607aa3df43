"""The Belgian national number (rijksregisternummer, numéro de registre national), BIS numbers included.

`YYMMDD`, a serial of 001 to 998 (odd for men, even for women) and two check digits. Month and day may be 00; a BIS
number has 20 or 40 added to its month (Royal Decree of 3 April 1984; Royal Decree of 8 February 1991 for BIS).
What a certificate says about a person is never derived from the number.

Test environments give people numbers with 60 more in the month (61 to 72; with a BIS number's 20, 81 to 92; 60 or 80
where the month is unknown), so that they are nobody's: their check digits hold. Whoever asks says whether they count
(`test`): only a town whose population comes from such an environment does (Town.takes_test_numbers).
"""

import re

from stdnum.be import ssn

FIRST_SERIAL, LAST_SERIAL = 1, 998

_WRITTEN = re.compile(r"\d{11}|\d{2}\.\d{2}\.\d{2}-\d{3}[.-]\d{2}", re.ASCII)


_TEST_MONTHS, _RAISED_BY = range(60, 93), 60


def is_valid(number: str, *, test: bool = False) -> bool:
    """Is this a national or BIS number, written as eleven digits? The serials 000 and 999 do not exist."""
    return (
        len(number) == 11
        and number.isascii()
        and number.isdigit()
        and FIRST_SERIAL <= int(number[6:9]) <= LAST_SERIAL
        and (_is_test_number(number) if test and is_test(number) else bool(ssn.is_valid(number)))
    )


def is_test(number: str) -> bool:
    """Has it the month of a test number? Such a number is nobody's in the real register."""
    return number[2:4].isdecimal() and int(number[2:4]) in _TEST_MONTHS


def _is_test_number(number: str) -> bool:
    """Would it be valid with its own month, but for the check digits, which are those of the number as it stands?"""
    month = int(number[2:4]) - _RAISED_BY
    checks = {97 - int(f"{century}{number[:9]}") % 97 for century in ("", "2")}
    real = (compose(year, month, int(number[4:6]), int(number[6:9])) for year in _years(number))
    return int(number[9:]) in checks and any(ssn.is_valid(each) for each in real)


def _years(number: str) -> tuple[int, int]:
    return 1900 + int(number[:2]), 2000 + int(number[:2])


def compact(text: str, *, test: bool = False) -> str | None:
    """The eleven digits of a number written plainly or as `85.07.30-033.28`; None where it is no valid number."""
    written = text.strip()
    if not _WRITTEN.fullmatch(written):
        return None
    number = re.sub(r"[.-]", "", written)
    return number if is_valid(number, test=test) else None


def display(number: str) -> str:
    """`85073003328` as it is shown to people: `85.07.30-033.28`."""
    return f"{number[:2]}.{number[2:4]}.{number[4:6]}-{number[6:9]}.{number[9:]}"


def is_bis(number: str) -> bool:
    """Was it given to someone who was in no population register (yet)?"""
    month = int(number[2:4])
    return (month - _RAISED_BY if month in _TEST_MONTHS else month) >= 20


def compose(year: int, month: int, day: int, serial: int, *, bis: int = 0) -> str:
    """The number with this serial; `month` and `day` may be 0, `bis` is 20 or 40 for a BIS number."""
    nine = f"{year % 100:02d}{month + bis:02d}{day:02d}{serial:03d}"
    checked = int(nine) if year < 2000 else 2_000_000_000 + int(nine)
    return f"{nine}{97 - checked % 97:02d}"
