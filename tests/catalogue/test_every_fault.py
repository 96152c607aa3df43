"""Whoever writes a file of the catalogue reads all that is wrong with it, and with the files beside it, in one go."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.local.outside import ROOT
from services.contracts.catalogue import read_product
from services.contracts.laws import read_law
from services.contracts.schema import Unreadable

LIFE = (ROOT / "services" / "catalogue" / "life.yaml").read_text(encoding="utf-8")


def changed(*pairs: tuple[str, str], text: str = LIFE) -> str:
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def problems_of(text: str) -> dict[str, Any]:
    with pytest.raises(Unreadable) as wrong:
        read_product("life.yaml", text)
    return wrong.value.problems


def test_what_does_not_fit_hides_nothing_of_the_rest():
    """A field of another kind, one too few, one misspelt, a language too few, an unknown name: all in one file."""
    problems = problems_of(
        changed(
            ("desk_minutes: 10", "desk_minutes: ten"),
            ("law: population-registers\n", ""),
            ("retention: certificate", "retentoin: certificates"),
            ("  de: Lebensbescheinigung\n", ""),
            ("[identity, life]", "[identity, live]"),
            ("  kind: cert", "  kinds: cert"),
        )
    )

    assert problems["desk_minutes"].startswith("write a whole number")
    assert problems["law"].startswith("is missing; ")
    assert problems["retentoin"] == "no such field here; was retention meant?"
    assert problems["retention"] == "unknown: certificates; was certificate meant?"
    assert problems["titles.de"].startswith("its text in de is missing")
    assert problems["facts"] == "unknown: live; was life meant?"
    assert problems["gives.kinds"] == "no such field here; was kind meant?"
    assert len(problems) == 7


def test_two_faults_of_one_field_are_both_told():
    problems = problems_of(changed(("[identity, life]", "[live]")))

    assert problems["facts"] == (
        "unknown: live; was life meant?; identity among them: every certificate says about whom it is"
    )


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[identity, life]", "identity", {"facts"}),
        ("  kind: certificate\n", "", {"gives.kind"}),
        ("  kind: certificate\n", "  kind: certificat\n", {"gives.kind"}),
        ("  nl: Attest van leven\n", "  nl: 5\n", {"titles.nl"}),
        ("gives:\n  kind: certificate\n", "gives: certificate\nstatements:\n", {"gives", "statements"}),
    ],
)
def test_of_what_cannot_be_read_nothing_else_is_guessed(old: str, new: str, told: set[str]):
    """What the field would have said, nobody knows: only that is told, once."""
    text = LIFE.replace("  statements:\n", "", 1) if "statements" in told else LIFE

    assert {path.removesuffix(".value") for path in problems_of(changed((old, new), text=text))} == told


@pytest.mark.parametrize("junk", [[[]], {"a": {"b": 1}}, [{"a": 1}], {5: "x"}])
def test_whatever_stands_in_a_field_is_told_by_its_name(junk: object):
    written = yaml.safe_load(LIFE + "gates: []\nasks: []\n")

    for name in written:
        (told,) = {path.partition(".")[0] for path in problems_of(yaml.safe_dump(written | {name: junk}))}
        assert told == name


def test_a_law_is_looked_at_to_its_end():
    text = (ROOT / "services" / "catalogue" / "laws" / "population-registers.yaml").read_text(encoding="utf-8")
    wrong = text.replace("registers: [waiting, waiting-eu]", "registers: [population]", 1)
    wrong = wrong.replace("statute:", "statutes:", 1).replace('fr: "pour le', 'xx: "pour le', 1)

    with pytest.raises(Unreadable) as found:
        read_law("population-registers.yaml", wrong)

    assert set(found.value.problems) == {"statutes", "decrees", "decrees.1.texts.fr", "decrees.1.texts.xx"}


def linted(tmp_path: Path, files: dict[str, str]) -> set[tuple[str, str]]:
    for name, text in files.items():
        (tmp_path / "own/catalogue" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "own/catalogue" / name).write_text(text, encoding="utf-8")
    environ = os.environ | {"LOKET_EXTENSIONS": str(tmp_path / "own"), "LOKET_VAR": str(tmp_path / "var")}
    ended = subprocess.run(
        [sys.executable, "-m", "deploy.operator.cli", "catalogue", "lint", "--json"],
        check=False, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert ended.returncode == 1, ended.stderr
    return {(each["file"], each["place"]) for each in json.loads(ended.stdout)["faults"]}


def test_lint_tells_the_faults_of_all_files_at_once(tmp_path: Path):
    """Of those that products share, and of a product that refers to one of them."""
    toy = changed(("id: life", "id: toy"))
    titles = "titles: {nl: a, fr: a, de: a, en: a}\n"
    faults = linted(
        tmp_path,
        {
            "toy.yaml": changed(("fresh_for: 12 h", "fresh_for: 12"), text=toy) + "asks: [q]\n",
            "questions/q.yaml": f"name: q\nkind: chioce\nmax_length: 0\n{titles}",
            "questions/r.yaml": "name: s\nkind: text\ntitles: {nl: a, fr: a, de: a}\n",
            "groups/g.yaml": f"order: one\n{titles}".replace("nl: a, ", ""),
            "laws/l.yaml": "statute: {nl: a., fr: a, de: a, en: a}\ndecrees: []\n",
            "retention/r.yaml": "request_days: 0\ndocument_days: many\nsource: x\n",
            "at-desk/a.yaml": f"order: 1\n{titles}",
            "department-events/alive.yaml": f"{titles}",
            "confirmations/c.yaml": "names: {nl: a, fr: a, de: a, en: a}\nanswers_within: 9 days\n"
            "reminded_every: often\nopen_for: 3 days\ncounts_for: 1 day\n",
            "forms/f.yaml": "id: f\nannex: I\nsubject: alive\nentries: [{code: '1', word: person, valeu: life.day}]\n",
        },
    )

    assert faults == {
        ("toy.yaml", "fresh_for"),
        ("questions/q.yaml", "kind"),
        ("questions/q.yaml", "max_length"),
        ("questions/r.yaml", "name"),
        ("questions/r.yaml", "titles.en"),
        ("groups/g.yaml", "order"),
        ("groups/g.yaml", "titles.nl"),
        ("laws/l.yaml", "statute.nl"),
        ("retention/r.yaml", "request_days"),
        ("retention/r.yaml", "document_days"),
        ("at-desk/a.yaml", "explanations"),
        ("department-events/alive.yaml", "id"),
        ("department-events/alive.yaml", "purposes"),
        ("confirmations/c.yaml", "reminded_every"),
        ("confirmations/c.yaml", "open_for"),
        ("forms/f.yaml", "entries.0.valeu"),
    }


def test_one_product_that_cannot_be_read_hides_nothing_of_another(tmp_path: Path):
    toy, other = changed(("id: life", "id: toy")), changed(("id: life", "id: other"), ("%(registers)s", "%(register)s"))

    faults = linted(
        tmp_path, {"toy.yaml": changed(("fresh_for: 12 h", "fresh_for: 12"), text=toy), "other.yaml": other}
    )

    assert faults == {("toy.yaml", "fresh_for"), ("other.yaml", "gives.statements.usual.nl")}
