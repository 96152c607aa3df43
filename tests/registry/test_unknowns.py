"""A register's words for unknown are no names and no places."""

from dataclasses import replace

import pytest

from services.registry.consistency import check_words
from services.registry.contradictions import Contradiction, Inconsistent
from services.registry.domain import Dossier, Place
from services.registry.sources.population.mapping import dossier_document, dossier_of
from services.registry.sources.population.unknowns import says_unknown
from tests.registry.fakes import HOME, a_dossier, a_register
from tests.registry.test_registers import ask

WORDS = (
    "Onbekend",
    "ONBEKEND",
    "ongekend",
    "niet gekend",
    "(plaats onbekend)",
    "Onbekende plaats",
    "INCONNU",
    "inconnue",
    "Lieu inconnu",
    "Prénom inconnu",
    "Unbekannt",
    "Geburtsort unbekannt",
    "Unknown",
    "N.N.",
    "NN",
    "n. n.",
    "FNU",
    "XXX",
)
PLACES = ("Leuven", "Nil-Saint-Vincent", "Plaats", "Lieu", "Ort", "Onbekende Soldaat", "Aarschot (onbekend)", "X", "")


@pytest.mark.parametrize("text", WORDS)
def test_a_word_for_unknown_is_known_as_one(text: str):
    assert says_unknown(text)


@pytest.mark.parametrize("text", PLACES)
def test_what_is_more_than_such_a_word_stands(text: str):
    assert not says_unknown(text)


def read(dossier: Dossier) -> Dossier:
    return dossier_of(dossier_document(dossier))


@pytest.mark.parametrize("text", WORDS)
def test_such_a_word_is_left_out(text: str):
    dossier = read(
        a_dossier(first_names=(text, "Voornaam"), birth_place=Place(names={"nl": text, "fr": "Léopoldville"}))
    )

    assert dossier.first_names == ("Voornaam",)
    assert dossier.birth_place == Place(names={"fr": "Léopoldville"})


@pytest.mark.parametrize("text", WORDS)
def test_a_last_name_or_a_street_is_then_missing(text: str):
    dossier = read(a_dossier(last_name=text))

    with pytest.raises(Inconsistent, match=Contradiction.NAME_MISSING):
        check_words(dossier)
    stay = a_dossier().stays[-1]
    elsewhere = replace(stay, address=replace(HOME, street={"nl": text}))
    assert read(a_dossier(stays=(elsewhere,))).stays[-1].address.street == {}


def test_a_birth_in_an_unknown_place_is_told_by_its_country():
    dossier = read(a_dossier(birth_place=Place(names={"und": "Inconnu"}), birth_country="BE"))
    facts = ask(a_register(dossier), "life").facts

    assert facts is not None
    assert (facts.parts["identity"].birth_place, facts.parts["identity"].birth_country) == (None, "BE")
