"""Days as they are written out, the same on paper and on pages. For those parts that have Babel installed."""

from datetime import date, datetime
from functools import cache

from babel import Locale
from babel.dates import format_date

from services.contracts.days import day_of, local

_LOCALES = {"nl": "nl_BE", "fr": "fr_BE", "de": "de_BE", "en": "en_GB"}


@cache
def locale(language: str) -> Locale:
    """How Belgians write in one of ours."""
    return Locale.parse(_LOCALES[language])


def long_day(day: date, language: str) -> str:
    """`24 november 2026`; a moment is told as the day that it is in Belgium.

    In French the first of a month is `1er novembre 2026`, which CLDR leaves out.
    """
    day = day_of(day) if isinstance(day, datetime) else day
    written = str(format_date(day, "long", locale(language)))
    return written.replace("1 ", "1er ", 1) if language == "fr" and day.day == 1 else written


def long_moment(moment: datetime, language: str) -> str:
    """`24 november 2026, 14:05`, by the Belgian clock."""
    return f"{long_day(moment, language)}, {local(moment):%H:%M}"
