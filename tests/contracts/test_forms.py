"""Forms as data: a further one, and a further language, is a file."""

from importlib import resources
from pathlib import Path

import pytest

from services.contracts.forms import Entry, forms, languages, read_form, read_words, words
from services.contracts.schema import Unreadable

FOLDER = resources.files("services.catalogue") / "forms"
NEEDED = frozenset(word for form in forms().values() for word in form.words)
BIRTH = (FOLDER / "birth.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", languages())
def test_a_language_says_all_in_its_own_words(language: str):
    """Of what is a sentence, none is another language's."""
    said, others = words()[language], [words()[other] for other in languages() if other != language]

    assert set(said) == NEEDED
    for word in ("notice", "note", "basis", "title", "document", "is-alive", "official", "by-population-register"):
        assert said[word] not in [other[word] for other in others]


def test_a_further_language_is_one_file():
    text = (FOLDER / "words" / "en.yaml").read_text(encoding="utf-8")

    assert read_words("et.yaml", text.encode(), needed=NEEDED) == words()["en"]


@pytest.mark.parametrize("word", ["surname: ", "seal: "])
def test_a_language_that_lacks_a_word_cannot_be_read(word: str):
    text = (FOLDER / "words" / "el.yaml").read_text(encoding="utf-8")
    assert f"\n{word}" in text

    with pytest.raises(Unreadable) as found:
        read_words("el.yaml", text.replace(f"\n{word}", f"\nno-{word}").encode(), needed=NEEDED)

    assert found.value.problems == {word.removesuffix(": "): "is missing, or blank"}


def test_a_further_form_is_one_file():
    form = read_form("death.yaml", BIRTH.replace("id: birth", "id: death").replace("annex: I", "annex: III").encode())

    assert (form.id, form.annex) == ("death", "III")
    assert ("identity", "surname") in set(form.values)


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("id: birth", "id: births", "id"),
        ('code: "4.2"', 'code: "4.1"', "entries"),
        ("document.authority", "document.mood", "entries"),
        ("value: identity.sex, equal: F", "equal: F", "entries.4.5.1"),
        ("annex: I", "annexe: I", "annexe"),
    ],
)
def test_a_mistake_in_a_form_is_named(old: str, new: str, path: str):
    assert old in BIRTH

    with pytest.raises(Unreadable) as found:
        read_form("birth.yaml", BIRTH.replace(old, new, 1).encode())

    assert path in found.value.problems


def test_a_box_is_told_from_a_heading():
    assert Entry(code="1", word="a", ticked=False).is_box
    assert Entry(code="1", word="a", value="identity.sex", equal="F").is_box
    assert not Entry(code="1", word="a").is_box


def test_a_form_of_a_deployment_does_not_stand_for_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    name = next(iter(forms()))
    own = tmp_path / "catalogue" / "forms"
    own.mkdir(parents=True)
    monkeypatch.setattr("services.contracts.rooms.extensions", lambda: tmp_path)

    (own / f"{name}.yaml").write_text("title: another")
    with pytest.raises(Unreadable, match="another file of this name"):
        forms.__wrapped__()
    (own / f"{name}.yaml").unlink()
    (own / "own.yaml").write_bytes(b"title: \xff")
    with pytest.raises(Unreadable, match="not UTF-8"):
        forms.__wrapped__()
