"""A broker of three nodes: each is killed, and one hangs, while citizens file; nothing is lost or issued twice."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest

from deploy.broker.leaders import are_spread, nodes_of
from deploy.broker.queues import Queues
from deploy.local.programs import SERVICES
from tests.system.conftest import Citizen, Deployment
from tests.system.surviving import STATES
from tests.waiting import wait_for

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900)]

NODES = ("broker", "broker-2", "broker-3")


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A stack on three nodes, to be broken."""
    deployment = Deployment(tmp_path_factory.mktemp("cluster") / "var", LOKET_BROKER_NODES="3")
    deployment.start()
    yield deployment
    deployment.stop()


def test_each_node_killed_in_turn(deployment: Deployment) -> None:
    _await_spread(deployment)

    with _filing(deployment) as accepted:
        for node in NODES:
            deployment.kill(node)
            wait_for(lambda node=node: not _answers(deployment, node), what=f"{node} to be gone")
            _await_acceptance(accepted)
            wait_for(lambda node=node: _answers(deployment, node), what=f"{node} to be back")
            wait_for(deployment.is_ready, seconds=90, what="the services")
            _await_spread(deployment)

    _assert_all_came_through(deployment, accepted)


def test_a_node_that_hangs_stops_nobody(deployment: Deployment) -> None:
    """It holds its connections and says nothing, as on a machine that swaps."""
    _await_spread(deployment)
    node = psutil.Process(deployment.pid(NODES[0]))

    with _filing(deployment) as accepted:
        node.send_signal(signal.SIGSTOP)
        try:
            _await_acceptance(accepted)
            citizen, application_id = accepted[-1]
            citizen.until(application_id, "delivered", seconds=60)
        finally:
            node.send_signal(signal.SIGCONT)
        _await_spread(deployment)

    _assert_all_came_through(deployment, accepted)


@contextmanager
def _filing(deployment: Deployment) -> Iterator[list[tuple[Citizen, str]]]:
    """Citizens who file as long as this lasts: who filed what, as it is accepted."""
    accepted: list[tuple[Citizen, str]] = []
    enough = threading.Event()

    def file(citizen: Citizen) -> None:
        while not enough.wait(1):
            accepted.append((citizen, citizen.filed_patiently("life")))

    citizens = [threading.Thread(target=file, args=(deployment.citizen(key),)) for key in ("single", "divorced")]
    for each in citizens:
        each.start()
    try:
        yield accepted
    finally:
        enough.set()
        for each in citizens:
            each.join()


def _await_acceptance(accepted: list[tuple[Citizen, str]]) -> None:
    """Of five more, so that not all of them had been asked before."""
    before = len(accepted)
    wait_for(lambda: len(accepted) >= before + 5, what="applications to be accepted")


def _answers(deployment: Deployment, name: str) -> bool:
    return next(node for node in deployment.stack.brokers() if node.name == name).answers()


def _await_spread(deployment: Deployment) -> None:
    nodes = nodes_of(deployment.stack)
    wait_for(lambda: are_spread(nodes, over=len(NODES)), seconds=180, what="the leaders to be spread")


def _assert_all_came_through(deployment: Deployment, accepted: list[tuple[Citizen, str]]) -> None:
    for citizen, application_id in accepted:
        application = citizen.until(application_id, "delivered", seconds=120)
        assert [step["state"] for step in application["timeline"]] == STATES
        (certificate,) = deployment.certificates_of(application_id)
        assert certificate["certificate_id"] == application["certificate_id"]
    told = [str(mail["Message-ID"]) for mail in deployment.mails()]
    assert {sum(application_id in each for each in told) for _, application_id in accepted} == {1}
    queues = Queues(deployment.stack.amqp_uri)
    assert [queue for service in SERVICES for queue in queues.of_service(service) if queue["parked"]] == []
