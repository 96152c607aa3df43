"""Test numbers of the stand-in: everybody in its population has one, beside the own, with 60 more in the month."""

import re

from services.contracts.national_number import is_test, is_valid

_RAISED_BY = 60
_INSZ = re.compile(r"(?<=<INSZ>)\d{11}(?=</INSZ>)")


def raised(number: str) -> str:
    """The test number of somebody with this one."""
    nine = f"{number[:2]}{int(number[2:4]) + _RAISED_BY:02d}{number[4:9]}"
    since_2000 = int(number[9:]) == _check(number[:9], since_2000=True)
    return f"{nine}{_check(nine, since_2000=since_2000):02d}"


def lowered(number: str) -> str | None:
    """The number of whoever has this test number; None where it is none."""
    if not (is_test(number) and is_valid(number, test=True)):
        return None
    nine = f"{number[:2]}{int(number[2:4]) - _RAISED_BY:02d}{number[4:9]}"
    own = (f"{nine}{_check(nine, since_2000=since_2000):02d}" for since_2000 in (True, False))
    return next((each for each in own if is_valid(each) and raised(each) == number), None)


def with_raised(content: str) -> str:
    """An answer in which everybody has the test number."""
    return _INSZ.sub(lambda found: raised(found[0]) if is_valid(found[0]) else found[0], content)


def _check(nine: str, *, since_2000: bool) -> int:
    return 97 - int(f"{'2' if since_2000 else ''}{nine}") % 97
