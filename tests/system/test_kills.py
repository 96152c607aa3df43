"""kill -9 of a service between any two steps of an application, and of everything while a hundred run: nothing is lost,
nothing issued twice. Of broker and store at each step: test_parts_killed.py."""

import random
import threading
from collections.abc import Iterator

import pytest

from services.registry.sources.population.populations import Populations
from tests.system.conftest import Citizen, Deployment
from tests.system.surviving import ENDING, POINTS, STATES, assert_survived
from tests.waiting import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SERVICES = ("intake", "registry", "documents", "notify")

TELLING = (
    "intake.submit-application.saved",
    "registry.compile-extract.relayed",
    "intake.record-extract.saved",
    "documents.piece-stored",
    "documents.stored",
    "documents.issue-certificate.saved",
    "notify.sent",
)
"""Those that run at every test; the others run with the chaos."""


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A stack of its own, to be broken."""
    deployment = Deployment(tmp_path_factory.mktemp("kills") / "var")
    deployment.start()
    yield deployment
    deployment.stop()


@pytest.mark.parametrize(
    "point", [each if each in TELLING else pytest.param(each, marks=pytest.mark.chaos) for each in POINTS]
)
def test_a_service_killed_at_a_crash_point(deployment: Deployment, point: str) -> None:
    assert_survived(deployment, point, "self")


@pytest.mark.chaos
@pytest.mark.parametrize("step", ["received", "settled"])
def test_a_registry_killed_as_an_application_ends_looks_no_more(deployment: Deployment, step: str) -> None:
    wait_for(deployment.is_ready, seconds=90, what="the stack")
    population = Populations(deployment.database("registry"))
    population.pause("24001")
    citizen = deployment.citizen("demo-citizen")
    application_id = citizen.filed_patiently("life")
    citizen.until(application_id, "deferred")
    deployment.arm(f"{ENDING}.{step}")

    answer = citizen.http.post(f"/api/v1/applications/{application_id}/withdrawal")
    wait_for(lambda: not deployment.is_armed(f"{ENDING}.{step}"), what="the crash")
    wait_for(deployment.is_ready, seconds=90, what="registry to be back")

    extracts = deployment.database("registry").extracts
    wait_for(lambda: extracts.find_one({"_id": application_id})["state"] == "ended", what="the extract to end")
    population.resume("24001")
    assert answer.status_code == 200
    assert citizen.application(application_id)["state"] == "withdrawn"


def test_everything_killed_while_a_hundred_applications_run(deployment: Deployment) -> None:
    citizens = [deployment.citizen(key) for key in ("demo-citizen", "demo-spouse", "single", "divorced", "widowed")]
    filed: list[tuple[Citizen, str]] = []
    filing = threading.Thread(
        target=lambda: filed.extend((each, each.filed_patiently("life")) for each in citizens * 20)
    )
    filing.start()

    notify_kills = 0
    victims = [*SERVICES, "broker", "documents", "store", "notify", "intake"]
    random.Random(1).shuffle(victims)
    for victim in victims:
        deployment.kill(victim)
        notify_kills += victim == "notify"
        wait_for(deployment.is_ready, seconds=90, what=f"{victim} to be back")
    filing.join()

    assert len(filed) == 100
    extra = 0
    for citizen, application_id in filed:
        application = citizen.until(application_id, "delivered", seconds=240)
        assert [step["state"] for step in application["timeline"]] == STATES
        assert len(deployment.certificates_of(application_id)) == 1
        extra += len(deployment.mails_about(application_id)) - 1
    assert 0 <= extra <= notify_kills * 10  # a killed notify holds up to ten at once, each may be sent once more
    codes = {deployment.certificates_of(application_id)[0]["code"] for _, application_id in filed}
    assert len(codes) == 100
