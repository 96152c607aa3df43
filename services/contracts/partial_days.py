"""Days as the register writes them: text, `1985-07-30`, of which day, or month and day, may be unknown (00)."""

import calendar
from datetime import date
from functools import lru_cache

_LENGTH = len("1985-07-30")


def earliest(text: str) -> date | None:
    """The first day that it may be; None where it can be none."""
    return _day(text, first=True)


def latest(text: str) -> date | None:
    """The last day that it may be; None where it can be none."""
    return _day(text, first=False)


def whole(text: str) -> date | None:
    """The day, where all of it is known; None otherwise."""
    return earliest(text) if earliest(text) == latest(text) else None


def known_parts(text: str) -> tuple[int, int, int]:
    """Year, month and day, 0 where unknown. Raises ValueError where it can be no day."""
    parts = _parts(text)
    if parts is None or earliest(text) is None:
        raise ValueError(text)
    return parts


def _day(text: str, *, first: bool) -> date | None:
    return _cached_day(text, first) if isinstance(text, str) and len(text) == _LENGTH else None


@lru_cache(maxsize=4096)  # a dossier's days are compared with each other again and again
def _cached_day(text: str, first: bool) -> date | None:
    parts = _parts(text)
    if parts is None:
        return None
    year, month, day = parts
    if month == 0 and day != 0:
        return None
    try:
        if day:
            return date(year, month, day)
        month = month or (1 if first else 12)
        return date(year, month, 1 if first else calendar.monthrange(year, month)[1])
    except (ValueError, IndexError):  # calendar's own error for a month 13 is a ValueError and an IndexError
        return None


def _parts(text: str) -> tuple[int, int, int] | None:
    if not isinstance(text, str) or len(text) != _LENGTH or text[4] != "-" or text[7] != "-":
        return None
    written = text[:4], text[5:7], text[8:]
    if not text.isascii() or not all(part.isdigit() for part in written):
        return None
    year, month, day = map(int, written)
    return year, month, day
