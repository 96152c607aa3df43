"""Belgian days: what a certificate, a page or the API calls a day is one in Europe/Brussels, and lasts to its end.

Moments are aware datetimes and travel and rest in UTC; a moment becomes a day here and nowhere else. A count of days
is one of days of the calendar, of which two a year have 23 or 25 hours: never a multiple of 24 hours.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BELGIUM = ZoneInfo("Europe/Brussels")

_DAY = timedelta(days=1)


def local(moment: datetime) -> datetime:
    """A moment by the Belgian clock. Raises ValueError for one that does not say where its clock stands."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone is no moment")
    return moment.astimezone(BELGIUM)


def day_of(moment: datetime) -> date:
    """The day that it is in Belgium at a moment. Raises ValueError as `local` does."""
    return local(moment).date()


def begin_of(day: date) -> datetime:
    """The first moment of a day, in UTC."""
    return datetime.combine(day, time(), BELGIUM).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The first moment after a day, in UTC: the day lasts until just before."""
    return begin_of(day + _DAY)


def last_moment_of(day: date) -> datetime:
    """The last millisecond of a day, in UTC, which is what the store can tell apart."""
    return end_of(day) - timedelta(milliseconds=1)


def days_after(moment: datetime, count: int) -> date:
    """The day so many days after that of a moment."""
    return day_of(moment) + count * _DAY


def has_passed(day: date, *, now: datetime) -> bool:
    """Is a day over? Not before its end: what holds until a day holds that evening."""
    return day_of(now) > day


def kept_since(now: datetime, *, days: int) -> datetime:
    """The last moment whose time is over, of what is kept for so many days after its own, to the end of the last."""
    return last_moment_of(day_of(now) - (days + 1) * _DAY)
