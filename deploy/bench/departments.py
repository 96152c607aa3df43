"""What departments cost: how soon one has an event, what each more of them adds, and what the road of one application
pays for them.

Beside it, in the same run at the same broker, what no feed can go below: a message published to a quorum queue,
confirmed, and consumed.
"""

import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pika

from deploy.bench.figures import Numbers, spread
from deploy.bench.one_round import Measured, load, measured
from deploy.bench.progress import Progress
from deploy.bench.quiet import idle_percent
from deploy.bench.shown import MET
from deploy.bench.tree import Tree
from deploy.broker.queues import connect
from deploy.local.embedded.part import wait_until
from deploy.local.stack import Stack
from services.contracts.departments import Topic, reference_of
from services.contracts.feed.events import PublicEvent, type_of

ONE_BY_ONE, BURST = 60, 100
"""Applications of which delays, and of which CPU is told."""

PAUSE_S = 0.05
"""Between two messages of the bare exchange."""

BYTES = 600
"""Of such a message, as of an event."""

PATIENCE_S = 60.0

RATIO = 3.0
"""Of the feed's delay to that of the bare exchange, at most."""

ROAD = 1.05
"""Of the road with departments to that without, at most: what two rounds of one tree differ by."""


@dataclass(frozen=True, kw_only=True)
class FeedCost:
    """Milliseconds, as p50 and p95: `raw` is publish → consume; `delay` from the services' own event until a department
    has it, with one department and with all (`count`); `road` accepted → stored, without any and with all. CPU is that
    of all processes, an application.
    """

    count: int
    raw_ms: Numbers
    delay_of_one_ms: Numbers
    delay_ms: Numbers
    road_without_ms: Numbers
    road_ms: Numbers
    cpu_without_ms: float
    cpu_ms: float

    @property
    def delay_ratio(self) -> Numbers:
        """The delay beside the bare exchange."""
        return {name: self.delay_ms[name] / raw for name, raw in self.raw_ms.items()}

    @property
    def each_adds(self) -> Numbers:
        """What one more department adds: to the delay (p50), and to the CPU of an application."""
        delay = (self.delay_ms["p50"] - self.delay_of_one_ms["p50"]) / max(1, self.count - 1)
        return {"delay_ms": delay, "cpu_ms": (self.cpu_ms - self.cpu_without_ms) / self.count}

    @property
    def road_ratio(self) -> float:
        """The road of one application with all beside that without any."""
        return self.road_ms["p50"] / self.road_without_ms["p50"]


