"""Which country a code stood for on a day: nobody is born in a state that had ended, nor gets its nationality."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from services.contracts.countries import canonical

CZECHOSLOVAKIA, SERBIA_AND_MONTENEGRO = "CSHH", "CSXX"

LAST_DAYS: Mapping[str, date] = MappingProxyType(
    {
        "AIDJ": date(1977, 6, 26),
        "ANHH": date(2010, 10, 9),
        "BUMM": date(1989, 6, 17),
        "BYAA": date(1991, 9, 18),
        "CSHH": date(1992, 12, 31),
        "CSXX": date(2006, 6, 5),
        "CTKI": date(1979, 7, 11),
        "DDDE": date(1990, 10, 2),
        "DYBJ": date(1975, 11, 29),
        "GEHH": date(1979, 7, 11),
        "HVBF": date(1984, 8, 3),
        "NHVU": date(1980, 7, 29),
        "PCHH": date(1994, 9, 30),
        "PZPA": date(1979, 9, 30),
        "RHZW": date(1980, 4, 17),
        "SKIN": date(1975, 5, 15),
        "SUHH": date(1991, 12, 26),
        "TPTL": date(2002, 5, 19),
        "VDVN": date(1976, 7, 1),
        "YDYE": date(1990, 5, 21),
        "YUCS": date(2003, 2, 3),
        "ZRCD": date(1997, 5, 16),
        "XBCD": date(1960, 6, 29),
        "XRRW": date(1962, 6, 30),
    }
)
"""The last on which a country existed under its former name. Yugoslavia's is that of the Federal Republic, which kept
the name; territories of which only ISO's code ended are not in it."""

_CODE_GIVEN_AGAIN = date(2003, 2, 4)
"""From which `CS` was Serbia and Montenegro's, until that ended."""


def stood_for(code: str, *, first: date, last: date) -> str | None:
    """What a code stands for in what happened on one of these days: itself, and `CSXX` for the later `CS`.

    None where it stood for nothing on any of them.
    """
    end = LAST_DAYS.get(canonical(code))
    if end is None or first <= end:
        return code
    again = code == "CS" and last >= _CODE_GIVEN_AGAIN and first <= LAST_DAYS[SERBIA_AND_MONTENEGRO]
    return SERBIA_AND_MONTENEGRO if again else None
