"""A new town from its name alone, and from what only it can say."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deploy.operator.commands.town_files import towns
from deploy.operator.new_town import found
from services.contracts.municipalities import AS_OF, municipalities
from services.contracts.town_files import look_at, look_at_folder

SAID = {
    "street": "Grote Markt 1",
    "phone": "+32 16 27 20 00",
    "email": "loket@example.be",
    "website": "https://example.be",
    "primary": "#1d4e89",
    "accent": "#b8741a",
}


def new(town: str, into: Path, **other: str) -> Result:
    options = [f"--{name}={value}" for name, value in (SAID | other).items()]
    return CliRunner().invoke(towns, ["new", town, "--into", str(into), *options])


@pytest.mark.parametrize(
    ("wanted", "refnis"),
    [
        ("Leuven", "24062"),
        ("louvain", "24062"),
        ("LÖWEN", "24062"),
        ("24062", "24062"),
        ("Sankt-Vith", "63067"),
        ("saint vith", "63067"),
        ("Beveren", "46030"),
    ],
)
def test_a_town_is_known_by_its_code_or_by_a_name_in_any_language(wanted: str, refnis: str) -> None:
    assert [each.refnis for each in found(wanted)] == [refnis]


@pytest.mark.parametrize("refnis", [each.refnis for each in municipalities().values() if each.exists_on(AS_OF)][::40])
def test_what_is_written_is_in_order_in_every_regime(refnis: str, tmp_path: Path) -> None:
    written = new(refnis, tmp_path, street="Markt 1 / Marché 1")

    assert written.exit_code == 0, written.output
    assert [each.problems for each in look_at(sorted(tmp_path.glob("*.yaml")))] == [{}]


def test_a_second_town_has_an_address_of_its_own(tmp_path: Path) -> None:
    """Otherwise `loket up` would refuse both."""
    new("Leuven", tmp_path)

    written = new("Aarlen", tmp_path)

    assert written.exit_code == 0, written.output
    assert [each.problems for each in look_at_folder(tmp_path)] == [{}, {}]


def test_a_town_that_there_is_not_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    refused = CliRunner().invoke(towns, ["new", "Gendt", "--into", str(tmp_path)], input="Grote Markt 1\n")

    assert (refused.exit_code, "Street" in refused.output) == (2, False), refused.output


def test_where_nobody_answers_what_is_missing_is_told_and_colours_are_the_usual(tmp_path: Path) -> None:
    known = [f"--{name}={SAID[name]}" for name in ("street", "phone", "email")]

    refused = CliRunner().invoke(towns, ["new", "Leuven", "--into", str(tmp_path), *known])
    written = CliRunner().invoke(
        towns, ["new", "Leuven", "--into", str(tmp_path), *known, "--website", SAID["website"]]
    )

    assert (refused.exit_code, "give --website: With the opening hours." in refused.output) == (2, True)
    assert written.exit_code == 0, written.output
    assert SAID["primary"] in (tmp_path / "leuven.yaml").read_text()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    new("Leuven", tmp_path)
    (tmp_path / "leuven.yaml").unlink()
    (tmp_path / "leuven.svg").write_text("ours")

    again = new("Leuven", tmp_path)

    assert (again.exit_code, again.output.count("is there already")) == (2, 1)
    assert [each.name for each in tmp_path.iterdir()] == ["leuven.svg"]
    assert (tmp_path / "leuven.svg").read_text() == "ours"


@pytest.mark.parametrize(
    ("town", "other", "told"),
    [
        ("Gendt", {}, "no municipality of today is called Gendt; was Gent"),
        ("99999", {}, "no municipality of today is called 99999"),
        ("Leuven", {"primary": "#ffee00"}, "too light"),
        ("Leuven", {"accent": "blue"}, "write # and six hex digits"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_written(town: str, other: dict[str, str], told: str, tmp_path: Path) -> None:
    refused = new(town, tmp_path / "towns", **other)

    assert refused.exit_code == 2
    assert told in refused.output
    assert not (tmp_path / "towns").exists()


@pytest.mark.parametrize(
    ("other", "told"), [({"phone": "call us"}, "office.phone"), ({"email": "nobody"}, "office.email")]
)
def test_what_is_wrong_is_told_by_its_field_and_may_be_said_again(
    other: dict[str, str], told: str, tmp_path: Path
) -> None:
    refused = new("Leuven", tmp_path, **other)

    assert (refused.exit_code, told in refused.output) == (2, True)
    assert list(tmp_path.iterdir()) == []
    assert new("Leuven", tmp_path).exit_code == 0
