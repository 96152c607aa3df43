"""What a deployment adds in a folder of its own is found as if it stood in the room."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.outside import ROOT
from services.contracts import rooms

ROOM = """
from services.contracts.rooms import extend, modules
from services.intake.domain import gates
print([each.__name__.rpartition(".")[2] for each in modules("services.intake.domain.gates")])
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv(rooms.EXTENSIONS, str(tmp_path))
    rooms.extensions.cache_clear()
    yield tmp_path
    rooms.extensions.cache_clear()


def test_without_a_folder_a_room_is_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(rooms.EXTENSIONS, raising=False)
    rooms.extensions.cache_clear()

    assert rooms.extend(["/room"], "registry/facts") == ["/room"]


def test_a_room_goes_on_in_the_deployments_folder(folder: Path) -> None:
    assert rooms.extend(["/room"], "registry/facts") == ["/room", str(folder / "registry/facts")]


def test_the_files_of_a_room_are_found_by_name(folder: Path) -> None:
    (folder / "catalogue").mkdir()
    (folder / "catalogue" / "another.yaml").write_text("")

    found = [file.name for file in rooms.files("catalogue", "*.yaml")]

    assert found == sorted(found)
    assert {"another.yaml", "life.yaml", "residence.yaml"} < set(found)


@pytest.mark.parametrize("named", ["relative/folder", "/nowhere/at/all"])
def test_a_folder_that_is_not_there_is_told(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(rooms.EXTENSIONS, named)
    rooms.extensions.cache_clear()

    with pytest.raises(rooms.NoExtensions, match=named):
        rooms.extensions()
    rooms.extensions.cache_clear()


def test_modules_of_both_are_imported_by_name(tmp_path: Path) -> None:
    room = tmp_path / "intake/domain/gates"
    room.mkdir(parents=True)
    (room / "a_toy.py").write_text("")
    (room / "_hidden.py").write_text("raise AssertionError")

    said = subprocess.run(
        [sys.executable, "-c", ROOM],
        cwd=ROOT, env={"LOKET_EXTENSIONS": str(tmp_path), "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        check=True,
    ).stdout  # fmt: skip

    assert said.strip() == "['a_toy', 'confirmation', 'facts']"
