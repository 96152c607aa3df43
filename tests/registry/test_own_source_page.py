"""What the page of sources shows of a fact and a source of one's own works as it stands there."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from deploy.local.outside import ROOT

PAGE = ROOT / "services/registry/sources/README.md"
CATALOGUE = ROOT / "services/catalogue"

ASKED = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

from services.contracts.town_files import read_towns
from services.documents.paper.wording import wording
from services.documents.sections import sections
from services.registry.facts import known_facts
from services.registry.ports import Found
from services.registry.sources import Surroundings, make_sources

folder = Path(sys.argv[1])
surroundings = Surroundings(folder=folder, secrets={}, database=None, clock=lambda: datetime.now(UTC))
source = make_sources(read_towns(folder), surroundings)["social-house"]
said = {}
for number in ("85073090133", "90021490495"):
    subject = SimpleNamespace(dossier=SimpleNamespace(number=number))
    found = source.look_up(SimpleNamespace(town="24062", facts=["social-tariff"], subject=subject))
    said[number] = str(found)
    if isinstance(found, Found):
        fact = known_facts()["social-tariff"].compile(found.answers["social-tariff"])
        said["words"] = str(sections()["social-tariff"].words(fact, wording("nl")))
said["check"] = source.check() is None
print(json.dumps(said))
"""
"""Run in a process of its own: rooms are read once."""


def blocks(page: str) -> dict[str, str]:
    """Python by the file's name, which stands before it; the town's lines under `town`."""
    section = page.partition("## A fact and a source of your own")[2].partition("\n## ")[0]
    modules = re.findall(r"`([a-z_/]+\.py)`[^`]*(?:`[^`]*`[^`]*)*?```python\n(.*?)```", section, re.DOTALL)
    (town,) = re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)
    return {**dict(modules), "town": town}


def product() -> str:
    """That of the page, as it says: the product file of life with other facts."""
    known = yaml.safe_load((CATALOGUE / "life.yaml").read_text(encoding="utf-8"))
    unsaid = {name: value for name, value in known.items() if name not in ("attest", "proves")}
    titles = {language: f"{title} (social-house)" for language, title in known["titles"].items()}
    changed = {"id": "social-tariff", "titles": titles, "facts": ["identity", "social-tariff"]}
    return yaml.safe_dump(unsaid | changed, allow_unicode=True)


@pytest.fixture
def places(tmp_path: Path) -> dict[str, str]:
    """A folder of one's own and one of towns, as the environment names them."""
    shown = blocks(PAGE.read_text(encoding="utf-8"))
    own, towns = tmp_path / "own", tmp_path / "towns"
    for name, content in {**shown, "catalogue/social-tariff.yaml": product()}.items():
        if name != "town":
            (own / name).parent.mkdir(parents=True, exist_ok=True)
            (own / name).write_text(content, encoding="utf-8")
    command = [sys.executable, "-m", "deploy.operator.cli", "towns", "new", "Leuven", "--into", str(towns)]
    said = ["--street=Grote Markt 1", "--phone=+32 16 27 20 00", "--email=a@leuven.example"]
    subprocess.run([*command, *said, "--website=https://leuven.example"], check=True, cwd=ROOT, input="", text=True)
    with (towns / "leuven.yaml").open("a", encoding="utf-8") as file:
        file.write(shown["town"])
    (known,) = re.findall(r"# (\{.*\})", shown["town"])
    (towns / "social-house.json").write_text(known, encoding="utf-8")
    return {"LOKET_EXTENSIONS": str(own), "LOKET_TOWNS": str(towns), "LOKET_VAR": str(tmp_path / "var")}


def run(places: dict[str, str], *command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *command],
        check=False, cwd=ROOT, env=os.environ | places, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_nothing_is_wrong_with_it(places: dict[str, str]) -> None:
    """Of our own products some are offered by no town here."""
    linted = run(places, "-m", "deploy.operator.cli", "catalogue", "lint", "--json")

    told = json.loads(linted.stdout)
    of_others = tuple(f"no town offers it: it needs sources.{each}" for each in ("deeds", "criminal-record"))
    assert (linted.returncode, told["faults"]) == (0, [])
    assert [each for each in told["remarks"] if not each["told"].startswith(of_others)] == []


def test_it_is_looked_up_compiled_and_said(places: dict[str, str]) -> None:
    asked = run(places, "-c", ASKED, places["LOKET_TOWNS"])

    said = json.loads(asked.stdout or "{}")
    assert asked.returncode == 0, asked.stderr
    assert said["check"]
    assert "Sociaal tarief" in said["words"]
    assert "1 januari 2024" in said["words"]
    assert "only-at-the-counter" in said["90021490495"]
