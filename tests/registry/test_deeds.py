"""Who may have which deed, from when on, and how a citizen names one that is not their own."""

from datetime import date

import pytest

from services.contracts.deeds import KINDS
from services.contracts.errors import Refusal
from services.registry.deeds import RULES, Misnamed, Named, named, refusal

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


@pytest.mark.parametrize(
    ("place", "refnis"), [("24062", "24062"), ("Leuven", "24062"), (" LOUVAIN ", "24062"), ("Löwen", "24062")]
)
def test_a_municipality_is_named_by_its_code_or_in_any_language(place: str, refnis: str):
    assert named({"deed-place": place}, today=TODAY) == Named(place=refnis)


@pytest.mark.parametrize("text", ["3/4/1921", "03.04.1921", "1921-04-03", " 3/4/1921 "])
def test_a_day_is_written_as_people_here_write_it(text: str):
    assert named({"deed-date": text}, today=TODAY) == Named(date="1921-04-03")


@pytest.mark.parametrize(
    "fields",
    [
        {"deed-place": "Nergens"},
        {"deed-place": "99999"},
        {"deed-year": "21"},
        {"deed-year": "1700"},
        {"deed-year": "2027"},
        {"deed-year": "١٩٢١"},
        {"deed-date": "31/2/1921"},
        {"deed-date": "3/4"},
        {"deed-date": "2030-01-01"},
        {"deed-date": "gisteren"},
    ],
)
def test_what_names_no_place_year_or_day_is_told(fields: dict[str, str]):
    with pytest.raises(Misnamed):
        named(fields, today=TODAY)


@pytest.mark.parametrize(
    ("fields", "is_one"),
    [
        ({}, False),
        ({"deed-place": "24062", "deed-number": "3"}, False),
        ({"deed-place": "24062", "deed-year": "1910"}, False),
        ({"deed-place": "24062", "deed-year": "1910", "deed-name": "Jan"}, False),
        ({"deed-place": "24062", "deed-year": "1910", "deed-number": "3"}, True),
        ({"deed-place": "24062", "deed-year": "1910", "deed-name": "Jan", "deed-date": "1/1/1910"}, True),
    ],
)
def test_one_deed_is_named_by_place_year_and_number_or_person(fields: dict[str, str], is_one: bool):
    assert named(fields, today=TODAY).is_one is is_one
