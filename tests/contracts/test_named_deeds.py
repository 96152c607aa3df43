"""How a citizen names a deed that is not by its person alone, and what is told where no deed is named."""

from datetime import date

import pytest

from services.contracts.named_deeds import Misnamed, Named, named, wrongly_named

TODAY = date(2026, 6, 1)
PUBLIC = {"deed-of": "public", "deed-place": "Leuven", "deed-year": "1910"}


@pytest.mark.parametrize(
    ("place", "refnis"), [("24062", "24062"), ("Leuven", "24062"), (" LOUVAIN ", "24062"), ("Löwen", "24062")]
)
def test_a_municipality_is_named_by_its_code_or_in_any_language(place: str, refnis: str):
    assert named({"deed-place": place}, today=TODAY) == Named(place=refnis)


@pytest.mark.parametrize("text", ["3/4/1921", "03.04.1921", "3-4-1921", "03-04-1921", "1921-04-03", " 3/4/1921 "])
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
        {"deed-date": "foo-1921-04-03"},
        {"deed-date": "1921-04-03-foo"},
        {"deed-date": "3/4/foo/1921"},
        {"deed-date": "1921-04"},
        {"deed-date": "today"},
        {"deed-date": "3/4"},
        {"deed-date": "2030-01-01"},
        {"deed-date": "gisteren"},
        {"deed-date": f"1/1/{'9' * 400}"},
        {"deed-name": "\u200b"},
        {"deed-name": "%%%"},
        {"deed-number": "--"},
    ],
)
def test_what_names_no_place_year_number_person_or_day_is_told(fields: dict[str, str]):
    with pytest.raises(Misnamed) as wrong:
        named(fields, today=TODAY)

    assert list(wrong.value.problems) == list(fields)


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


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (PUBLIC | {"deed-number": "3"}, {}),
        (PUBLIC | {"deed-name": "Jan", "deed-date": "1/1/1910"}, {}),
        ({"deed-of": "person"}, {}),
        ({"deed-of": "person", "deed-year": "1910"}, {}),
        ({"deed-of": "person", "deed-date": "30/2/1910"}, {"deed-date": "not-a-day"}),
        (PUBLIC, {"deed-number": "number-or-person"}),
        (PUBLIC | {"deed-name": "Jan"}, {"deed-date": "required"}),
        (PUBLIC | {"deed-date": "1/1/1910"}, {"deed-name": "required"}),
        (PUBLIC | {"deed-number": "3", "deed-place": " "}, {"deed-place": "required"}),
        (
            {"deed-of": "public"},
            {"deed-place": "required", "deed-year": "required", "deed-number": "number-or-person"},
        ),
        (
            {"deed-of": "public", "deed-place": "X", "deed-year": "9999", "deed-number": "3", "deed-date": "30/2/1900"},
            {"deed-place": "not-a-municipality", "deed-year": "not-a-number", "deed-date": "not-a-day"},
        ),
    ],
)
def test_who_asks_for_an_old_deed_is_told_all_that_is_wrong_with_its_name(fields: dict[str, str], told: dict[str, str]):
    assert {asked: each.slug for asked, each in wrongly_named(fields, today=TODAY).items()} == told
