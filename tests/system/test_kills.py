"""kill -9 between any two steps of an application, and while a hundred run: nothing is lost, nothing issued twice."""

import hashlib
import random
import threading
from collections.abc import Iterator

import pika
import pytest

from services.contracts.topology import SUBSCRIPTIONS
from services.registry.sources.population.populations import Populations
from tests.system.conftest import Citizen, Deployment
from tests.waiting import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SERVICES = ("intake", "registry", "documents", "notify")
PARTS = ("broker", "store")

ENDING = "registry.end-extract"
"""Is on no application's road but that of one that is taken back, or expires."""

RECHECKING = ("registry.recheck-facts", "documents.record-recheck")
"""The way after somebody checks a certificate: tests/system/test_still_true.py."""

CONFIRMING = ("notify.tell-asked", "intake.take-answer")
"""The way of a confirmation: tests/notify/feed/test_answering_process.py, tests/system/test_confirmations.py."""

UNPRINTABLE = "intake.record-unprintable"
"""The way of what cannot be put on paper: tests/system/test_unprintable.py."""

KEEPING = ("registry.keep-town", "documents.keep-town", "notify.keep-town")
"""The way of what is chosen for a town: tests/system/test_town_kills.py."""

OFF_THE_ROAD = (ENDING, UNPRINTABLE, *RECHECKING, *CONFIRMING, *KEEPING)

ON_THE_ROAD = tuple(queue for queue in SUBSCRIPTIONS if queue not in OFF_THE_ROAD)

LATER = "notify.tell-departments.relayed"
"""A process repeats what it told departments in its first seconds, and comes to it after that:
tests/notify/feed/test_kills.py."""

POINTS = (
    "intake.submit-application.saved",
    "intake.submit-application.relayed",
    *(
        point
        for queue in ON_THE_ROAD
        for step in ("received", "saved", "relayed", "settled")
        if (point := f"{queue}.{step}") != LATER
    ),
    "documents.rendered",
    "documents.piece-stored",
    "documents.stored",
    "notify.claimed",
    "notify.sent",
)
"""Every named crash point on the road of an application."""

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

STATES = ["submitted", "looked-up", "cleared", "issued", "delivered"]


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
    _survives(deployment, point, "self")


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


@pytest.mark.chaos
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("point", POINTS)
def test_the_broker_or_the_store_killed_at_a_crash_point(deployment: Deployment, point: str, part: str) -> None:
    _survives(deployment, point, str(deployment.pid(part)))


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


@pytest.mark.chaos
def test_broker_and_store_killed_every_few_seconds(deployment: Deployment) -> None:
    """Again and again: what waits is not pushed further and further into the delays, and all is at work in between."""
    citizens = [deployment.citizen(key) for key in ("demo-citizen", "demo-spouse", "single", "divorced", "widowed")]
    filed: list[tuple[Citizen, str]] = []
    filing = threading.Thread(
        target=lambda: filed.extend((each, each.filed_patiently("life")) for each in citizens * 12)
    )
    filing.start()

    for victim in PARTS * 4:
        issued = deployment.issued()
        deployment.kill(victim)
        wait_for(deployment.is_ready, seconds=90, what=f"{victim} to be back")
        wait_for(
            lambda issued=issued: deployment.issued() > issued or not filing.is_alive(), what="the next certificate"
        )
    filing.join()

    assert len(filed) == 60
    for citizen, application_id in filed:
        application = citizen.until(application_id, "delivered", seconds=240)
        assert [step["state"] for step in application["timeline"]] == STATES
        assert len(deployment.certificates_of(application_id)) == 1
        assert len(deployment.mails_about(application_id)) == 1
    with pika.BlockingConnection(pika.URLParameters(deployment.stack.amqp_uri)) as connection:
        for queue in (*(f"{each}.parked" for each in SUBSCRIPTIONS), "loket.delay.5m", "loket.delay.30m"):
            assert connection.channel().queue_declare(queue, passive=True).method.message_count == 0, queue


def _survives(deployment: Deployment, point: str, target: str) -> None:
    wait_for(deployment.is_ready, seconds=90, what="the stack")
    citizen = deployment.citizen("demo-citizen")
    deployment.arm(point, target)

    application_id = citizen.filed_patiently("life")
    application = citizen.until(application_id, "delivered", seconds=180)

    wait_for(lambda: not deployment.is_armed(point), what=f"{point} to be passed")
    assert [step["state"] for step in application["timeline"]] == STATES
    (certificate,) = deployment.certificates_of(application_id)
    assert certificate["certificate_id"] == application["certificate_id"]
    assert hashlib.sha256(citizen.certificate_patiently(application)).hexdigest() == certificate["sha256"]
    mails = deployment.mails_about(application_id)
    assert len({mail["Message-ID"] for mail in mails}) == 1
    assert len(mails) <= (2 if point.startswith("notify") else 1)
