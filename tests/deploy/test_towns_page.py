"""The page that shows how to add a town tells what the code takes, no less and no more."""

import re
from pathlib import Path

import pytest

from deploy.local.outside import TOWNS
from services.contracts.logo_pictures import LOWEST, LOWEST_WIDE, MOST_POINTS
from services.contracts.logos import MOST_BYTES, MOST_GIVEN
from services.contracts.municipalities import REGIMES
from services.contracts.schema import Unreadable
from services.contracts.shapes import paths
from services.contracts.svg_checks import MOST_ELEMENTS
from services.contracts.svg_values import SHAPES
from services.contracts.town_files import look_at_folder, read_town
from services.contracts.town_texts import LONGEST
from services.contracts.towns import Town

PAGE = (TOWNS / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """The page's files, as somebody copies them."""
    for kind in ("yaml", "svg"):
        (content,) = re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)
        (tmp_path / f"leuven.{kind}").write_text(content, encoding="utf-8")
    return tmp_path / "leuven.yaml"


def test_the_example_can_be_read(example: Path):
    town = read_town(example)

    assert (town.name("nl"), town.languages, town.specimen) == ("Leuven", ("nl", "en"), True)


def test_the_example_lives_beside_the_demonstrations_towns(example: Path):
    for path in TOWNS.glob("*.yaml"):
        (example.parent / path.name).write_bytes(path.read_bytes())
    for path in TOWNS.glob("*.svg"):
        (example.parent / path.name).write_bytes(path.read_bytes())

    assert [each.problems for each in look_at_folder(example.parent)] == [{}] * (len(list(TOWNS.glob("*.yaml"))) + 1)


def test_every_field_is_told_in_the_order_of_the_contract_and_none_too_many():
    told = re.findall(r"^\| `([\w.]+)` \| ([a-z0-9 ]+) \|", PAGE, re.MULTILINE)

    assert sorted(field for field, _ in told) == sorted(paths(Town))


def test_what_is_told_as_needed_is_needed(tmp_path: Path):
    needed = {field for field, word in re.findall(r"^\| `([\w.]+)` \| (\w+) \|", PAGE, re.MULTILINE) if word == "yes"}
    (tmp_path / "town.yaml").write_text("{colours: {}, office: {}, seal: {}, sign_in: {}}")

    with pytest.raises(Unreadable) as caught:
        read_town(tmp_path / "town.yaml")

    assert set(caught.value.problems) == needed


def test_limits_and_words_are_those_of_the_code():
    assert f"at most {MOST_BYTES // 1024} KB and {MOST_ELEMENTS:,} elements" in PAGE
    assert f"{MOST_GIVEN // 1024 // 1024} MB" in PAGE
    assert f"at least {LOWEST} points high, or {LOWEST_WIDE} wide" in " ".join(PAGE.split())
    assert f"at most {MOST_POINTS // 1_000_000} million points" in " ".join(PAGE.split())
    assert f"at most {LONGEST} characters" in " ".join(PAGE.split())
    assert all(f"`{word}`" in PAGE for word in (*REGIMES, *SHAPES))
