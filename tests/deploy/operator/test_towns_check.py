"""`loket towns check`: everything wrong with towns' files, offline, before anything is started."""

import json
import shutil
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from deploy.local.outside import TOWNS
from deploy.operator import cli


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LOKET_VAR", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(TOWNS, tmp_path / "towns"))


def check(*words: str) -> Result:
    return CliRunner().invoke(cli.main, ["towns", "check", *words])


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def sealed(folder: Path) -> Path:
    """With all that production would ask for."""
    (folder / "seals").mkdir()
    for file in folder.glob("*.yaml"):
        refnis = yaml.safe_load(file.read_text(encoding="utf-8"))["refnis"]
        edit(file, "../../var/seal/", "seals/")
        (folder / "seals" / f"{refnis}.p12").write_bytes(b"\x30\x82\x10\x00\x02\x01\x03\x30" + bytes(8))
    (folder / "kortenberg.yaml").unlink()  # the files with which it asks MAGDA are the demonstration's
    return folder


def test_files_in_order_are_told_with_their_town(sealed: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LOKET_TOWNS", str(sealed))

    done = check()

    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "towns/aarschot.yaml: Aarschot (24001), nl, en",
        "towns/etterbeek.yaml: Etterbeek (21005), nl, fr",
        "towns/eupen.yaml: Eupen (63023), de, fr",
        "3 in order",
    ]


def test_each_problem_is_one_line_with_file_line_field_and_mend_sorted(folder: Path):
    edit(folder / "eupen.yaml", '"4700"', "4700")
    edit(folder / "aarschot.yaml", "specimen: true", "specimn: true")
    edit(folder / "aarschot.yaml", "phone: +32 16 00 00 00", "phone: 016 00 00 00")
    (folder / "broken.yaml").write_text("a: [")

    done = check("towns")

    assert done.exit_code == 1
    lines = [line for line in done.stdout.splitlines() if "refused in production" not in line]
    assert [line.split(": ")[:2] for line in lines[:-1] if " (" not in line.split(": ")[1]] == [
        ["towns/aarschot.yaml:15", "office.phone"],
        ["towns/aarschot.yaml:38", "specimn"],
        ["towns/broken.yaml", "yaml"],
        ["towns/eupen.yaml:12", "office.postcode"],
    ]
    assert lines[-1] == "4 to mend in 3 of 5 files; production would refuse 2"


def test_programs_are_told_the_same(folder: Path):
    edit(folder / "eupen.yaml", '"4700"', "4700")

    done = check("towns/eupen.yaml", "--json")

    assert done.exit_code == 1
    assert json.loads(done.stdout) == {
        "files": [
            {
                "file": "towns/eupen.yaml",
                "town": None,
                "problems": [
                    {
                        "field": "office.postcode",
                        "line": 12,
                        "problem": "is read as a number, or as true or false; put it in quotes",
                    }
                ],
                "warnings": [],
            }
        ],
        "problems": 1,
        "lost_hosts": [],
    }


def test_a_file_is_looked_at_beside_the_others_of_its_folder(folder: Path):
    edit(folder / "eupen.yaml", "hosts: [eupen.localhost]", "hosts: [aarschot.localhost]")

    assert "hosts[0]: aarschot.localhost already leads to aarschot.yaml" in check("towns/eupen.yaml").stdout
    assert check("towns/aarschot.yaml").exit_code == 0


def test_a_folder_to_come_is_held_against_the_names_of_the_one_that_runs(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    shutil.copytree(folder, tmp_path / "next")
    edit(tmp_path / "next" / "eupen.yaml", "eupen.localhost", "eupen-ost.localhost")
    unasked = check("next")
    monkeypatch.setenv("LOKET_TOWNS", str(folder))

    done = check("next")

    assert (unasked.exit_code, done.exit_code) == (0, 0)
    assert "leads to no town" not in unasked.stdout
    assert done.stdout.splitlines()[0] == (
        "leads to no town any more: eupen.yaml: eupen.localhost; certificates printed while it was the town's lead"
        " there: keep it among `hosts`"
    )
    assert json.loads(check("next", "--json").stdout)["lost_hosts"] == ["eupen.yaml: eupen.localhost"]
    (tmp_path / "towns" / "aarschot.yaml").write_text("refnis: [")
    assert check("next").exit_code == 0


def test_production_is_told_of_a_seal_that_is_not_there(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LOKET_PROFILE", "production")

    assert check("towns/eupen.yaml").stdout.startswith("towns/eupen.yaml:17: seal.path: ")


def test_a_demonstration_is_told_what_production_would_refuse(sealed: Path):
    """As a seal that is not there: it makes one itself, and all is in order."""
    (sealed / "seals" / "63023.p12").unlink()

    done = check("towns")

    assert done.exit_code == 0
    (warned,) = [line for line in done.stdout.splitlines() if "refused in production" in line]
    assert warned.startswith("towns/eupen.yaml:17: seal.path: refused in production: ")
    assert done.stdout.splitlines()[-1] == "3 in order; production would refuse 1"
    told = json.loads(check("towns", "--json").stdout)
    assert [[each["field"] for each in file["warnings"]] for file in told["files"]] == [[], [], ["seal.path"]]
    assert told["problems"] == 0


@pytest.mark.parametrize("profile", ["prod", "PRODUCTION"])
def test_a_misspelt_profile_is_no_profile(folder: Path, monkeypatch: pytest.MonkeyPatch, profile: str):
    monkeypatch.setenv("LOKET_PROFILE", profile)

    done = check("towns")

    assert (done.exit_code, done.stderr) == (2, f"loket: LOKET_PROFILE is {profile}: write demo or production\n")


def test_nothing_is_left_behind(folder: Path, tmp_path: Path):
    check("towns")

    assert {path.name for path in tmp_path.iterdir()} == {"towns"}
