"""What keeps people from finding what the catalogue has is named with its mend."""

from dataclasses import replace
from typing import Any

import pytest

from deploy.operator import finding_lint
from deploy.operator.finding_lint import unfindable
from gateway.counter.small_words import SMALL_WORDS
from services.contracts.catalogue import products
from services.contracts.everyday_words import everyday_words, words_in
from services.contracts.groups import situations


def faults(monkeypatch: pytest.MonkeyPatch, **changed: Any) -> list[tuple[str, str, str]]:
    for name, value in changed.items():
        monkeypatch.setattr(finding_lint, name, lambda value=value: value)
    return list(unfindable(products()))


def test_ours_has_no_fault() -> None:
    assert list(unfindable(products())) == []


def test_small_words_are_written_as_they_are_compared() -> None:
    assert {word for word in SMALL_WORDS if words_in(word) != (word,)} == set()


@pytest.mark.parametrize(
    ("phrase", "told"),
    [
        ("STRAFBLAD", "`STRAFBLAD` is said of criminal-record-595 as well; take it out of one"),
        ("Kiezersattest", "`Kiezersattest` is said of voter as well"),
        ("wie ben ik", "tells how somebody asks, and not for what; add the word for that"),
    ],
    ids=["words-of-another", "title-of-another", "small-words"],
)
def test_a_phrase_that_leads_nowhere_is_named(monkeypatch: pytest.MonkeyPatch, phrase: str, told: str) -> None:
    words = everyday_words()
    changed = {**words, "residence": replace(words["residence"], nl=("woonst", phrase))}

    ((file, place, mend),) = faults(monkeypatch, everyday_words=dict(sorted(changed.items())))

    assert (file, place) == ("words/residence.yaml", "nl[1]")
    assert told in mend


def test_words_for_what_there_is_not_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    words = {**everyday_words(), "pasport": everyday_words()["passport"]}

    ((file, _, mend),) = faults(monkeypatch, everyday_words=words)

    assert (file, mend) == ("words/pasport.yaml", "nothing in the catalogue is called pasport; was passport meant?")


def test_what_a_situation_or_the_order_names_and_there_is_not_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    moving = replace(situations()["moving"], products=("residense",), at_desk=("life",))

    found = faults(monkeypatch, situations={"moving": moving}, most_asked=("votre",))

    assert [(file, place) for file, place, _ in found] == [
        ("situations/moving.yaml", "products"),
        ("situations/moving.yaml", "at_desk"),
        ("most-asked/products.yaml", "products"),
    ]
    assert found[0][2] == "unknown: residense; was residence meant?"
