"""The product files: complete in every language, and nothing a reader could trip over."""

import re
from importlib import resources

import pytest

from services.contracts.catalogue import products, read_product
from services.contracts.laws import read_law
from services.contracts.naming import LANGUAGES
from services.contracts.schema import Unreadable

IDS = ("household-composition", "life", "residence")
TEXT = (resources.files("services.catalogue") / "life.yaml").read_text(encoding="utf-8")


def test_the_catalogue_has_these_products():
    assert tuple(products()) == IDS


@pytest.mark.parametrize("id", IDS)
def test_a_product_asks_for_no_more_facts_than_it_prints(id: str):
    facts = {
        "household-composition": ("identity", "household"),
        "residence": ("identity", "residence"),
        "life": ("identity", "life"),
    }

    assert products()[id].facts == facts[id]


@pytest.mark.parametrize("id", IDS)
def test_every_text_is_a_whole_sentence_or_a_title(id: str):
    product = products()[id]

    for text in (*product.explanations.values(), *map(product.legal_basis, LANGUAGES)):
        assert text == text.strip()
        assert text.endswith(".")
        assert "  " not in text
    for title in product.titles.values():
        assert not title.endswith(".")


@pytest.mark.parametrize("id", IDS)
@pytest.mark.parametrize(
    ("registers", "decrees"),
    [
        (("population",), {"1992"}),
        (("foreigners",), {"1992"}),
        (("waiting",), set()),
        (("waiting-eu",), set()),
        (("population", "waiting"), {"1992"}),
    ],
)
def test_the_legal_basis_follows_the_registers(id: str, registers: tuple[str, ...], decrees: set[str]):
    """The decree of 16 July 1992 is about the population registers and that of foreigners alone."""
    for language in LANGUAGES:
        text = products()[id].legal_basis(language, registers)
        assert set(re.findall(r"\b(?:19|20)\d\d\b", text)) == {"1991"} | decrees


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("[waiting, waiting-eu]", "[waiting, population]", "decrees"),
        ("[waiting, waiting-eu]", "[waiting, guests]", "decrees"),
        ("  nl: >-\n    Wet", "  xx: >-\n    Wet", "statute"),
        ('fr: "pour le registre', 'xx: "pour le registre', "decrees.1"),
    ],
)
def test_a_law_with_a_mistake_is_named_with_its_place(old: str, new: str, path: str):
    text = (resources.files("services.catalogue") / "laws" / "population-registers.yaml").read_text(encoding="utf-8")
    assert old in text

    with pytest.raises(Unreadable) as found:
        read_law("population-registers.yaml", text.replace(old, new))

    assert path in found.value.problems


def test_whoever_asks_who_lives_together_says_what_for_and_may_say_something_else():
    (purpose,) = products()["household-composition"].fields

    assert (purpose.name, purpose.kind, purpose.required) == ("purpose", "choice", True)
    assert purpose.options[-1].value == "other"
    assert not products()["residence"].fields
    assert not products()["life"].fields


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("id: life", "id: lives", "id"),
        ("  de: Lebensbescheinigung\n", "", "titles"),
        ("[identity, life]", "[identity, income]", "facts"),
        ("template: life", "template: life\nprise: 4", "prise"),
        ("law: population-registers", "law: of-the-jungle", "law"),
        ("[self, parent]", "[anyone]", "capacities"),
        ("request_days: 365", "request_days: 0", "retention.request_days"),
        ("document_days: 365", "document_days: 36526", "retention.document_days"),
        ("document_days: 365", "document_days: 30", "retention.document_days"),
    ],
)
def test_a_file_with_a_mistake_is_named_with_its_place(old: str, new: str, path: str):
    assert old in TEXT

    with pytest.raises(Unreadable) as found:
        read_product("life.yaml", TEXT.replace(old, new))

    assert path in found.value.problems
