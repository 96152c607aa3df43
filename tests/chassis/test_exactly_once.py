"""Delivery is at least once; the effect is exactly once. Real broker, real store, a real process."""

import signal

import pytest

from tests.chassis.conftest import Toy, submitted
from tests.waiting import wait_for


def test_an_event_has_its_effect_and_the_next_is_told(toy: Toy) -> None:
    toy.publish(submitted("a1"))

    wait_for(lambda: toy.heard("a1"))

    extract = toy.extract("a1")
    assert extract is not None
    assert (extract["times"], extract["version"], extract["town"]) == (1, 1, "24001")
    wait_for(lambda: toy.extract("a1")["outbox"] == [])
    assert "outbox_since" not in toy.extract("a1")


def test_the_same_event_ten_times_has_one_effect(toy: Toy) -> None:
    for _ in range(10):
        toy.publish(submitted("a1"))

    wait_for(lambda: len(toy.notes("tried")) >= 10)

    wait_for(lambda: toy.heard("a1"))
    assert toy.extract("a1")["times"] == 1
    assert toy.heard("a1") == ["a1:extract-compiled:1"]
    assert toy.parked() == []


@pytest.mark.parametrize("step", ["received", "saved", "relayed", "settled"])
def test_a_process_killed_between_two_steps_leaves_one_effect(toy: Toy, step: str) -> None:
    toy.arm(f"toy.compile.{step}")

    toy.publish(submitted("a1"))
    assert toy.processes[0].wait(timeout=30) == -signal.SIGKILL
    toy.start()

    wait_for(lambda: toy.heard("a1"))
    wait_for(lambda: toy.extract("a1")["outbox"] == [])
    assert toy.extract("a1")["times"] == 1
    assert toy.heard("a1") == ["a1:extract-compiled:1"]


def test_events_of_one_aggregate_are_counted_and_kept_in_order(toy: Toy) -> None:
    for sequence in (1, 2, 3):
        toy.publish(submitted("a1", sequence=sequence))
        wait_for(lambda sequence=sequence: (toy.extract("a1") or {}).get("times") == sequence)

    wait_for(lambda: len(toy.heard("a1")) == 3)

    assert sorted(toy.heard("a1")) == [f"a1:extract-compiled:{n}" for n in (1, 2, 3)]
    assert toy.extract("a1")["heard"] == {"intake/a1": 3}


def test_an_event_nobody_listens_to_yet_waits_in_the_outbox(toy: Toy) -> None:
    channel = toy.channel()
    channel.queue_unbind("toy.hear", "loket.events", "be.loket.registry.extract-compiled.v1")
    toy.publish(submitted("a1"))
    wait_for(lambda: toy.extract("a1"))
    assert len(toy.extract("a1")["outbox"]) == 1

    channel.queue_bind("toy.hear", "loket.events", "be.loket.registry.extract-compiled.v1")

    wait_for(lambda: toy.heard("a1"))
    wait_for(lambda: toy.extract("a1")["outbox"] == [])


def test_a_graceful_stop_finishes_what_it_holds(toy: Toy) -> None:
    toy.publish(submitted("a1", product="slow"))
    wait_for(lambda: toy.notes("tried"))

    toy.processes[0].send_signal(signal.SIGTERM)
    assert toy.processes[0].wait(timeout=30) == 0

    assert toy.extract("a1")["times"] == 1
    toy.start()
    wait_for(lambda: toy.heard("a1"))
    assert toy.notes("tried") == ["a1:application-submitted:1"]


def test_two_processes_share_the_work_without_doing_it_twice(toy: Toy) -> None:
    toy.start()

    toy.publish(*(submitted(f"a{n}") for n in range(60)))

    wait_for(lambda: toy.db.heard.count_documents({}) == 60)
    assert {each["times"] for each in toy.db.extracts.find()} == {1}
