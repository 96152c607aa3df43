"""What a deployment adds to the catalogue: each mistake is told with its file, and nothing of ours is replaced."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.local.outside import ROOT
from deploy.operator.unread import unread
from services.chassis.settings import SettingsError, read
from services.contracts import rooms
from services.contracts.catalogue import looked_through, products
from services.contracts.gates import terms_of
from services.contracts.laws import laws
from services.contracts.schema import Unreadable
from services.contracts.shared_files import questions, retentions
from services.intake.settings import IntakeSettings

CATALOGUE = ROOT / "services" / "catalogue"
TOY = (CATALOGUE / "life.yaml").read_text(encoding="utf-8").replace("id: life", "id: toy")
QUESTION = "name: q\nkind: text\nmax_length: 10\ntitles: {nl: a, fr: a, de: a, en: a}\n"
Own = Callable[[str, str | bytes], None]
CACHED: tuple[Any, ...] = (products, questions, retentions, laws, terms_of, rooms.extensions)


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str | bytes], None]]:
    """Adds a file to the deployment's folder."""

    def put(name: str, content: str | bytes) -> None:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())

    def forget() -> None:
        for each in CACHED:
            each.cache_clear()

    monkeypatch.setenv(rooms.EXTENSIONS, str(tmp_path))
    forget()
    yield put
    forget()


def replaced(old: str, new: str, text: str = TOY) -> str:
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("toy.yaml", "", "toy.yaml: is empty"),
        ("toy.yaml", "[1, 2]", "toy.yaml: is empty, or a list"),
        ("toy.yaml", b"\xff\xfe\x00", "toy.yaml: line 1 is not UTF-8"),
        ("toy.yaml", TOY + "x" * 70_000, "toy.yaml: is longer than 64 KB"),
        ("toy.yaml", TOY + "gates: [{confirmation: nobody}]\n", "toy.yaml: gates: unknown terms of confirmation"),
        ("toy.yaml", TOY + "gates: [{dragon: x}]\n", "toy.yaml: gates: unknown terms of dragon"),
        (
            "toy.yaml",
            TOY + "gates:\n",
            "toy.yaml: gates: holds nothing; write a list of gates with their terms: `gates: [{",
        ),
        ("toy.yaml", replaced("fresh_for: 12 h", "fresh_for: -1 h"), "toy.yaml: fresh_for"),
        ("toy.yaml", replaced("law: population-registers\n", ""), "toy.yaml: law"),
        ("toy.yaml", replaced("  nl: ", '  nl: "\\u202e" #'), "toy.yaml: titles.nl: a control character"),
        ("toy.yaml", replaced("  nl: ", "  nl: <script> #"), "toy.yaml: titles.nl: < and >"),
        ("toy.yaml", replaced("  nl: ", f"  nl: {'x' * 81} #"), "toy.yaml: titles.nl: at most 80"),
        ("questions/q.yaml", replaced("nl: a", "nl: '[a]'", QUESTION), "questions/q.yaml: titles.nl: [ and ]"),
        ("life.yaml", TOY, "life.yaml: there is another file of this name"),
        ("questions/purpose.yaml", QUESTION, "questions/purpose.yaml: there is another"),
        ("laws/deeds.yaml", "x: 1", "laws/deeds.yaml: there is another"),
        ("retention/certificate.yaml", "x: 1", "retention/certificate.yaml: there is another"),
        ("confirmations/police.yaml", "x: 1", "confirmations/police.yaml: there is another"),
        ("questions/q.yaml", replaced("10", "100000000", QUESTION), "questions/q.yaml: max_length: 1 to 300"),
        ("questions/q.yaml", replaced("10", "0", QUESTION), "questions/q.yaml: max_length"),
        ("questions/q.yaml", replaced("nl: a", 'nl: "a\\nb"', QUESTION), "questions/q.yaml: titles.nl"),
        ("questions/q.yaml", b"\xff", "questions/q.yaml: line 1 is not UTF-8"),
        ("laws/l.yaml", b"\xff", "laws/l.yaml: line 1 is not UTF-8"),
        ("laws/l.yaml", "- x", "laws/l.yaml: is empty, or a list"),
        ("retention/r.yaml", 'request_days: 1\ndocument_days: 2\nsource: "a\\u202e"', "retention/r.yaml: source"),
        ("confirmations/c.yaml", b"\xff", "confirmations/c.yaml: line 1 is not UTF-8"),
    ],
)
def test_a_mistake_is_told_with_its_file_and_the_mend(
    own: Callable[[str, str | bytes], None], name: str, content: str | bytes, told: str
):
    own(f"catalogue/{name}", content)

    with pytest.raises(Unreadable) as wrong:
        products(), terms_of("confirmation")

    assert str(wrong.value).startswith(told)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("nl: Attest van leven", "nl: In de [gemeente|stad]", "titles.nl: [ and ] are printed as they are"),
        ("Dit attest bevestigt", "Uw [gemeente] bevestigt", "explanations.nl: [ and ] are printed as they are"),
        ("[gemeente|stad]", "[gemeente]", "gives.statements.usual.nl: [ and ] are for [gemeente|stad] alone"),
        ("[municipality|city]", "[municipality|city", "gives.statements.usual.en: [ and ] are for [municipality|city]"),
        ("[Gemeinde|Stadt]", "Gemeinde|Stadt]", "gives.statements.usual.de: [ and ] are for [Gemeinde|Stadt] alone"),
    ],
)
def test_brackets_that_would_be_printed_are_refused(own: Own, old: str, new: str, told: str):
    """What the town is called by its kind is put into statements alone, where both words stand as it is known."""
    own("catalogue/toy.yaml", replaced(old, new))

    with pytest.raises(Unreadable) as wrong:
        products()

    assert told in str(wrong.value)


