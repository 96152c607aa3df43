"""A town whose people are at MAGDA: applications on their whole road, while the platform fails and ends."""

import os
import signal
from collections.abc import Iterator

import psutil
import pytest

from deploy.demo.generator.hard_cases import HARD_CASES
from deploy.demo.magda.faults import Fault, Faults
from deploy.demo.magda.numbers import raised
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


def _pid(deployment: Deployment) -> int | None:
    """Of the stand-in's process."""
    words = {"deploy.demo.magda", str(deployment.stack.magda)}
    found = (each.pid for each in psutil.process_iter(["cmdline"]) if words <= set(each.info["cmdline"] or ()))
    return next(found, None)
