"""How the catalogue is laid out: groups, their order, and what only a desk gives."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.contracts import catalogue_files as module
from services.contracts.catalogue import products, read_product
from services.contracts.groups import at_desk, groups, in_groups, situations
from services.contracts.naming import LANGUAGES
from services.contracts.rooms import files
from services.contracts.schema import Unreadable

Lay = Callable[[str, str], None]
WORDS = "".join(f"  {language}: Tuin\n" for language in LANGUAGES)


@pytest.fixture
def lay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lay]:
    """Lays a file beside ours."""

    def put(name: str, text: str) -> None:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")

    def found(room: str, pattern: str) -> list[Path]:
        return [*files(room, pattern), *sorted((tmp_path / room.rpartition("/")[2]).glob(pattern))]

    monkeypatch.setattr(module, "files", found)
    for read in (groups, at_desk, situations):
        read.cache_clear()
    yield put
    for read in (groups, at_desk, situations):
        read.cache_clear()


def the_life_file() -> str:
    (file,) = files("catalogue", "life.yaml")
    return file.read_text(encoding="utf-8")


def test_groups_come_in_their_order():
    assert list(groups()) == ["living", "identity", "life-events", "criminal-record", "abroad"]


def test_every_product_is_in_one_group_and_stands_there_by_its_title():
    for language in LANGUAGES:
        laid_out = in_groups(products().values(), language)
        listed = [product.id for _, found in laid_out for product in found]

        assert sorted(listed) == sorted(products())
        for _, found in laid_out:
            titles = [product.title(language).casefold() for product in found]
            assert titles == sorted(titles)


def test_a_group_of_which_a_town_offers_nothing_is_left_out():
    laid_out = in_groups([products()["life"]], "en")

    assert [(group.id, [each.id for each in found]) for group, found in laid_out] == [("identity", ["life"])]


@pytest.mark.parametrize(
    ("group", "told"),
    [("", "group: is missing; write a text"), ("group: garden\n", "unknown: garden; choose from living, identity")],
)
def test_a_product_without_a_group_that_there_is_cannot_be_read(group: str, told: str):
    with pytest.raises(Unreadable, match=told):
        read_product("life.yaml", the_life_file().replace("group: identity\n", group))


def test_a_deployment_adds_its_own(lay: Lay):
    lay("groups/garden.yaml", f"order: 25\ntitles:\n{WORDS}")

    assert list(groups())[:3] == ["living", "identity", "garden"]


def test_what_only_a_desk_gives_is_named_in_four_languages():
    assert list(at_desk())[:4] == ["identity-card", "passport", "driving-licence", "change-of-address"]
    for each in at_desk().values():
        assert set(each.titles) == set(each.explanations) == set(LANGUAGES)
        assert each.id not in products()


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (
            "groups/garden.yaml",
            "order: 25\ntitles: {nl: Tuin}\n",
            "groups/garden.yaml: titles.fr: its text in fr is missing",
        ),
        ("groups/garden.yaml", f"order: first\ntitles:\n{WORDS}", "groups/garden.yaml: order: write a whole number"),
        ("groups/garden.yaml", f"id: garden\norder: 1\ntitles:\n{WORDS}", "the file's name alone says it"),
        ("groups/garden.yaml", "- a list\n", "is empty, or a list"),
        ("groups/living.yaml", f"order: 25\ntitles:\n{WORDS}", "there is another file of this name"),
        ("at-desk/garden.yaml", f"order: 25\ntitles:\n{WORDS}", "explanations: is missing; write names"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_its_mend(lay: Lay, name: str, text: str, told: str):
    lay(name, text)

    read = at_desk if name.startswith("at-desk") else groups

    with pytest.raises(Unreadable, match=told):
        read()


def test_situations_come_in_their_order_with_one_line_in_each_language():
    assert list(situations())[:3] == ["moving", "marrying", "living-together"]
    for each in situations().values():
        assert set(each.titles) == set(each.explanations) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("rest", "told"),
    [
        ("", "products: is missing"),
        ("products: []\n", "products: at least one, or one in `at_desk`"),
        ("products: [life, life]\n", "products: each once"),
        ("products: [life]\nat_desk: [passport, passport]\n", "at_desk: each once"),
    ],
)
def test_a_situation_that_cannot_be_used_is_named(lay: Lay, rest: str, told: str):
    lay("situations/garden.yaml", f"order: 5\ntitles:\n{WORDS}explanations:\n{WORDS}{rest}")

    with pytest.raises(Unreadable, match=told):
        situations()


def test_an_explanation_of_a_situation_is_one_line(lay: Lay):
    long = WORDS.replace("nl: Tuin", f"nl: {'Tuin ' * 100}")
    lay("situations/garden.yaml", f"order: 5\ntitles:\n{WORDS}explanations:\n{long}products: [life]\n")

    with pytest.raises(Unreadable, match=r"explanations\.nl: at most 300 characters"):
        situations()
