"""Belgian days: around midnight, at New Year, and on the days that have 23 and 25 hours."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.days import begin_of, day_of, days_after, end_of, has_passed, kept_since, last_moment_of, local
from services.contracts.written_days import long_day, long_moment

MOMENT = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("day", "begins", "hours"),
    [
        (date(2026, 6, 15), datetime(2026, 6, 14, 22, tzinfo=UTC), 24),
        (date(2026, 12, 31), datetime(2026, 12, 30, 23, tzinfo=UTC), 24),
        (date(2027, 1, 1), datetime(2026, 12, 31, 23, tzinfo=UTC), 24),
        (date(2027, 3, 28), datetime(2027, 3, 27, 23, tzinfo=UTC), 23),
        (date(2026, 10, 25), datetime(2026, 10, 24, 22, tzinfo=UTC), 25),
        (date(2028, 2, 29), datetime(2028, 2, 28, 23, tzinfo=UTC), 24),
    ],
)
def test_a_day_begins_at_belgian_midnight_and_lasts_to_the_next(day: date, begins: datetime, hours: int):
    assert begin_of(day) == begins
    assert end_of(day) - begins == timedelta(hours=hours)
    assert [day_of(at) for at in (begins - MOMENT, begins, last_moment_of(day), end_of(day))] == [
        day - timedelta(days=1),
        day,
        day,
        day + timedelta(days=1),
    ]
    assert [has_passed(day, now=at) for at in (begins - MOMENT, begins, last_moment_of(day), end_of(day))] == [
        *[False] * 3,
        True,
    ]


@given(day=st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 1, 1)), count=st.integers(0, 36525))
def test_days_are_counted_on_the_calendar(day: date, count: int):
    for at in (begin_of(day), last_moment_of(day)):
        assert days_after(at, count) == day + timedelta(days=count)


@pytest.mark.parametrize("days", [1, 30, 365])
def test_what_is_kept_for_days_is_kept_to_the_end_of_the_last(days: int):
    last_day = date(2026, 11, 24) + timedelta(days=days)

    for settled in (begin_of(date(2026, 11, 24)), last_moment_of(date(2026, 11, 24))):
        assert settled > kept_since(last_moment_of(last_day), days=days)
        assert settled <= kept_since(end_of(last_day), days=days)


def test_a_moment_without_a_zone_is_no_day():
    with pytest.raises(ValueError, match="without a zone"):
        day_of(datetime(2026, 11, 24, 12))
    with pytest.raises(ValueError, match="without a zone"):
        local(datetime(2026, 11, 24, 12))


@pytest.mark.parametrize(
    ("language", "written"),
    [("nl", "1 januari 2027"), ("fr", "1er janvier 2027"), ("de", "1. Januar 2027"), ("en", "1 January 2027")],
)
def test_a_moment_is_written_as_the_day_it_is_in_belgium(language: str, written: str):
    new_year = datetime(2026, 12, 31, 23, tzinfo=UTC)

    assert long_day(new_year, language) == long_day(date(2027, 1, 1), language) == written
    assert long_moment(new_year, language) == f"{written}, 00:00"
    assert long_day(date(2027, 1, 11), "fr") == "11 janvier 2027"


def test_the_hour_that_comes_twice_is_told_as_clocks_show_it():
    summer, winter = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)

    assert long_moment(summer, "nl") == long_moment(winter, "nl") == "25 oktober 2026, 02:30"