def test_what_is_right_stands_beside_ours(own: Callable[[str, str | bytes], None]):
    own("catalogue/toy.yaml", TOY + "asks: [q]\n")
    own("catalogue/questions/q.yaml", QUESTION)

    assert [each.name for each in products()["toy"].fields] == ["q"]
    assert "life" in products()


def test_a_process_does_not_blame_the_towns_files(own: Callable[[str, str | bytes], None]):
    own("catalogue/toy.yaml", b"\xff")

    with pytest.raises(SettingsError) as wrong:
        read(IntakeSettings, {"LOKET_TOWNS": str(ROOT / "deploy" / "towns")})

    assert "toy.yaml: line 1 is not UTF-8; save the file as UTF-8" in str(wrong.value)
    assert "LOKET_TOWNS cannot be used" not in str(wrong.value)


def test_mistakes_of_several_files_are_told_at_once(own: Own):
    own("catalogue/one.yaml", TOY)
    own("catalogue/two.yaml", "titles: {fr: Quelle piscine ?, nl: Welk: zwembad?}\n")

    _, found = looked_through()

    assert [each.what for each in found] == ["one.yaml", "two.yaml"]
    assert "the same as the file's name: one" in str(found[0])
    assert "a text with ? or : in it needs quotes" in str(found[1])


def test_lint_tells_what_nobody_reads_beside_what_cannot_be_read(tmp_path: Path):
    """The question is not known since its folder is none: both are told at once."""
    for name, text in (("toy.yaml", TOY + "asks: [q]\n"), ("question/q.yaml", QUESTION)):
        (tmp_path / "own/catalogue" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "own/catalogue" / name).write_text(text, encoding="utf-8")
    environ = os.environ | {"LOKET_EXTENSIONS": str(tmp_path / "own"), "LOKET_VAR": str(tmp_path / "var")}

    ended = subprocess.run(
        [sys.executable, "-m", "deploy.operator.cli", "catalogue", "lint", "--json"],
        check=False, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert ended.returncode == 1, ended.stderr
    faults = {each["file"]: each["told"] for each in json.loads(ended.stdout)["faults"]}
    assert faults[str(tmp_path / "own/catalogue/question")] == "is read by nobody: was questions meant?"
    assert faults["toy.yaml"].startswith("unknown: q; choose from")


@pytest.mark.parametrize(
    ("module", "content", "told"),
    [
        ("contracts/facts/toy.py", "import nowhere_at_all", "cannot be imported (ModuleNotFoundError"),
        ("registry/facts/toy.py", "raise SystemExit(0)", "cannot be imported (SystemExit"),
        ("registry/facts/household.py", "", "there is a module of ours of this name"),
    ],
)
def test_lint_names_a_module_that_cannot_be_used(tmp_path: Path, module: str, content: str, told: str):
    file = tmp_path / "own" / module
    file.parent.mkdir(parents=True)
    file.write_text(content)
    environ = os.environ | {"LOKET_EXTENSIONS": str(tmp_path / "own"), "LOKET_VAR": str(tmp_path / "var")}

    ended = subprocess.run(
        [sys.executable, "-m", "deploy.operator.cli", "catalogue", "lint", "--json"],
        check=False, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert ended.returncode == 1
    assert str(file) in ended.stdout
    assert told in ended.stdout
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("name", "told", "mend"),
    [
        ("catalogue/toy.yml", "catalogue/toy.yml", "rename it to toy.yaml"),
        ("catalogue/toy.YAML", "catalogue/toy.YAML", "rename it to toy.yaml"),
        ("catalogue/laws/toy.yml", "catalogue/laws/toy.yml", "rename it to toy.yaml"),
        ("toy.yaml", "toy.yaml", "move it into "),
        ("toy.yml", "toy.yml", "move it into "),
        ("catalogue/question/toy.yaml", "catalogue/question", "was questions meant?"),
        (
            "catalogue/zebras/toy.yaml",
            "catalogue/zebras",
            "there are abroad, at-desk, confirmations, department-events, facts",
        ),
        ("catalogue/laws/old/toy.yaml", "catalogue/laws/old", "there are no folders here"),
        ("catalogue/abroad/way.yaml", "catalogue/abroad/way.yaml", "was ways.yaml meant?"),
        ("catalog/toy.yaml", "catalog", "was catalogue meant?"),
    ],
)
def test_what_nobody_reads_is_told_with_the_mend(own: Own, tmp_path: Path, name: str, told: str, mend: str):
    own(name, TOY)

    ((path, said),) = unread()

    assert path == tmp_path / told
    assert said.startswith(f"is read by nobody: {mend}")


@pytest.mark.parametrize(
    "name",
    [
        "catalogue/toy.yaml",
        "catalogue/questions/q.yaml",
        "catalogue/forms/words/el.yaml",
        "catalogue/confirmations/c.yaml",
        "catalogue/pictures/toy.png",
        "catalogue/README.md",
        "catalogue/..data/toy.yaml",
        "registry/sources/toy/codes.yaml",
        "documentation/toy.txt",
    ],
)
def test_what_is_read_or_looks_like_nothing_that_is_stands_there_untold(own: Own, name: str):
    own(name, TOY)

    assert list(unread()) == []
