"""Nothing in a message ends a process, and where something else does, no neighbour pays for it."""

import signal
from typing import Any

import pytest

from tests.chassis.conftest import Toy, submitted
from tests.waiting import wait_for

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "properties",
    [
        {"headers": {"loket-signature": "x" * 100_000}},
        {"headers": {"loket-attempts": "many", "loket-first-failed": -1, "x-delivery-count": "often"}},
        {"headers": {"loket-attempts": 10**18, "loket-first-failed": 10**18}},
        {"headers": {f"h{n}": "x" * 1000 for n in range(60)}},
        {"headers": {"traceparent": {"nested": [1, {"deep": None}]}}},
        {"content_type": "application/\u00e9"},
        {"message_id": "\u0000" * 200},
        {"content_encoding": "gzip"},
        {"content_type": b"\xff\xfe"},
        {"message_id": b"\xc3"},
        {"timestamp": 2**62},
        {"headers": {"h": 2**62}, "correlation_id": "\ud800".encode("utf-8", "surrogatepass")},
        {"content_encoding": "no-such-encoding", "content_type": "application/x-yaml"},
        {"content_type": "application/x-python-serialize"},
        {"priority": 255, "expiration": "99999999", "type": "x" * 255, "app_id": "x" * 255, "cluster_id": "x"},
    ],
    ids=lambda value: str(value)[:40],
)
def test_no_property_of_a_message_stops_the_service(toy: Toy, properties: dict[str, Any]) -> None:
    toy.publish(b"\xff{" + b"\\" * 65_000, by=None, **properties)
    toy.publish(submitted("a1", product="needs-switch"), **properties)

    wait_for(lambda: toy.waiting("toy.compile.parked") or toy.waiting("loket.delay.5s"))
    toy.publish(submitted("a2"))

    wait_for(lambda: toy.heard("a2"))
    assert toy.processes[0].poll() is None
    assert all(parked.headers["loket-reason"] for parked, _ in toy.parked())


def test_a_message_that_ends_its_process_is_parked_with_its_reason_and_its_neighbours_are_handled(toy: Toy) -> None:
    """As an operator sees it whose supervisor starts the service again each time."""
    neighbours = [f"n{n}" for n in range(9)]
    toy.publish(submitted("a1", product="kills"), *(submitted(each) for each in neighbours))

    deaths = 0
    while not (parked := toy.parked()):
        process = toy.processes[-1]
        wait_for(lambda process=process: process.poll() is not None or toy.waiting("toy.compile.parked"), seconds=60)
        if process.poll() is not None:
            deaths += 1
            assert process.returncode == -signal.SIGKILL
            toy.start(ready=False)

    ((properties, body),) = parked
    assert (properties.headers["loket-reason"], body) == ("ends-its-process", submitted("a1", product="kills"))
    assert deaths <= 10
    for each in neighbours:
        wait_for(lambda each=each: toy.heard(each))
        assert toy.extract(each)["times"] == 1
    assert toy.db.suspects.count_documents({}) == 0


def test_an_innocent_that_came_back_often_is_handled(toy: Toy) -> None:
    """Killed from outside again and again: no fault of the message."""
    toy.publish(submitted("a1", product="slow"))
    for tries in range(1, 6):
        wait_for(lambda tries=tries: len(toy.notes("tried")) == tries)
        toy.processes[-1].kill()
        toy.processes[-1].wait()
        toy.start()

    wait_for(lambda: toy.heard("a1"))
    assert toy.parked() == []


def test_who_writes_that_a_message_came_back_often_has_nobody_wait(toy: Toy) -> None:
    """Only what the broker delivers again has its own count; who handles alone stops all others."""
    toy.publish(submitted("a1"), headers={"x-delivery-count": 9})

    wait_for(lambda: toy.heard("a1"))

    assert not any(fact["event"] == "event_handled_alone" for fact in toy.facts())
