"""What a town shows and offers, changed and taken back by the operator's commands."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from pymongo import MongoClient

from deploy.local.stack import Stack
from deploy.operator.audit import AUDIT, operator
from deploy.operator.commands.town_files import towns
from services.chassis.asking import ServiceUnavailable
from services.chassis.locking import KeyRing
from services.contracts.towns import Town
from tests.deploy.operator.commanding import facts_of, told
from tests.registry.fakes import TOWN
from tests.road import NOON, TOWNS, Road


class Edited:
    """The operator's folder, with one thing written otherwise."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, old: str, new: str) -> None:
        file = self.folder / "aarschot.yaml"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def road(mongo_client: MongoClient[dict[str, Any]], database_prefix: str) -> Road:
    return Road(mongo_client, database_prefix, now=NOON)


@pytest.fixture
def edited(tmp_path: Path) -> Edited:
    shutil.copytree(TOWNS, tmp_path / "towns")
    return Edited(tmp_path / "towns")


@pytest.fixture(autouse=True)
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, road: Road, edited: Edited) -> Iterator[Stack]:
    """Its intake is the road's."""

    class Asker:
        def __init__(self, _uri: str, keys: dict[str, KeyRing]) -> None:
            assert set(keys) == {"intake"}

        def ask(self, question: Any) -> Any:
            return road.ask(question)

        def close(self) -> None:
            """Nothing to close."""

    made = Stack(var=tmp_path / "var", outside={"LOKET_TOWNS": str(edited.folder)})
    made.var.mkdir()
    made.write_towns()
    monkeypatch.setattr(Stack, "is_supervised", lambda _: True)  # what runs serves the towns of its start
    monkeypatch.setattr("deploy.local.stack.this_stack", lambda: made)
    monkeypatch.setattr("deploy.operator.asking.Asker", Asker)
    logging = structlog.get_config()
    yield made
    structlog.configure(**logging)


def served(road: Road) -> Town:
    found: Town = road.services["documents"].towns[TOWN]
    return found


def test_what_was_edited_is_served_and_taken_back(stack: Stack, road: Road, edited: Edited) -> None:
    assert "nothing was ever chosen" in told(towns, "versions", "aarschot").output
    edited.write("+32 16 00 00 00", "+32 16 11 22 33")
    edited.write("refnis: ", "products_off: [life]\nrefnis: ")

    assert facts_of(towns, "publish", "Aarschot") == {"town": TOWN, "served": 1, "changed": True}
    road.carry()
    assert (served(road).office.phone, served(road).products_off) == ("+32 16 11 22 33", ("life",))
    assert facts_of(towns, "publish", TOWN) == {"town": TOWN, "served": 1, "changed": False}

    assert facts_of(towns, "take-back", TOWN, "--to", "0") == {"town": TOWN, "served": 2, "changed": True}
    road.carry()
    assert (served(road).office.phone, served(road).products_off) == ("+32 16 00 00 00", ())
    listed = facts_of(towns, "versions", TOWN)["versions"]
    assert [(each["version"], each["by"], each["file"]) for each in listed] == [
        (2, operator(), True),
        (1, operator(), False),
    ]
    noted = (stack.logs / AUDIT).read_text(encoding="utf-8")
    assert [json.loads(line)["act"] for line in noted.splitlines()] == ["towns publish"] * 2 + ["towns take-back"]
    assert "as its file says" in told(towns, "versions", TOWN).output


def test_what_is_wrong_in_the_file_is_named_and_changes_nothing(road: Road, edited: Edited) -> None:
    edited.write('primary: "#1d4e89"', 'primary: "#ffff00"')

    result = told(towns, "publish", TOWN)

    assert result.exit_code == 2
    assert "aarschot.yaml: colours.primary" in result.output
    assert facts_of(towns, "versions", TOWN)["versions"] == []


def test_a_version_that_never_was_and_a_town_without_a_file_are_told(edited: Edited) -> None:
    assert "there is no version 7" in told(towns, "take-back", TOWN, "--to", "7").output
    assert "no town is called leuven" in told(towns, "publish", "leuven").output
    (edited.folder / "aarschot.yaml").unlink()
    assert "no file in" in told(towns, "publish", "aarschot").output


def test_an_intake_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch, road: Road) -> None:
    def away(_question: Any) -> Any:
        raise ServiceUnavailable("intake")

    monkeypatch.setattr(road, "ask", away)

    result = told(towns, "publish", TOWN)

    assert (result.exit_code, "intake does not answer" in result.output) == (2, True)
