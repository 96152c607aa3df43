"""When a country existed under its former name: nobody is born in a state before it began, nor after it ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from services.contracts.countries import canonical

CZECHOSLOVAKIA, SERBIA_AND_MONTENEGRO = "CSHH", "CSXX"


@dataclass(frozen=True, kw_only=True)
class Span:
    """The first and the last day; no first one where the name is older than anybody alive, or no day is certain."""

    first: date | None = None
    last: date

    def begins_after(self, day: date) -> bool:
        """Was there no such country yet on this day?"""
        return self.first is not None and day < self.first


SPANS: Mapping[str, Span] = MappingProxyType(
    {
        "AIDJ": Span(first=date(1967, 7, 3), last=date(1977, 6, 26)),
        "ANHH": Span(last=date(2010, 10, 9)),
        "BUMM": Span(last=date(1989, 6, 17)),
        "BYAA": Span(first=date(1919, 1, 1), last=date(1991, 9, 18)),
        "CSHH": Span(first=date(1918, 10, 28), last=date(1992, 12, 31)),
        "CSXX": Span(first=date(2003, 2, 4), last=date(2006, 6, 5)),
        "CTKI": Span(last=date(1979, 7, 11)),
        "DDDE": Span(first=date(1949, 10, 7), last=date(1990, 10, 2)),
        "DYBJ": Span(last=date(1975, 11, 29)),
        "GEHH": Span(last=date(1979, 7, 11)),
        "HVBF": Span(first=date(1919, 3, 1), last=date(1984, 8, 3)),
        "NHVU": Span(last=date(1980, 7, 29)),
        "PCHH": Span(first=date(1947, 7, 18), last=date(1994, 9, 30)),
        "PZPA": Span(first=date(1904, 2, 26), last=date(1979, 9, 30)),
        "RHZW": Span(last=date(1980, 4, 17)),
        "SKIN": Span(last=date(1975, 5, 15)),
        "SUHH": Span(first=date(1922, 12, 30), last=date(1991, 12, 26)),
        "TPTL": Span(last=date(2002, 5, 19)),
        "VDVN": Span(first=date(1945, 9, 2), last=date(1976, 7, 1)),
        "XBCD": Span(first=date(1908, 11, 15), last=date(1960, 6, 29)),
        "XRRW": Span(last=date(1962, 6, 30)),
        "YDYE": Span(first=date(1967, 11, 30), last=date(1990, 5, 21)),
        "YUCS": Span(first=date(1918, 12, 1), last=date(2003, 2, 3)),
        "ZRCD": Span(first=date(1971, 10, 27), last=date(1997, 5, 16)),
    }
)
"""Yugoslavia's is from the kingdom, whatever it called itself, to the Federal Republic, which kept the name. North
Vietnam's is that of the Democratic Republic. Territories of which only ISO's code ended are not in it.
"""

SUCCESSORS: Mapping[str, str] = MappingProxyType(
    {
        "AIDJ": "DJ",
        "BUMM": "MM",
        "BYAA": "BY",
        "DDDE": "DE",
        "DYBJ": "BJ",
        "HVBF": "BF",
        "NHVU": "VU",
        "RHZW": "ZW",
        "SKIN": "IN",
        "TPTL": "TL",
        "VDVN": "VN",
        "XBCD": "CD",
        "YDYE": "YE",
        "YUCS": SERBIA_AND_MONTENEGRO,
        "ZRCD": "CD",
    }
)
"""Of states that only changed their name, became independent as they were, or became part of one other: whoever has the
nationality of the one has that of the other. States that fell apart have none."""

HEIRS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "ANHH": frozenset(["AW", "BQ", "CW", "NL", "SX"]),
        "CSHH": frozenset(["CZ", "SK"]),
        "CSXX": frozenset(["ME", "RS", "XK"]),
        "GEHH": frozenset(["KI", "TV"]),
        "SUHH": frozenset(
            ["AM", "AZ", "BY", "BYAA", "EE", "GE", "KG", "KZ", "LT", "LV", "MD", "RU", "TJ", "TM", "UA", "UZ"]
        ),
        "XRRW": frozenset(["BI", "RW"]),
        "YUCS": frozenset(["BA", "HR", "ME", "MK", "RS", "SI", "XK"]),
    }
)
"""The states that came out of one that fell apart, whenever each did. The Netherlands Antilles' nationality was that of
the Netherlands."""


def one_state(code: str) -> str:
    """The same code for a state before and after it changed its name, or became part of another."""
    return SUCCESSORS.get(canonical(code), canonical(code))


def is_heir(code: str, *, of: str) -> bool:
    """Did this state come out of that one, which fell apart?"""
    heirs = HEIRS.get(canonical(of)) or frozenset()
    return canonical(code) in heirs or (one_state(of) != canonical(of) and is_heir(code, of=one_state(of)))


def stood_for(code: str, *, first: date, last: date) -> str | None:
    """What a code stands for in what happened on one of these days: itself, and `CSXX` for the later `CS`.

    None where it stood for nothing on any of them, or no longer.
    """
    span = SPANS.get(canonical(code))
    if span is None or first <= span.last:
        return code
    later = SPANS[SERBIA_AND_MONTENEGRO]
    return SERBIA_AND_MONTENEGRO if code == "CS" and not later.begins_after(last) and first <= later.last else None


def began_after(code: str, day: date) -> bool:
    """Was there certainly no such country yet?"""
    span = SPANS.get(canonical(code))
    return span is not None and span.begins_after(day)
