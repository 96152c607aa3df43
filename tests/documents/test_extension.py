"""A deployment's own fact, section and product: a folder of its own, and no file of ours changed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from services.contracts.rooms import EXTENSIONS
from tests.documents import verapdf
from tests.documents.test_pages import LANGUAGES, data_in, text_of

BROUGHT = Path(__file__).with_name("extension")


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is printed where a folder from elsewhere is added; it is read when a process starts."""
    folder = tmp_path_factory.mktemp("printed")
    added = shutil.copytree(BROUGHT, tmp_path_factory.mktemp("elsewhere") / "ours")
    environ = {**os.environ, EXTENSIONS: str(added)}
    subprocess.run([sys.executable, "-m", "tests.documents.extended", str(folder)], env=environ, check=True)
    return folder


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", ("Attest van volkstuin", "Tuin", "april 2020 (dag onbekend)", "Verhuurd door de gemeente.", "Gewas")),
        ("fr", ("Certificat de potager communal", "Potager", "avril 2020", "Loué par la commune.", "Culture")),
        (
            "de",
            ("Bescheinigung über einen Kleingarten", "Garten", "April 2020", "Vermietet von der Gemeinde."),
        ),
        ("en", ("Certificate of an allotment", "Garden", "April 2020", "Rented out by the municipality.", "Crop")),
    ],
)
def test_it_is_printed_in_every_language(printed: Path, language: str, words: tuple[str, ...]) -> None:
    text = text_of((printed / f"{language}.pdf").read_bytes())

    for each in (*words, "Pompoen", "Prei"):
        assert each in text, each


def test_its_section_chooses_the_statement(printed: Path) -> None:
    assert "waarop niets groeit" in text_of((printed / "bare.pdf").read_bytes())
    assert "waarop niets groeit" not in text_of((printed / "nl.pdf").read_bytes())


def test_it_is_inside_as_data_by_its_schema_and_can_be_superseded(printed: Path) -> None:
    data = data_in((printed / "nl.pdf").read_bytes())

    schema = json.loads((printed / "schema.json").read_text())
    Draft202012Validator(schema).validate(data)
    assert data["facts"]["allotment"]["crops"] == [["Pompoen", "2"], ["Prei", "5"]]
    assert "waiting_list" not in schema["$defs"]["Allotment"]["properties"]
    assert "waiting_list" not in json.dumps(data)
    assert json.loads((printed / "stated.json").read_text())["allotment"]["garden"]["street"] == "Voorbeeldstraat"


@pytest.mark.usefixtures("conformance")
def test_it_conforms(printed: Path) -> None:
    files = [printed / f"{language}.pdf" for language in LANGUAGES]

    broken = verapdf.broken_rules(files)

    assert broken == {f"{file.name} {profile}": [] for file in files for profile in verapdf.PROFILES}
