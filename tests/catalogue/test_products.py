"""The product files: complete in every language, and nothing a reader could trip over."""

from importlib import resources

import pytest

from services.contracts.catalogue import products, read_product
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

    for text in (*product.explanations.values(), *product.legal_basis.values()):
        assert text == text.strip()
        assert text.endswith(".")
        assert "  " not in text
    for title in product.titles.values():
        assert not title.endswith(".")


@pytest.mark.parametrize("id", IDS)
def test_every_legal_basis_names_law_and_decree(id: str):
    for text in products()[id].legal_basis.values():
        assert "1991" in text
        assert "1992" in text


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
