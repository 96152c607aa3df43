"""What no font draws, on the whole stack: kill -9 at any step of telling so, and its citizen is told once."""

from collections.abc import Iterator

import pytest

from deploy.operator.status.gathered import status
from tests.system.conftest import Deployment
from tests.waiting import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

STEPS = ("received", "saved", "relayed", "settled")
POINTS = tuple(
    f"{queue}.{step}"
    for queue in ("documents.issue-certificate", "intake.record-unprintable", "notify.tell-citizen")
    for step in STEPS
)
"""Every named crash point from the order to the mail."""

TELLING = ("documents.issue-certificate.saved", "intake.record-unprintable.received", "intake.record-unprintable.saved")
"""Those that run at every test; the others run with the chaos."""

NAME = "Jans\U00018b00en"
"""With a letter of the Khitan small script, which none of the fonts draws that Loket prints with."""


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A stack of its own, to be broken, where somebody is called so."""
    deployment = Deployment(tmp_path_factory.mktemp("unprintable") / "var")
    deployment.start()
    name(deployment, NAME)
    yield deployment
    deployment.stop()


def name(deployment: Deployment, last_name: str) -> None:
    number = deployment.citizen("single").number
    dossiers = deployment.database("registry").dossiers
    assert dossiers.update_one({"town": "24001", "number": number}, {"$set": {"last_name": last_name}}).matched_count


@pytest.mark.parametrize(
    "point", ["", *(each if each in TELLING else pytest.param(each, marks=pytest.mark.chaos) for each in POINTS)]
)
def test_its_citizen_is_told_once_whoever_is_killed(deployment: Deployment, point: str) -> None:
    wait_for(deployment.is_ready, seconds=90, what="the stack")
    citizen = deployment.citizen("single")
    if point:
        deployment.arm(point)

    application_id = citizen.filed_patiently("life")
    application = citizen.until(application_id, "refused", seconds=180)

    wait_for(lambda: not (point and deployment.is_armed(point)), what=f"{point} to be passed")
    mails = wait_for(lambda: deployment.mails_about(application_id), seconds=120, what="the mail")
    assert application["code"] == "character-unprintable"
    assert [step["state"] for step in application["timeline"]] == ["submitted", "looked-up", "cleared", "refused"]
    assert "niet kunnen afdrukken" in application["timeline"][-1]["sentence"]
    (kept,) = deployment.certificates_of(application_id)
    assert (kept["issued_at"], kept["no_paper"]["detail"]) == (None, "no installed font draws U+18Bxx")
    assert len(mails) <= (2 if point.startswith("notify") else 1)


def test_an_operator_sees_it_without_the_character_and_who_applies_again_after_a_mend_has_it(
    deployment: Deployment,
) -> None:
    wait_for(deployment.is_ready, seconds=90, what="the stack")
    citizen = deployment.citizen("single")
    refused = citizen.filed_patiently("life")
    citizen.until(refused, "refused", seconds=120)

    (trouble,) = [each for each in status(deployment.stack)["wrong"] if each["code"] == "unprintable"]
    logs = "".join(file.read_text() for file in deployment.stack.logs.glob("*.log"))
    name(deployment, "Jansen")
    again = citizen.filed_patiently("life")
    citizen.until(again, "delivered", seconds=120)

    assert refused in trouble["sentence"]
    assert "no installed font draws U+18Bxx" in trouble["sentence"]
    assert "certificate_unprintable" in logs
    assert not [said for said in (NAME, "18B00", "18b00", "\U00018b00") if said in logs + str(trouble)]
    assert citizen.application(refused)["state"] == "refused"