class Department:
    """One that hears: at which monotonic time it had the event about which application, by its reference."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.at: dict[str, float] = {}

    def __enter__(self) -> "Department":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        queue = pika.URLParameters(self._uri).credentials.username
        with connect(self._uri) as connection:
            channel = connection.channel()
            channel.basic_qos(prefetch_count=10)
            for method, _, body in channel.consume(queue, inactivity_timeout=0.2):
                if method is not None:
                    at, event = time.monotonic(), PublicEvent.from_json(body)
                    if event.type == type_of("certificate-issued"):
                        self.at[event.reference] = at
                    channel.basic_ack(method.delivery_tag)
                if self._ended.is_set():
                    channel.cancel()
                    return


def measure_departments(tree: Tree, var: Path, *, count: int, progress: Progress) -> FeedCost:
    """On a stack of its own: without departments, with one, with all, and without again, so that a machine that grows
    slower or faster meanwhile tells nothing of departments. Raises PartError.
    """
    with measured(tree, var, progress) as stack:
        idle = idle_percent(stack.processes)["total"]

        def cpu_ms() -> float:
            return float(load(stack, BURST, idle_percent=idle)["application_cpu_ms"])

        road_before, cpu_before = stack.file("no department", ONE_BY_ONE), cpu_ms()
        first = add(stack, 1)
        _, delay_of_one = _told(stack, first, "one department")
        for number in range(2, count + 1):
            progress("adding departments", number, count)
            add(stack, number)
        road, delay = _told(stack, first, f"{count} departments")
        cpu = cpu_ms()
        raw = _raw(stack)
        for number in range(1, count + 1):
            progress("removing departments", number, count)
            remove(stack, number)
        road_after, cpu_after = stack.file("no department again", ONE_BY_ONE), cpu_ms()
    return FeedCost(
        count=count,
        raw_ms=raw,
        delay_of_one_ms=delay_of_one,
        delay_ms=delay,
        road_without_ms=spread([*road_before, *road_after]),
        road_ms=spread(road),
        cpu_without_ms=(cpu_before + cpu_after) / 2,
        cpu_ms=cpu,
    )


def rows(cost: FeedCost) -> list[list[str]]:
    """A table for people: each figure beside its limit."""
    found = [
        [f"a message published and consumed, nothing else: {name}", f"{value:.1f} ms", "", ""]
        for name, value in cost.raw_ms.items()
    ]
    found += [
        [
            f"an event until a department has it, {cost.count} of them: {name}",
            f"{value:.1f} ms",
            f"≤ {RATIO * cost.raw_ms[name]:.1f} ms",
            MET[cost.delay_ratio[name] <= RATIO],
        ]
        for name, value in cost.delay_ms.items()
    ]
    adds = cost.each_adds
    found.append(["the same with one department: p50", f"{cost.delay_of_one_ms['p50']:.1f} ms", "", ""])
    found.append(["what each department adds to that", f"{adds['delay_ms']:.2f} ms", "", ""])
    found.append(["what each adds to the CPU of an application", f"{adds['cpu_ms']:.2f} ms", "", ""])
    limit = ROAD * cost.road_without_ms["p50"]
    found.append(
        [
            f"accepted → stored with {cost.count} departments: p50",
            f"{cost.road_ms['p50']:.0f} ms",
            f"≤ {limit:.0f} ms",
            MET[cost.road_ratio <= ROAD],
        ]
    )
    found.append(["the same without any", f"{cost.road_without_ms['p50']:.0f} ms", "", ""])
    return found


def facts(cost: FeedCost) -> dict[str, Any]:
    """What `rows` tells, for programs."""
    return {
        "departments": cost.count,
        "raw_ms": cost.raw_ms,
        "delay_ms": cost.delay_ms,
        "delay_of_one_ms": cost.delay_of_one_ms,
        "delay_ratio": cost.delay_ratio,
        "each_adds": cost.each_adds,
        "road_ms": cost.road_ms,
        "road_without_ms": cost.road_without_ms,
        "road_ratio": cost.road_ratio,
        "application_cpu_ms": {"without": cost.cpu_without_ms, "with": cost.cpu_ms},
        "aims": {
            "delay_ratio": {"aim": f"≤ {RATIO:g}", "met": all(each <= RATIO for each in cost.delay_ratio.values())},
            "road_ratio": {"aim": f"≤ {ROAD:g}", "met": cost.road_ratio <= ROAD},
        },
    }


def add(stack: Measured, number: int) -> str:
    """Its address; it hears all of every town."""
    towns = Stack(var=stack.var, outside=stack.tree.outside).towns()
    topics = [word for town in towns for word in ("--topic", Topic(town=town, event="*", product="*").binding)]
    about = ("--title", f"Bench {number}", "--purpose", "to be measured", *topics)
    said = stack.tree.run(stack.var, "departments", "add", f"bench-{number}", *about, "--json")
    address: str = json.loads(said)["address"]
    return address


def remove(stack: Measured, number: int) -> None:
    """It hears nothing any more, and nothing of it is left."""
    stack.tree.run(stack.var, "departments", "remove", f"bench-{number}", "--reason", "measured")


def _told(stack: Measured, address: str, what: str) -> tuple[list[float], Numbers]:
    """The road, and the delay from the services' own event to the department's."""
    with Department(address) as department:
        before = set(stack.issued.at)
        road = stack.file(what, ONE_BY_ONE)
        told = {reference_of(id): at for id, at in stack.issued.at.items() if id not in before}
        wait_until(lambda: told.keys() <= department.at.keys(), PATIENCE_S)
    delays = [1000 * (department.at[reference] - at) for reference, at in told.items() if reference in department.at]
    return road, spread(delays)


def _raw(stack: Measured) -> Numbers:
    """Published with confirms to a quorum queue of this broker and consumed, one after the other."""
    uri, queue = stack.issued.uri, f"bench.{secrets.token_hex(8)}"
    sent: dict[str, float] = {}
    heard: dict[str, float] = {}
    with connect(uri) as publishing:
        channel = publishing.channel()
        channel.confirm_delivery()
        channel.queue_declare(queue, durable=True, arguments={"x-queue-type": "quorum"})
        with _consuming(uri, queue, heard):
            for number in range(ONE_BY_ONE):
                id = str(number)
                sent[id] = time.monotonic()
                channel.basic_publish("", queue, bytes(BYTES), pika.BasicProperties(delivery_mode=2, message_id=id))
                time.sleep(PAUSE_S)
            wait_until(lambda: len(heard) == len(sent), PATIENCE_S)
        channel.queue_delete(queue)
    return spread([1000 * (at - sent[id]) for id, at in heard.items()])


@contextmanager
def _consuming(uri: str, queue: str, heard: dict[str, float]) -> Iterator[None]:
    ended = threading.Event()

    def consume() -> None:
        with connect(uri) as connection:
            channel = connection.channel()
            for method, properties, _ in channel.consume(queue, inactivity_timeout=0.2):
                if method is not None:
                    heard[properties.message_id] = time.monotonic()
                    channel.basic_ack(method.delivery_tag)
                if ended.is_set():
                    return

    thread = threading.Thread(target=consume, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
