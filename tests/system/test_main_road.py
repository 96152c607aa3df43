"""An application in, a sealed certificate out: for every product, in every language, through the gateway."""

import hashlib
import io
import json
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from deploy.demo.generator.hard_case_homes import STREETS
from deploy.demo.generator.hard_cases import HARD_CASES
from services.contracts.catalogue import products
from services.contracts.facts import POPULATION
from tests.system.conftest import Citizen, Deployment
from tests.waiting import wait_for

ROADS = [
    ("24001", "nl"),
    ("24001", "en"),
    ("21005", "fr"),
    ("21005", "nl"),
    ("63023", "de"),
    ("63023", "fr"),
]


OFFERED = sorted(id for id, product in products().items() if product.sources == {POPULATION} and not product.gives.form)
ALL_ROADS = [("household-composition", town, language) for town, language in ROADS] + [
    (product, *ROADS[place % len(ROADS)]) for place, product in enumerate(OFFERED)
]
"""Every product once but those for abroad (test_abroad.py), and one of them in every town and language: with `make
test-paper` all are printed in all of them."""

Road = tuple[str, str, str]

ADDRESSES = {"residence", "residence-history", "household", "departure"}
"""Facts that tell one."""

ABOUT = {"residence-of-a-minor-child": ("demo-citizen", "demo-child"), "departure": ("emigrated", None)}
"""Who asks about whom, where it is not the standard citizen about self."""


@pytest.fixture(scope="module")
def filed(deployment: Deployment) -> dict[Road, tuple[Citizen, str]]:
    """All of them at once: while one is looked at, the others are printed."""
    found = {}
    for product, town, language in dict.fromkeys(ALL_ROADS):
        key, subject = ABOUT.get(product, ("demo-citizen", None))
        citizen = deployment.citizen(key, town=town)
        about = {"subject": HARD_CASES[subject].number} if subject else {}
        found[product, town, language] = citizen, citizen.filed(product, language=language, **about)
    return found


@pytest.mark.parametrize(("product", "town", "language"), dict.fromkeys(ALL_ROADS))
def test_an_application_becomes_a_sealed_certificate(
    deployment: Deployment,
    filed: dict[Road, tuple[Citizen, str]],
    product: str,
    town: str,
    language: str,
    tmp_path: Path,
) -> None:
    citizen, application_id = filed[product, town, language]

    application = citizen.until(application_id, "delivered")
    pdf = citizen.certificate(application)

    assert [step["state"] for step in application["timeline"]] == [
        "submitted",
        "looked-up",
        "cleared",
        "issued",
        "delivered",
    ]
    assert all(step["sentence"] for step in application["timeline"])
    (certificate,) = deployment.certificates_of(application_id)
    assert certificate["town"] == town
    assert certificate["sha256"] == hashlib.sha256(pdf).hexdigest()
    text = _text(pdf, tmp_path)
    assert _title(products()[product].title(language)) in _title(text)
    streets = {street for street in STREETS.values() if street in text}
    tells = bool(ADDRESSES & set(products()[product].facts))
    assert streets == ({STREETS.get(language, STREETS["nl"])} if tells else set())
    _assert_sealed(pdf, root=deployment.stack.seals / "root.pem")
    _assert_one_mail(deployment, application_id, pdf)
    code = certificate["code"]
    verdict = citizen.http.get(f"/api/v1/verifications/{code}").json()
    assert verdict["verdict"] == "authentic"
    checked = citizen.http.post("/api/v1/verifications", content=pdf, headers={"Content-Type": "application/pdf"})
    assert checked.json()["verdict"] == "untouched"


def test_an_altered_file_is_told_from_an_untouched_and_from_one_that_is_not_ours(deployment: Deployment) -> None:
    citizen = deployment.citizen("single")
    pdf = citizen.certificate(citizen.until(citizen.filed("life"), "delivered"))

    def verdict(content: bytes) -> str:
        answer = citizen.http.post(
            "/api/v1/verifications", content=content, headers={"Content-Type": "application/pdf"}
        )
        return str(answer.json()["verdict"])

    assert verdict(pdf) == "untouched"
    assert verdict(pdf + b"\n") == "altered"
    half = len(pdf) // 2
    assert verdict(pdf[:half] + bytes([pdf[half] ^ 1]) + pdf[half + 1 :]) == "altered"
    assert verdict(b"%PDF-1.7\n%%EOF\n") == "not-ours"


def test_a_file_written_again_by_another_program_is_altered(deployment: Deployment, tmp_path: Path) -> None:
    citizen = deployment.citizen("single")
    application_id = citizen.filed("life")
    (tmp_path / "in.pdf").write_bytes(citizen.certificate(citizen.until(application_id, "delivered")))

    def told(*command: str) -> tuple[int, dict[str, Any]]:
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
        content = (tmp_path / "out.pdf").read_bytes()
        answer = citizen.http.post(
            "/api/v1/verifications", content=content, headers={"Content-Type": "application/pdf"}
        )
        return answer.status_code, answer.json()

    (certificate,) = deployment.certificates_of(application_id)
    for program in ("pdfwrite", "pdfimage24"):
        status, found = told(
            "gs", "-q", "-dBATCH", "-dNOPAUSE", f"-sDEVICE={program}", "-sOutputFile=out.pdf", "in.pdf"
        )
        assert (status, found["verdict"], found["number"]) == (200, "altered", certificate["number"])
        assert (found["current"], found["current_until"]) == (None, None)
    status, problem = told("qpdf", "--encrypt", "user", "owner", "256", "--", "in.pdf", "out.pdf")
    assert (status, problem["errors"][0]["slug"]) == (422, "password-protected")


