"""The way to a country, by its rule: the whole table, and what is wrong with one."""

from importlib import resources
from typing import Any

import pytest
import yaml

from services.contracts.abroad import Lead, Way, language_of_form, lead, read_ways, ways
from services.contracts.catalogue import products
from services.contracts.destinations import destinations, read_destinations, subjects
from services.contracts.forms import forms, languages
from services.contracts.naming import LANGUAGES
from services.contracts.schema import Unreadable

CATALOGUE = resources.files("services.catalogue")
OURS = yaml.safe_load((CATALOGUE / "abroad" / "countries.yaml").read_text(encoding="utf-8"))


def way(country: str, product: str, language: str = "nl") -> Lead:
    return lead(country, product=products()[product], language=language, offered=products().values())


@pytest.mark.parametrize(
    ("country", "product", "language", "told"),
    [
        ("BE", "life", "nl", "nothing"),
        ("BE", "life-abroad", "fr", "nothing"),
        ("NL", "life", "nl", "as-it-is"),
        ("FR", "life-abroad", "fr", "as-it-is"),
        ("LU", "residence", "de", "as-it-is"),
        ("RE", "residence", "fr", "as-it-is"),
        ("EE", "life", "nl", "at-the-counter"),
        ("DE", "marriage-deed", "nl", "at-the-counter"),
        ("DE", "marriage-deed", "de", "as-it-is"),
        ("DE", "nationality", "nl", "translation"),
        ("DE", "divorce-deed", "nl", "translation"),
        ("FR", "household-composition", "nl", "treaty"),
        ("ES", "household-composition", "nl", "apostille"),
        ("US", "life", "nl", "apostille"),
        ("TN", "birth-deed-extract", "nl", "apostille"),
        ("CD", "birth-deed-extract", "nl", "legalisation"),
    ],
)
def test_a_country_takes_a_document_by_its_own_rule(country: str, product: str, language: str, told: str):
    assert way(country, product, language) == Lead(way=Way(told))


@pytest.mark.parametrize(
    ("country", "product", "form", "spoken"),
    [
        ("GR", "life", "life-abroad", ("el",)),
        ("CY", "residence-history", "residence-abroad", ("el",)),
        ("LU", "birth-deed-copy", "birth-abroad", ("fr", "de")),
        ("IE", "life-abroad", "life-abroad", ("en",)),
        ("MT", "life", "life-abroad", ("en",)),
        ("FI", "life", "life-abroad", ("fi", "sv")),
    ],
)
def test_a_form_leads_to_the_product_that_gives_it(country: str, product: str, form: str, spoken: tuple[str, ...]):
    assert way(country, product) == Lead(way=Way.FORM, product=form, languages=spoken)


@pytest.mark.parametrize("product", ["birth-deed-extract", "birth-deed-copy", "birth-abroad"])
def test_a_deed_may_be_in_another_language_than_the_town_that_asks_for_it(product: str):
    assert way("DE", product, "de") == Lead(way=Way.FORM, product="birth-abroad", languages=("de",))


def test_a_town_that_does_not_give_the_form_names_the_counter():
    kept = [product for product in products().values() if product.id != "life-abroad"]

    assert lead("GR", product=products()["life"], language="nl", offered=kept).way is Way.AT_THE_COUNTER


def test_every_country_has_a_way_and_every_way_its_words():
    found = {way(country, id).way for country in destinations().codes for id in products()}

    assert found == set(Way)
    assert all(set(told.titles) == set(told.explanations) == set(LANGUAGES) for told in ways().values())


def test_a_form_is_in_the_one_language_of_the_country_or_in_the_one_that_was_chosen():
    assert language_of_form({"destination": "GR"}) == "el"
    assert language_of_form({"destination": "FI", "destination-language": "sv"}) == "sv"
    assert language_of_form({"destination": "IE"}) == "en"
    for unclear in ("FI", "US", "ZZ", ""):
        assert language_of_form({"destination": unclear}) is None
    assert language_of_form({"destination": "GR", "destination-language": "sv"}) is None


def test_ten_languages_and_more_can_be_printed_and_each_form_is_of_its_annex():
    assert len(languages()) >= 10
    assert {form.id: form.annex for form in forms().values()} == {"birth": "I", "alive": "II", "domicile": "X"}
    assert {subjects()[id] for id in forms()} == {form.annex for form in forms().values()}


@pytest.mark.parametrize(
    ("change", "path", "told"),
    [
        ({"legalisation": OURS["legalisation"][1:]}, "", "AE: in none of the lists"),
        ({"legalisation": [*OURS["legalisation"], "CH"]}, "", "CH: in more than one list"),
        ({"legalisation": [*OURS["legalisation"], "SU"]}, "", "SU: no country of today"),
        ({"home": ["CH"]}, "home", "CH: no member"),
        ({"parts": OURS["parts"] | {"AX": "CH"}}, "parts", "CH: no member"),
        ({"union": OURS["union"] | {"GR": []}}, "union", "GR: no language"),
    ],
)
def test_a_mistake_in_the_countries_is_named(change: dict[str, Any], path: str, told: str):
    with pytest.raises(Unreadable) as found:
        read_destinations("countries.yaml", yaml.safe_dump(OURS | change).encode())

    assert told in found.value.problems[path]


def test_a_way_without_a_word_is_named():
    text = (CATALOGUE / "abroad" / "ways.yaml").read_text(encoding="utf-8")

    for broken, path in ((text.replace("    de: Eine Apostille\n", ""), "apostille.titles.de"), ("form: {}", "")):
        with pytest.raises(Unreadable) as found:
            read_ways("ways.yaml", broken.encode())
        assert path in found.value.problems
