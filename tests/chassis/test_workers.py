"""Events, questions and sweeps have workers of their own: none waits for the others."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.chassis.asking import Asker
from services.chassis.locking import KeyRing
from services.chassis.sweeping import sweeps_of
from services.notify.service import NotifyService
from tests.chassis.conftest import Toy, submitted
from tests.chassis.toy import Toy as ToyService
from tests.chassis.toy_contracts import ListToys
from tests.keys import RING
from tests.waiting import wait_for


@pytest.fixture
def small(idle_toy: Toy) -> Toy:
    """Two workers of each kind."""
    idle_toy.start(LOKET_EVENT_WORKERS="2", LOKET_QUESTION_WORKERS="2")
    return idle_toy


@pytest.fixture
def client(small: Toy) -> Iterator[Asker]:
    client = Asker(small.amqp_uri, {"toy": KeyRing.parse(RING)}, timeout_s=20)
    yield client
    client.close()


def test_a_question_does_not_wait_for_slow_events(small: Toy, client: Asker) -> None:
    small.publish(*(submitted(f"a{n}", product="slow") for n in range(8)))
    wait_for(lambda: small.notes("tried"))

    client.ask(ListToys(town="24001", citizen="x"))

    assert small.db.extracts.count_documents({}) < 8


def test_an_event_does_not_wait_for_slow_questions(small: Toy, client: Asker) -> None:
    with ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(client.ask, ListToys(town="24001", citizen="slow")) for _ in range(6)]
        small.publish(submitted("a1"))
        wait_for(lambda: small.heard("a1"))
        unanswered = [each for each in asked if not each.done()]

    assert unanswered


def test_a_sweep_waits_for_neither(small: Toy) -> None:
    small.publish(*(submitted(f"a{n}", product="slow") for n in range(8)))
    wait_for(lambda: small.notes("tried"))

    small.db.switches.insert_one({"_id": "count-looks"})
    wait_for(lambda: small.notes("looked"))

    assert small.db.extracts.count_documents({}) < 8


def test_no_more_is_worked_on_at_once_than_there_are_workers(small: Toy) -> None:
    small.publish(*(submitted(f"a{n}", product="slow") for n in range(8)))

    wait_for(lambda: small.db.extracts.count_documents({}) == 8)

    assert max(note["with"] for note in small.db.notes.find({"kind": "tried"})) == 2


def test_each_sweep_of_a_service_has_a_worker() -> None:
    assert sweeps_of(ToyService) == 1
    assert sweeps_of(NotifyService) > 5
