"""What a town is called as an authority, and how sentences speak of it."""

import re
from typing import Any

import pytest

from services.contracts.designations import designation, is_city
from services.contracts.municipalities import AS_OF, municipalities
from services.contracts.naming import LANGUAGES
from services.contracts.translations import catalogue, sentences, translations
from tests.documents.examples import a_town

PACKAGES = ("gateway", "services.documents", "services.notify")
KINDS = {
    "nl": ("gemeente", "stad"),
    "fr": ("commune", "ville"),
    "de": ("Gemeinde", "Stadt"),
    "en": ("municipality", "city"),
}


@pytest.mark.parametrize(
    ("name", "language", "city", "called"),
    [
        ("Aarschot", "nl", True, "Stad Aarschot"),
        ("Aarschot", "fr", True, "Ville d’Aarschot"),
        ("Aarschot", "de", True, "Stadt Aarschot"),
        ("Aarschot", "en", True, "City of Aarschot"),
        ("Etterbeek", "nl", False, "Gemeente Etterbeek"),
        ("Etterbeek", "fr", False, "Commune d’Etterbeek"),
        ("Kelmis", "de", False, "Gemeinde Kelmis"),
        ("Etterbeek", "en", False, "Municipality of Etterbeek"),
        ("Huy", "fr", True, "Ville de Huy"),
        ("Écaussinnes", "fr", False, "Commune d’Écaussinnes"),
        ("Yvoir", "fr", False, "Commune d’Yvoir"),
        ("Le Roeulx", "fr", True, "Ville du Roeulx"),
        ("La Louvière", "fr", True, "Ville de La Louvière"),
        ("Les Bons Villers", "fr", False, "Commune des Bons Villers"),
        ("Staden", "nl", False, "Gemeente Staden"),
        ("Stad Leuven", "nl", True, "Stad Leuven"),
        ("De Stad Gent", "nl", True, "De Stad Gent"),
        ("Het Stadsbestuur van Gent", "nl", True, "Het Stadsbestuur van Gent"),
        ("Lokaal bestuur Kapellen", "nl", False, "Lokaal bestuur Kapellen"),
        ("La Ville de Huy", "fr", True, "La Ville de Huy"),
        ("L’Administration communale d’Yvoir", "fr", False, "L’Administration communale d’Yvoir"),
        ("L'administration communale d'Yvoir", "fr", False, "L'administration communale d'Yvoir"),
        ("Stadtgemeinde Eupen", "de", True, "Stadtgemeinde Eupen"),
        ("Die Stadt Eupen", "de", True, "Die Stadt Eupen"),
        ("The City of Brussels", "en", True, "The City of Brussels"),
        ("De Panne", "nl", False, "Gemeente De Panne"),
        ("Het Gemeentekasteel", "nl", False, "Gemeente Het Gemeentekasteel"),
        ("La Bruyère", "fr", False, "Commune de La Bruyère"),
        ("L’Escaillère", "fr", False, "Commune de L’Escaillère"),
        ("Commune d’Hensies", "fr", False, "Commune d’Hensies"),
        ("Gemeente Elsene / Commune d’Ixelles", "en", False, "Gemeente Elsene / Commune d’Ixelles"),
        ("", "nl", False, ""),
    ],
)
def test_a_town_is_called_by_its_title(name: str, language: str, city: bool, called: str) -> None:
    assert designation(name, language, city=city) == called


@pytest.mark.parametrize(
    ("refnis", "city"),
    [
        ("24001", True),
        ("63023", True),
        ("21004", True),
        ("71072", True),
        ("25105", True),
        ("81004", True),
        ("84077", True),
        ("92137", True),
        ("21005", False),
        ("36019", False),
    ],
)
def test_the_law_says_who_is_a_city(refnis: str, city: bool) -> None:
    assert is_city(refnis) is city


def test_only_municipalities_of_today_are_called_cities() -> None:
    cities = [each for each in municipalities().values() if is_city(each.refnis)]

    assert len(cities) == 137
    assert all(each.exists_on(AS_OF) for each in cities)


@pytest.mark.parametrize(("said", "is_one"), [(None, False), (True, True), (False, False)])
def test_a_town_whose_title_the_table_does_not_know_says_so(said: bool | None, is_one: bool) -> None:
    assert a_town(refnis="21005", city=said).is_city is is_one
    assert a_town(refnis="24001", city=False).is_city is False


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("package", PACKAGES)
def test_a_sentence_speaks_of_a_city_as_one_and_of_other_towns_as_what_they_are(package: str, language: str) -> None:
    municipality, city = KINDS[language]
    here = re.compile(r"(?i)\b(the|this|our) town\b(?! where)")

    said = {str(each.id): str(each.string) for each in catalogue(package, language) if each.id}
    of_city, of_municipality = (sentences(package, language, city=each) for each in (True, False))

    for msgid, text in said.items():
        plain = text.replace(of_municipality[msgid], "")
        assert bool(here.search(msgid)) <= ("[" in text), f"{msgid}: write [{municipality}|{city}]"
        assert of_city[msgid].count("[") == of_municipality[msgid].count("[") == 0, plain
        assert ("|" in text) == (of_city[msgid] != of_municipality[msgid])
        for municipal, urban in re.findall(r"\[([^|]*)\|([^]]*)\]", text):
            words = (municipal.lower(), urban.lower())
            assert all(each.startswith(kind.lower()) for each, kind in zip(words, KINDS[language], strict=True)), text


@pytest.mark.parametrize(
    ("language", "of_city", "of_municipality"),
    [
        ("nl", "De stad biedt dit product niet aan.", "De gemeente biedt dit product niet aan."),
        ("fr", "La ville ne propose pas ce produit.", "La commune ne propose pas ce produit."),
        ("de", "Die Stadt bietet dieses Produkt nicht an.", "Die Gemeinde bietet dieses Produkt nicht an."),
        ("en", "The city does not offer this product.", "The municipality does not offer this product."),
    ],
)
def test_each_kind_has_its_word(language: str, of_city: str, of_municipality: str) -> None:
    said: dict[bool, Any] = {city: translations("gateway", language, city=city) for city in (True, False)}

    assert said[True].gettext("The town does not offer this product.") == of_city
    assert said[False].gettext("The town does not offer this product.") == of_municipality
