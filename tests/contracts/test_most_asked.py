"""Which products come first."""

from pathlib import Path

import pytest

from services.contracts import most_asked as module
from services.contracts.catalogue import products
from services.contracts.groups import in_groups
from services.contracts.most_asked import by_demand, most_asked
from services.contracts.schema import Unreadable


def test_every_product_of_ours_has_its_place() -> None:
    assert sorted(most_asked()) == sorted(products())


def test_the_most_asked_come_first_over_all_and_in_a_group() -> None:
    (living,) = [found for group, found in in_groups(products().values(), "nl") if group.id == "living"]

    assert [each.id for each in by_demand(products().values())] == list(most_asked())
    assert [each.id for each in by_demand(living)][:2] == ["household-composition", "residence"]


def test_a_product_of_which_nothing_is_said_comes_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment's own order stands for ours."""
    own = tmp_path / "products.yaml"
    own.write_text("source: counted\nproducts: [voter]\n", encoding="utf-8")
    monkeypatch.setattr(module, "files", lambda room, pattern: [own])
    most_asked.cache_clear()

    first = [each.id for each in by_demand(products().values())]
    most_asked.cache_clear()

    assert first == ["voter", *(id for id in sorted(products()) if id != "voter")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("products: [voter]\n", "source: is missing"),
        ("source: counted\nproducts: [voter, voter]\n", "products: each once"),
    ],
)
def test_an_order_that_cannot_be_used_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, told: str
) -> None:
    (tmp_path / "products.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(module, "files", lambda room, pattern: [tmp_path / "products.yaml"])
    most_asked.cache_clear()

    with pytest.raises(Unreadable, match=told):
        most_asked()
