"""What a country's code stood for on a day."""

from datetime import date, timedelta

import pytest

from services.contracts.countries import _WITHOUT_NATIONALS, COUNTRIES, NATIONALITIES, WITHDRAWN, canonical
from services.contracts.former_states import HEIRS, SPANS, SUCCESSORS, began_after, is_heir, one_state, stood_for


def on(code: str, day: date) -> str | None:
    return stood_for(code, first=day, last=day)


@pytest.mark.parametrize("code", SPANS)
def test_a_state_is_one_until_its_last_day(code: str) -> None:
    assert on(code, SPANS[code].last) == code
    assert on(code, SPANS[code].last + timedelta(days=1)) is None


@pytest.mark.parametrize("code", [code for code, span in SPANS.items() if span.first])
def test_a_state_is_one_from_its_first_day(code: str) -> None:
    first = SPANS[code].first
    assert first is not None

    assert first < SPANS[code].last
    assert not began_after(code, first)
    assert began_after(code, first - timedelta(days=1))


@pytest.mark.parametrize(
    ("code", "first"),
    [
        ("ZR", date(1971, 10, 27)),
        ("DD", date(1949, 10, 7)),
        ("CSXX", date(2003, 2, 4)),
        ("CSHH", date(1918, 10, 28)),
        ("SU", date(1922, 12, 30)),
        ("YU", date(1918, 12, 1)),
    ],
)
def test_the_days_of_histories_are_in_the_table(code: str, first: date) -> None:
    assert SPANS[canonical(code)].first == first


@pytest.mark.parametrize("code", ["BE", "CD", "BU", "FX", "XX"])
def test_what_has_no_certain_first_day_has_none(code: str) -> None:
    assert not began_after(code, date(1901, 1, 1))


@pytest.mark.parametrize(
    ("one", "other"),
    [("TP", "TL"), ("ZRCD", "CD"), ("BUMM", "MM"), ("DD", "DE"), ("YU", "CSXX"), ("XBCD", "ZR"), ("SU", "SUHH")],
)
def test_a_state_of_another_name_is_the_same(one: str, other: str) -> None:
    assert one_state(one) == one_state(other)


@pytest.mark.parametrize(("one", "other"), [("CSHH", "CZ"), ("SU", "RU"), ("YU", "RS"), ("XRRW", "RW"), ("CD", "CG")])
def test_a_state_that_fell_apart_is_none_of_its_successors(one: str, other: str) -> None:
    assert one_state(one) != one_state(other)


@pytest.mark.parametrize(
    ("former", "heir"),
    [("YU", "RS"), ("YUCS", "HR"), ("CSXX", "ME"), ("SU", "RU"), ("SU", "BYAA"), ("CSHH", "CZ"), ("XRRW", "BI")],
)
def test_a_state_that_fell_apart_has_heirs(former: str, heir: str) -> None:
    assert is_heir(heir, of=former)
    assert not is_heir(former, of=heir)


@pytest.mark.parametrize(("former", "other"), [("YU", "BE"), ("CSXX", "HR"), ("SU", "CZ"), ("ZR", "CD"), ("BE", "BE")])
def test_other_states_are_none_of_them(former: str, other: str) -> None:
    assert not is_heir(other, of=former)


def test_heirs_are_states_that_somebody_can_be_a_national_of() -> None:
    assert set(HEIRS) <= set(SPANS)
    assert frozenset.union(*HEIRS.values()) <= NATIONALITIES


def test_a_successor_is_the_last_of_its_name() -> None:
    assert set(SUCCESSORS) <= set(SPANS)
    assert set(SUCCESSORS.values()) <= COUNTRIES - set(SUCCESSORS)


@pytest.mark.parametrize("code", sorted(set(WITHDRAWN) - {"CS"}))
def test_both_codes_of_a_state_end_together(code: str) -> None:
    if code in NATIONALITIES:
        assert on(code, SPANS[canonical(code)].last) == code
        assert on(code, SPANS[canonical(code)].last + timedelta(days=1)) is None


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

    assert former <= set(SPANS)
    assert set(SPANS) <= COUNTRIES


@pytest.mark.parametrize("code", ["BE", "RU", "CZ", "SK", "XK", "XS", "XX", "GB"])
def test_a_country_of_today_has_no_end(code: str) -> None:
    assert on(code, date(2026, 1, 1)) == code
