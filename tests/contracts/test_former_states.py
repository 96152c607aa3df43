"""What a country's code stood for on a day."""

from datetime import date, timedelta

import pytest

from services.contracts.countries import _WITHOUT_NATIONALS, COUNTRIES, NATIONALITIES, WITHDRAWN, canonical
from services.contracts.former_states import LAST_DAYS, stood_for


def on(code: str, day: date) -> str | None:
    return stood_for(code, first=day, last=day)


@pytest.mark.parametrize("code", LAST_DAYS)
def test_a_state_is_one_until_its_last_day(code: str) -> None:
    assert on(code, LAST_DAYS[code]) == code
    assert on(code, LAST_DAYS[code] + timedelta(days=1)) is None


@pytest.mark.parametrize("code", sorted(set(WITHDRAWN) - {"CS"}))
def test_both_codes_of_a_state_end_together(code: str) -> None:
    if code in NATIONALITIES:
        assert on(code, LAST_DAYS[canonical(code)]) == code
        assert on(code, LAST_DAYS[canonical(code)] + timedelta(days=1)) is None


@pytest.mark.parametrize(
    ("first", "last", "meant"),
    [
        (date(1992, 12, 31), date(1992, 12, 31), "CS"),
        (date(1993, 1, 1), date(1993, 1, 1), None),
        (date(2003, 2, 3), date(2003, 2, 3), None),
        (date(2003, 2, 4), date(2003, 2, 4), "CSXX"),
        (date(2003, 1, 1), date(2003, 12, 31), "CSXX"),
        (date(2006, 6, 5), date(2006, 6, 5), "CSXX"),
        (date(2006, 6, 6), date(2006, 6, 6), None),
        (date(1992, 1, 1), date(1992, 12, 31), "CS"),
    ],
)
def test_a_code_that_was_given_twice_is_what_it_was_that_day(first: date, last: date, meant: str | None) -> None:
    assert stood_for("CS", first=first, last=last) == meant


def test_every_former_state_with_a_nationality_has_its_last_day() -> None:
    former = {code for code in COUNTRIES if len(code) == 4} - set(_WITHOUT_NATIONALS.split())

    assert former <= set(LAST_DAYS)
    assert set(LAST_DAYS) <= COUNTRIES


@pytest.mark.parametrize("code", ["BE", "RU", "CZ", "SK", "XK", "XS", "XX", "GB"])
def test_a_country_of_today_has_no_end(code: str) -> None:
    assert on(code, date(2026, 1, 1)) == code
