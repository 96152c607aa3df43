"""kill -9 of the broker or the store at each step of an application, and every few seconds: nothing is lost, nothing
issued twice."""

import threading
from collections.abc import Iterator

import pika
import pytest

from services.contracts.topology import SUBSCRIPTIONS
from tests.system.conftest import Citizen, Deployment
from tests.system.surviving import POINTS, STATES, assert_survived
from tests.waiting import wait_for

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]

PARTS = ("broker", "store")


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A stack of its own, to be broken."""
    deployment = Deployment(tmp_path_factory.mktemp("parts-killed") / "var")
    deployment.start()
    yield deployment
    deployment.stop()


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("point", POINTS)
def test_the_broker_or_the_store_killed_at_a_crash_point(deployment: Deployment, point: str, part: str) -> None:
    assert_survived(deployment, point, str(deployment.pid(part)))


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
