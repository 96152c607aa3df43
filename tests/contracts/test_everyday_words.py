"""Everyday words: complete in every language, bounded, and compared as people type them."""

import pytest

from services.contracts.catalogue import products
from services.contracts.everyday_words import LONGEST_PHRASE, MOST_PHRASES, everyday_words, read_words, words_in
from services.contracts.groups import at_desk
from services.contracts.schema import Unreadable


def written(nl: str) -> str:
    return f"nl: [{nl}]\nfr: [jardin]\nde: [Garten]\nen: [garden]\n"


def test_everything_has_words() -> None:
    assert set(everyday_words()) == {*products(), *at_desk()}


def test_with_care_is_said_of_what_hurts() -> None:
    assert [id for id, words in everyday_words().items() if words.with_care] == ["lifeless-child-deed"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("L’état CIVIL", ("l", "etat", "civil")),
        ("Führungszeugnis, Straße", ("fuhrungszeugnis", "strasse")),
        ("bonne vie et mœurs", ("bonne", "vie", "et", "moeurs")),
        ("model 596.2", ("model", "596", "2")),
        ("kids-ID_kaart", ("kids", "id", "kaart")),
        ("e\u0301cole", ("ecole",)),
        ("\\ \ud800 — !", ()),
    ],
)
def test_words_are_compared_without_case_accents_and_signs(text: str, words: tuple[str, ...]) -> None:
    assert words_in(text) == words


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nl: [tuin]\nfr: [jardin]\nde: [Garten]\n", "en: is missing"),
        (written("") + "it: [giardino]\n", "it: no such field here"),
        (written(""), f"nl: 1 to {MOST_PHRASES} phrases, and it has 0"),
        (written(", ".join(f"tuin {each}" for each in range(MOST_PHRASES + 1))), f"1 to {MOST_PHRASES} phrases"),
        (written("t" * (LONGEST_PHRASE + 1)), f"at most {LONGEST_PHRASE} characters"),
        (written("tuin, één, een"), r"nl\[2\]: is found as well by `één`; leave out one"),
        (written("'!'"), r"nl\[0\]: no letter and no figure in it; write a word"),
        (written('"tuin\\n"'), r"nl\[0\]: a control character"),
    ],
    ids=["language-missing", "language-unknown", "none", "too-many", "too-long", "double", "signs", "line-break"],
)
def test_what_cannot_be_used_is_named_with_its_mend(text: str, told: str) -> None:
    with pytest.raises(Unreadable, match=told):
        read_words("words/garden.yaml", text)
