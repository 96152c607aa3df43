"""A process that is told to stop ends, whatever it was at."""

import time
from types import SimpleNamespace

import eventlet
from kombu import Queue

from services.chassis.consumer import EventsConsumer
from services.chassis.seats import Seats
from tests.chassis.conftest import Toy

STARTS = 12
LONGEST_S = 60.0


class Entrypoint:
    """One queue's."""

    def __init__(self, queue: str) -> None:
        self.queue = Queue(queue)

    def handle_message(self, message: object) -> None:
        raise NotImplementedError


class Consumer:
    """kombu's, of which only the life is looked at; the broker takes its time with a new one."""

    def __init__(self, queues: list[Queue], on_message: object) -> None:
        self.queue = queues[0].name
        self.cancelled = False

    def qos(self, prefetch_count: int) -> None:
        eventlet.sleep(0)

    def cancel(self) -> None:
        self.cancelled = True


def test_entrypoints_told_to_stop_while_the_connection_is_made_wait_for_their_consumers() -> None:
    consumer = EventsConsumer()
    consumer.container = SimpleNamespace(config={"event_seats": Seats(1)})
    entrypoints = [Entrypoint("toy.one"), Entrypoint("toy.two"), Entrypoint("toy.three")]
    for entrypoint in entrypoints:
        consumer.register_provider(entrypoint)

    stopping = [eventlet.spawn(consumer.unregister_provider, entrypoint) for entrypoint in entrypoints]
    eventlet.sleep(0)
    made = list(consumer.get_consumers(Consumer, object()))
    consumer._cancel_consumers_if_requested()  # as nameko's loop does
    with eventlet.Timeout(5):
        for each in stopping:
            each.wait()
        consumer.wait_for_providers()

    assert [each.cancelled for each in made] == [True] * 3


def test_a_process_stops_at_any_moment_of_its_start(idle_toy: Toy) -> None:
    processes = []
    for number in range(STARTS):
        process = idle_toy.start(ready=False)
        file = idle_toy.folder / f"toy-{process.pid}.json"
        while not file.exists():  # before it is there no handler of ours is
            assert process.poll() is None
            time.sleep(0.01)
        time.sleep(number * 0.02)
        process.terminate()
        processes.append(process)

    assert [process.wait(LONGEST_S) for process in processes] == [0] * STARTS
    assert "Traceback" not in idle_toy.log.read_text()
