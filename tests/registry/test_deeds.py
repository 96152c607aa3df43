"""Who may have which deed, and from when on."""

from datetime import date

import pytest

from services.contracts.deeds import KINDS
from services.contracts.errors import Refusal
from services.registry.deeds import RULES, refusal

TODAY = date(2026, 6, 1)
COUNTER, EARLY, GIVEN = Refusal.ONLY_AT_THE_COUNTER, Refusal.DEED_NOT_PUBLIC, None
CIRCLE = ("self", "parent", "spouse", "descendant", "ascendant")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("capacity", CIRCLE)
@pytest.mark.parametrize("drawn_up", [date(2026, 5, 31), date(1926, 6, 1), date(1850, 1, 1)])
def test_the_circle_has_an_extract_at_any_age(kind: str, capacity: str, drawn_up: date):
    stricter = {"adoption": ("self", "parent"), "lifeless-child": ("self",)}
    expected = GIVEN if capacity in stricter.get(kind, CIRCLE) else COUNTER

    assert refusal(kind, capacity=capacity, form="extract", drawn_up=drawn_up, today=TODAY) is expected


@pytest.mark.parametrize(
    ("kind", "last_closed", "first_open"),
    [
        ("birth", date(1926, 6, 1), date(1926, 5, 31)),
        ("marriage", date(1951, 6, 1), date(1951, 5, 31)),
        ("death", date(1976, 6, 1), date(1976, 5, 31)),
        ("divorce", date(1926, 6, 1), date(1926, 5, 31)),
        ("acknowledgement", date(1926, 6, 1), date(1926, 5, 31)),
        ("nationality", date(1926, 6, 1), date(1926, 5, 31)),
    ],
)
def test_anyone_has_what_is_older_than_its_term(kind: str, last_closed: date, first_open: date):
    def asked(drawn_up: date) -> Refusal | None:
        return refusal(kind, capacity="anyone", form="copy", drawn_up=drawn_up, today=TODAY)

    assert asked(last_closed) is EARLY
    assert asked(first_open) is GIVEN


@pytest.mark.parametrize("kind", ["adoption", "lifeless-child"])
def test_nobody_but_the_nearest_has_an_adoption_or_a_lifeless_child_and_age_changes_nothing(kind: str):
    assert refusal(kind, capacity="anyone", form="extract", drawn_up=date(1800, 1, 1), today=TODAY) is COUNTER


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", ["extract-with-filiation", "copy"])
def test_what_shows_the_parents_of_an_adopted_child_is_for_the_desk(kind: str, form: str):
    expected = COUNTER if kind in ("adoption", "lifeless-child") else GIVEN

    assert refusal(kind, capacity="self", form=form, drawn_up=TODAY, today=TODAY) is expected


def test_a_term_that_began_on_a_leap_day_ends_with_that_day():
    def asked(today: date) -> Refusal | None:
        return refusal("birth", capacity="anyone", form="extract", drawn_up=date(1904, 2, 29), today=today)

    assert asked(date(2004, 2, 29)) is EARLY
    assert asked(date(2004, 3, 1)) is GIVEN


def test_a_rule_for_each_kind():
    assert tuple(RULES) == KINDS
