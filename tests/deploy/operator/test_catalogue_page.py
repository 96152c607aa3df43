"""The page of all products is what the command makes, and says what the product files say."""

import re
from collections.abc import Callable
from dataclasses import MISSING, fields, replace
from pathlib import Path

import pytest
from click.testing import CliRunner

import services.catalogue
from deploy.operator.catalogue_page import PAGE, PICTURES, Made, make
from deploy.operator.commands.catalogue import catalogue
from services.contracts import catalogue as files
from services.contracts import gates
from services.contracts.abroad import Way
from services.contracts.catalogue import products
from services.contracts.department_events import DepartmentEvent
from services.contracts.destinations import Destinations
from services.contracts.everyday_words import EverydayWords
from services.contracts.groups import AtDesk, Group, Situation
from services.contracts.laws import Decree, Law
from services.contracts.most_asked import _Order
from services.contracts.naming import LANGUAGES
from services.contracts.product import Field, Option, Product, Retention
from services.contracts.product_files import Plan

HERE = Path(services.catalogue.__path__[0])
MOST_BYTES = 1_000_000
"""Of all pictures together: they are committed, and drawn anew whenever a paper changes."""


@pytest.fixture(scope="module")
def made() -> Made:
    """Without pictures."""
    return make(products(), draw=False)


@pytest.fixture(scope="module")
def of_life() -> Made:
    return make({"life": products()["life"]})


def test_page_and_pictures_are_what_the_command_makes(made: Made):
    """Where this fails: `make catalogue`, and look at what changed."""
    assert made.outdated(HERE) == []


def test_every_product_has_a_picture_and_they_are_small(made: Made):
    assert set(made.said) == {f"{product}.png" for product in products()}
    assert "No picture" not in made.text
    assert sum(file.stat().st_size for file in (HERE / PICTURES).iterdir()) < MOST_BYTES


def test_every_product_is_told_with_its_titles_in_four_languages(made: Made):
    for product in products().values():
        anchor = f'<a id="{product.id}"></a>'
        (told,) = re.findall(rf"{anchor}(.*?)(?=\n<a id=|\n## )", made.text, re.DOTALL)
        assert all(product.titles[language] in told for language in LANGUAGES)
        assert all(f"`{fact}`" in told for fact in product.facts)
        assert all(field.titles["en"] in told for field in product.fields)
        assert product.legal_basis("en").rstrip(".") in told


def test_every_field_of_a_product_file_is_explained_and_none_besides(made: Made):
    part = made.text.partition("## A product file")[2].partition("\n## ")[0]
    told = [
        name for names in re.findall(r"^\| (`.*?`) \|", part, re.MULTILINE) for name in re.findall(r"`(\w+)`", names)
    ]

    assert sorted(told) == sorted(field.metadata.get("data_key", field.name) for field in fields(Plan))


@pytest.mark.parametrize(
    ("folder", "kinds"),
    [
        ("questions", (Field,)),
        ("groups", (Group,)),
        ("at-desk", (AtDesk,)),
        ("situations", (Situation,)),
        ("words", (EverydayWords,)),
        ("most-asked", (_Order,)),
        ("laws", (Law, Decree)),
        ("retention", (Retention,)),
        ("confirmations", (gates._File,)),
        ("department-events", (DepartmentEvent,)),
        ("abroad", (Destinations,)),
    ],
)
def test_every_field_of_the_files_beside_is_explained_and_which_may_be_left_out(
    made: Made, folder: str, kinds: tuple[type, ...]
):
    (part,) = re.findall(rf"^### `{folder}/.*?\n(.*?)(?=^##)", made.text, re.MULTILINE | re.DOTALL)
    told = set(re.findall(r"\| (\*\*`\w+`\*\*|`\w+`) \|", part))

    its_own = [field for kind in kinds for field in fields(kind) if field.name != "id"]
    is_required = {field: field.default is field.default_factory is MISSING for field in its_own}
    assert told == {f"**`{it.name}`**" if needed else f"`{it.name}`" for it, needed in is_required.items()}


def test_every_folder_of_the_catalogue_is_explained(made: Made):
    """The forms have a page of their own."""
    there = {each.name for each in HERE.iterdir() if each.is_dir() and not each.name.startswith("_")}

    assert set(re.findall(r"^### `([\w-]+)/", made.text, re.MULTILINE)) == there - {PICTURES, "forms"}
    assert all(f"**`{field.name}`**" in made.text for field in fields(Option))
    assert all(f"`{way}`" in made.text for way in Way)


def test_links_lead_somewhere(made: Made):
    for link in re.findall(r"\]\(([^)#]+)\)", made.text):
        assert (HERE / link).exists(), link
    anchors = set(re.findall(r'<a id="([^"]+)"', made.text)) | {"only-at-the-counter"}
    assert set(re.findall(r"\]\(#([^)]+)\)", made.text)) == anchors


def test_the_same_is_made_each_time(of_life: Made):
    again = make({"life": products()["life"]})

    assert again == of_life
    assert again.pictures["life.png"].startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (lambda folder: (folder / PAGE).unlink(), [PAGE]),
        (lambda folder: (folder / PAGE).write_text("# Another", encoding="utf-8"), [PAGE]),
        (lambda folder: (folder / PICTURES / "life.png").unlink(), ["pictures/life.png"]),
        (lambda folder: (folder / PICTURES / "gone.png").write_bytes(b""), ["pictures/gone.png"]),
    ],
)
def test_what_is_not_up_to_date_is_named_and_written_anew(
    of_life: Made, tmp_path: Path, spoil: Callable[[Path], object], named: list[str]
):
    of_life.write(tmp_path)
    assert of_life.outdated(tmp_path) == []

    spoil(tmp_path)

    assert of_life.outdated(tmp_path) == named
    of_life.write(tmp_path)
    assert of_life.outdated(tmp_path) == []


def test_a_picture_of_other_words_is_not_up_to_date(of_life: Made, tmp_path: Path):
    """A title that was reworded: the paper says it, the picture does not yet."""
    of_life.write(tmp_path)
    life = products()["life"]
    reworded = make({"life": replace(life, titles={**life.titles, "nl": "Bewijs van leven"})}, draw=False)

    assert reworded.outdated(tmp_path) == [PAGE, "pictures/life.png"]


def test_a_product_that_nobody_of_the_demonstration_gets_has_no_picture_and_says_so():
    life = products()["life"]
    theirs = replace(life, id="garden", capacities=("spouse",))

    made = make({"garden": theirs}, draw=False)

    assert (dict(made.said), "No picture: nobody of the demonstration gets it." in made.text) == ({}, True)


def test_the_command_writes_into_a_folder_and_checks_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    few: dict[str, Product] = {"life": products()["life"]}
    monkeypatch.setattr(files, "products", lambda: few)

    def run(*words: str) -> tuple[int, str]:
        told = CliRunner().invoke(catalogue, ["page", "--into", str(tmp_path), *words])
        return told.exit_code, told.output

    assert run("--check")[0] == 1
    assert not list(tmp_path.iterdir())
    assert run()[0] == 0
    assert sorted(each.name for each in tmp_path.iterdir()) == [PAGE, PICTURES]
    assert run("--check") == (0, f"{tmp_path}: products 1, pictures 1\n")
