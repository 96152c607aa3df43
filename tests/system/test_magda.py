"""A town whose people are at MAGDA: applications on their whole road, while the platform fails and ends."""

import hashlib
import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime

import psutil
import pytest

from deploy.demo.far.authorities import ORGANISATION
from deploy.demo.generator.hard_cases import HARD_CASES
from deploy.demo.magda.faults import Fault, Faults
from deploy.demo.magda.numbers import raised
from services.registry import seals
from tests.system.conftest import Deployment, wait_for

KORTENBERG = "24055"


@pytest.fixture
def faults(deployment: Deployment) -> Iterator[Faults]:
    found = Faults(deployment.database("magda"))
    yield found
    found.set(None)


def test_certificates_are_delivered_and_the_look_names_the_questions(deployment: Deployment):
    citizen = deployment.citizen("demo-citizen", town=KORTENBERG)

    found = [citizen.until(citizen.filed(product), "delivered") for product in ("household-composition", "life")]

    assert all(citizen.certificate(each).startswith(b"%PDF") for each in found)
    (look,) = deployment.database("registry")["accesses"].find({"application_id": found[0]["application_id"]})
    assert len(look["references"]) == 5
    assert len(look["about"]) == 4


def test_who_has_a_test_number_is_served_here_and_nowhere_else(deployment: Deployment):
    number = raised(HARD_CASES["demo-citizen"].number)
    here = deployment.citizen("demo-citizen", town=KORTENBERG, number=number)

    here.until(here.filed("life"), "delivered")

    elsewhere = deployment.citizen("demo-citizen", number=number)
    assert elsewhere.file("life").status_code in (401, 403)


@pytest.mark.parametrize("fault", ["away", "source-away", "half", "another-question"])
def test_what_waits_while_the_platform_fails_completes_once_it_answers(
    fault: str, deployment: Deployment, faults: Faults
):
    citizen = deployment.citizen("demo-citizen", town=KORTENBERG)
    faults.set(Fault(name=fault))
    waiting = [citizen.filed("life") for _ in range(2)]
    for each in waiting:
        citizen.until(each, "deferred")

    faults.set(None)

    for each in waiting:
        citizen.until(each, "delivered", seconds=90)


def test_the_end_of_the_platform_while_applications_wait_loses_none(deployment: Deployment, faults: Faults):
    citizen = deployment.citizen("demo-citizen", town=KORTENBERG)
    faults.set(Fault(name="slow", delay_s=5))
    waiting = [citizen.filed("life") for _ in range(4)]
    process = _pid(deployment)

    assert process is not None
    os.kill(process, signal.SIGKILL)
    faults.set(None)

    for each in waiting:
        citizen.until(each, "delivered", seconds=90)
    wait_for(lambda: _pid(deployment) not in (None, process), seconds=30, what="the stand-in to be started again")


def test_a_federal_attest_is_delivered_as_it_was_sealed_and_known_afterwards(deployment: Deployment):
    citizen = deployment.citizen("demo-citizen", town=KORTENBERG)

    found = citizen.until(citizen.filed("residence"), "delivered")

    pdf = citizen.certificate(found)
    assert _sealed(deployment, pdf) == seals.SOUND
    (look,) = deployment.database("registry")["accesses"].find({"application_id": found["application_id"]})
    assert "federal-attests" in look["sources"]
    (kept,) = deployment.certificates_of(found["application_id"])
    verdict = citizen.http.get(f"/api/v1/verifications/{kept['code']}").json()
    assert (verdict["verdict"], verdict["number"]) == ("authentic", kept["number"])
    by_file = citizen.http.post("/api/v1/verifications", files={"file": ("a.pdf", pdf, "application/pdf")}).json()
    assert by_file["verdict"] == "untouched"
    page = citizen.http.get("/api/v1/products/residence?lang=en").json()
    assert "printing or scanning it breaks the seal" in page["explanation"]


def _sealed(deployment: Deployment, pdf: bytes) -> bytes:
    root = deployment.stack.magda / "attests-root.pem"
    return seals.examined(pdf, seals.roots_in(root), sealed_by=ORGANISATION, now=datetime.now(UTC))


def test_attests_that_are_away_wait_while_all_else_goes_on(deployment: Deployment, faults: Faults):
    citizen = deployment.citizen("demo-citizen", town=KORTENBERG)
    faults.set(Fault(name="attest-source-away"))
    waiting = citizen.filed("residence")
    citizen.until(waiting, "deferred")
    citizen.until(citizen.filed("life"), "delivered")

    faults.set(None)

    citizen.until(waiting, "delivered", seconds=90)


@pytest.mark.parametrize("point", ["registry.attest-fetched", "documents.stored"])
def test_an_attest_is_given_once_though_a_process_is_killed_with_it_in_hand(point: str, deployment: Deployment):
    wait_for(deployment.is_ready, seconds=90, what="the stack")
    citizen = deployment.citizen("demo-citizen", town=KORTENBERG)
    deployment.arm(point)

    waiting = citizen.filed("residence")

    wait_for(lambda: not deployment.is_armed(point), seconds=60, what="the crash")
    found = citizen.until(waiting, "delivered", seconds=180)
    (kept,) = deployment.certificates_of(found["application_id"])
    assert hashlib.sha256(citizen.certificate(found)).hexdigest() == kept["sha256"]
    assert len(deployment.mails_about(found["application_id"])) == 1


@pytest.mark.parametrize(
    ("fault", "kind"), [("attest-altered", "attest-seal-broken"), ("attest-other-seal", "attest-seal-untrusted")]
)
def test_an_attest_that_is_not_sound_is_held_for_the_town(
    fault: str, kind: str, deployment: Deployment, faults: Faults
):
    citizen = deployment.citizen("demo-citizen", town=KORTENBERG)
    faults.set(Fault(name=fault))

    waiting = citizen.filed("residence")

    assert citizen.until(waiting, "deferred")["code"] == "document-unsound"
    (held,) = deployment.database("registry")["extracts"].find({"_id": waiting})
    assert held["code"] == kind
    assert deployment.certificates_of(waiting) == []


def _pid(deployment: Deployment) -> int | None:
    """Of the stand-in's process."""
    words = {"deploy.demo.magda", str(deployment.stack.magda)}
    found = (each.pid for each in psutil.process_iter(["cmdline"]) if words <= set(each.info["cmdline"] or ()))
    return next(found, None)
