"""A product, a fact, a source, a section and a gate from a folder of a deployment's own: no file of ours is changed."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.demo.generator.hard_cases import HARD_CASES
from deploy.local.outside import ROOT
from tests.documents import verapdf
from tests.documents.test_pages import text_of
from tests.system.conftest import Deployment

pytestmark = pytest.mark.slow

ROADS = {
    ("21005", "nl"): ("Attest van volkstuin", "Gewas", "Pompoen"),
    ("21005", "fr"): ("Certificat de potager communal", "Culture", "Pompoen"),
    ("63023", "de"): ("Bescheinigung über einen Kleingarten", "Kultur", "Pompoen"),
    ("21005", "en"): ("Certificate of an allotment", "Crop", "Pompoen"),
}
GARDEN = {
    "street": {"nl": "Tuinpad", "fr": "Allée des Jardins", "de": "Gartenweg"},
    "house_number": "1",
    "box": None,
    "postcode": "1040",
    "municipality": {"nl": "Etterbeek", "fr": "Etterbeek", "de": "Etterbeek"},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("extended")


@pytest.fixture(scope="module")
def deployment(folder: Path) -> Iterator[Deployment]:
    shutil.copytree(ROOT / "tests" / "extension", folder / "ours")
    towns = Path(shutil.copytree(ROOT / "deploy" / "towns", folder / "towns"))
    (folder / "list").mkdir()
    for file in (towns / "etterbeek.yaml", towns / "eupen.yaml"):
        gardens = f"gardens: {{list: {folder / 'list'}}}"
        text = file.read_text(encoding="utf-8")
        head, found, tail = text.partition("\nsources:\n")
        text = f"{head}\nsources:\n  {gardens}\n{tail}" if found else f"{text}sources:\n  {gardens}\n"
        file.write_text(text, encoding="utf-8")
    with (towns / "etterbeek.yaml").open("a", encoding="utf-8") as file_of_etterbeek:
        file_of_etterbeek.write("courtesy_languages: [en]\n")
    deployment = Deployment(folder / "var", LOKET_EXTENSIONS=str(folder / "ours"), LOKET_TOWNS=str(towns))
    deployment.start()
    yield deployment
    deployment.stop()


def rents(folder: Path, key: str, **garden: Any) -> None:
    number = HARD_CASES[key].number
    known = {"of": number, "garden": GARDEN, "since": "2020-04-00", "crops": {"Pompoen": 2, "Prei": 5}, **garden}
    fresh = folder / "list" / f".{number}"
    fresh.write_text(json.dumps(known), encoding="utf-8")
    fresh.rename(folder / "list" / f"{number}.json")


@pytest.mark.usefixtures("conformance")
def test_it_is_issued_in_four_languages_and_each_is_valid(deployment: Deployment, folder: Path) -> None:
    rents(folder, "demo-citizen")
    filed = []
    for town, language in ROADS:
        citizen = deployment.citizen("demo-citizen", town=town)
        filed.append((citizen, citizen.filed("allotment", language=language), language))

    files = []
    for (citizen, application_id, language), words in zip(filed, ROADS.values(), strict=True):
        application = citizen.until(application_id, "delivered")
        assert [step["state"] for step in application["timeline"]] == [
            "submitted", "looked-up", "awaiting-decision", "cleared", "issued", "delivered",
        ]  # fmt: skip
        pdf = citizen.certificate(application)
        for word in words:
            assert word in text_of(pdf)
        files.append(folder / f"{language}.pdf")
        files[-1].write_bytes(pdf)

    assert verapdf.broken_rules(files) == {f"{file.name} {each}": [] for file in files for each in verapdf.PROFILES}


def test_what_its_source_promised_completes_itself(deployment: Deployment, folder: Path) -> None:
    citizen = deployment.citizen("single", town="21005")
    application_id = citizen.filed("allotment", language="nl")
    waiting = citizen.until(application_id, "deferred")
    assert waiting["timeline"][-1]["expected_by"]

    rents(folder, "single")

    citizen.until(application_id, "delivered")
    (look, *_) = deployment.database("registry").accesses.find({"application_id": application_id}).sort("at", 1)
    assert (look["outcome"], look["sources"]) == ("promised", ["population", "gardens"])


def test_its_fact_is_refused_by_its_own_rule(deployment: Deployment, folder: Path) -> None:
    rents(folder, "divorced", garden=None)
    citizen = deployment.citizen("divorced", town="21005")

    assert citizen.until(citizen.filed("allotment", language="nl"), "refused")["code"] == "not-entitled"


def test_an_answer_about_another_waits_for_people(deployment: Deployment, folder: Path) -> None:
    rents(folder, "widowed", of=HARD_CASES["single"].number)
    citizen = deployment.citizen("widowed", town="21005")

    waiting = citizen.until(citizen.filed("allotment", language="nl"), "deferred")

    assert waiting["code"] == "register-contradicted"


def test_a_town_without_its_source_does_not_offer_it(deployment: Deployment) -> None:
    citizen = deployment.citizen("demo-citizen", town="24001")

    offered = {each["id"] for each in citizen.http.get("/api/v1/products").json()["products"]}

    assert "allotment" not in offered
    assert citizen.file("allotment", language="nl").json()["type"].endswith("unknown-product")