def test_a_certificate_is_superseded_by_one_that_states_other_facts(deployment: Deployment) -> None:
    citizen = deployment.citizen("single")
    first = citizen.until(citizen.filed("residence"), "delivered")
    code = deployment.certificates_of(first["application_id"])[0]["code"]
    citizen.until(citizen.filed("residence"), "delivered")
    assert citizen.http.get(f"/api/v1/verifications/{code}").json()["verdict"] == "authentic"

    registry = deployment.database("registry")
    own = {"town": citizen.town, "number": citizen.number}
    home = {"town": citizen.town, "household": registry.dossiers.find_one(own)["household"]}
    registry.dossiers.update_many(own, {"$set": {"stays.$[].address.house_number": "999"}})
    registry.households.update_many(home, {"$set": {"address.house_number": "999"}})
    citizen.until(citizen.filed("residence"), "delivered")

    assert citizen.http.get(f"/api/v1/verifications/{code}").json()["verdict"] == "superseded"


def test_the_live_stream_tells_each_step_and_ends(deployment: Deployment) -> None:
    citizen = deployment.citizen("legal-cohabitant")
    application_id = citizen.filed("household-composition")

    states, ids = [], []
    with citizen.http.stream("GET", f"/api/v1/applications/{application_id}/stream", timeout=60) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        for line in stream.iter_lines():
            if line.startswith("id:"):
                ids.append(int(line[3:]))
            if line.startswith("data:") and "state" in line:
                states.append(json.loads(line[5:])["state"])

    assert states[-1] == "delivered"
    assert ids == sorted(ids)


def test_the_same_key_twice_at_once_files_one_application(deployment: Deployment) -> None:
    citizen = deployment.citizen("divorced")
    answers: list[tuple[int, str]] = []

    def file() -> None:
        answer = citizen.file("life", key="the-same-key")
        answers.append((answer.status_code, answer.json()["application_id"]))

    threads = [threading.Thread(target=file) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {status for status, _ in answers} == {202}
    assert len({application_id for _, application_id in answers}) == 1
    assert citizen.file("residence", key="the-same-key").status_code == 422


def test_a_parent_gets_a_childs_certificate_and_nobody_else_does(deployment: Deployment) -> None:
    parent, stranger = deployment.citizen("parent-of-a-minor"), deployment.citizen("single")
    child = deployment.citizen("minor").number

    application = parent.until(parent.filed("residence", subject=child), "delivered", "refused")
    refused = stranger.until(stranger.filed("residence", subject=child), "delivered", "refused")

    assert application["state"] == "delivered"
    assert (refused["state"], refused["code"]) == ("refused", "not-entitled")
    assert stranger.http.get(f"/api/v1/applications/{application['application_id']}").status_code == 404
    assert stranger.http.get(f"/api/v1/certificates/{application['certificate_id']}").status_code == 404
    assert parent.http.get(f"/api/v1/certificates/{application['certificate_id']}").status_code == 200


def test_towns_are_kept_apart(deployment: Deployment) -> None:
    here = deployment.citizen("demo-citizen", town="24001")
    application = here.until(here.filed("life"), "delivered")
    code = deployment.certificates_of(application["application_id"])[0]["code"]

    there = deployment.citizen("demo-citizen", town="21005")

    assert there.http.get(f"/api/v1/applications/{application['application_id']}").status_code == 404
    assert there.http.get(f"/api/v1/certificates/{application['certificate_id']}").status_code == 404
    assert there.http.get(f"/api/v1/verifications/{code}").json()["verdict"] == "unknown"
    assert application["application_id"] not in there.http.get("/api/v1/applications").text


def _text(pdf: bytes, folder: Path) -> str:
    path = folder / "certificate.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True).stdout


def _title(text: str) -> str:
    return " ".join(text.split()).casefold()


def _assert_sealed(pdf: bytes, *, root: Path) -> None:
    (seal,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    trust = ValidationContext(trust_roots=[load_cert_from_pemder(str(root))], allow_fetching=False)
    status = validate_pdf_signature(seal, signer_validation_context=trust, skip_diff=True)
    assert status.intact
    assert status.valid
    assert status.trusted
    assert status.coverage.name == "ENTIRE_FILE"


def _assert_one_mail(deployment: Deployment, application_id: str, pdf: bytes) -> None:
    (mail,) = wait_for(lambda: deployment.mails_about(application_id))
    assert application_id in mail.get_body(("plain",)).get_content()
    assert not list(mail.iter_attachments())
    assert pdf[:8] not in mail.as_bytes()
