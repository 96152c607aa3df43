"""One round: a stack of one tree is started cold, measured at rest, one by one and under a burst, and ended."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import Any

from deploy.bench import calls
from deploy.bench.broker import MeasuredBroker, broker_of
from deploy.bench.counting import WARM_UP as WARM_UP_TRACED
from deploy.bench.counting import counted
from deploy.bench.deployments import running
from deploy.bench.figures import Figures, middle, percentile
from deploy.bench.load import Issued, burst, one_by_one
from deploy.bench.people import People, people_of
from deploy.bench.processes import Processes, spent
from deploy.bench.progress import Progress, each_of
from deploy.bench.quiet import SETTLE_S, at_rest, idle_percent, totalled
from deploy.bench.tree import Tree

WARM_UP = 20


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How many applications one by one, in the burst, and traced (0: none)."""

    idle: int
    burst: int
    traced: int


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A stack that runs, as the bench reaches it from outside."""

    tree: Tree
    var: Path
    cold_start_s: float
    processes: Processes
    variables: dict[str, str]
    broker: MeasuredBroker
    people: People
    issued: Issued
    progress: Progress

    @property
    def address(self) -> str:
        """Of the gateway."""
        return f"http://{self.variables['LOKET_GATEWAY_BIND']}"

    def each(self, what: str, total: int) -> Callable[[], None]:
        """See each_of."""
        return each_of(total, what, self.progress)

    def file(self, what: str, count: int) -> list[float]:
        """One by one: milliseconds from the answer to the stored certificate."""
        return one_by_one(self.address, self.people.tokens(count), self.issued, told=self.each(what, count))


@contextmanager
def measured(tree: Tree, var: Path, progress: Progress) -> Iterator[Measured]:
    """A stack with a register of its own, warmed up and at rest. Raises PartError where it does not work."""
    progress("starting", 0, 1)
    with running(tree, var) as cold_start_s:
        processes = Processes(var)
        variables, broker = processes.variables(), broker_of(processes)
        people = people_of(tree, var, variables)
        with Issued(broker.uri_for_bench(variables["LOKET_AMQP_URI"])) as issued:
            found = Measured(
                tree=tree,
                var=var,
                cold_start_s=cold_start_s,
                processes=processes,
                variables=variables,
                broker=broker,
                people=people,
                issued=issued,
                progress=progress,
            )
            found.file("warming up", WARM_UP)
            progress("coming to rest", 0, 1)
            sleep(SETTLE_S)
            yield found


def measure(stack: Measured, plan: Plan) -> Figures:
    """All figures of a round. Raises PartError."""
    stack.progress("doing nothing", 0, 1)
    idle = idle_percent(stack.processes)
    pss, rss = totalled(stack.processes.pss_mb()), stack.processes.largest_mb()
    waits = stack.file("one by one", plan.idle)
    loaded = load(stack, plan.burst, idle_percent=idle["total"])
    return Figures(
        cold_start_s=stack.cold_start_s,
        accepted_to_stored_ms={"p50": middle(waits), "p95": percentile(waits, 0.95)},
        idle_cpu_percent=idle,
        pss_mb=pss,
        idle_rss_mb=rss,
        **loaded,
        **_traced(stack, plan.traced),
    )


def load(stack: Measured, count: int, *, idle_percent: float) -> dict[str, Any]:
    """What a burst of `count` tells: rates, and the CPU and the messages of an application until all is done."""
    tokens = stack.people.tokens(count)
    at_rest(stack.processes, idle_percent=idle_percent)
    messages = stack.broker.messages()
    before = stack.processes.cpu_s()
    crowd = burst(stack.address, tokens, stack.issued, told=stack.each("burst", count))
    used = spent(before, at_rest(stack.processes, idle_percent=idle_percent))
    sent = stack.broker.messages().since(messages)
    an_application = {kind: 1000 * each / crowd.applications for kind, each in used.items()}
    return {
        "accepted": {"per_s": crowd.accepted_per_s, "p95_ms": percentile(crowd.answer_ms, 0.95)},
        "certificates": {"per_s": crowd.certificates_per_s},
        "application_cpu_ms": sum(an_application.values()),
        "printing_cpu_ms": 1000 * used["printing"] / crowd.certificates,
        "besides_printing_cpu_ms": totalled({k: v for k, v in an_application.items() if k != "printing"}),
        "messages": {
            "published": sent.published / crowd.applications,
            "confirmed": sent.confirmed / crowd.applications,
        },
    }


def _traced(stack: Measured, count: int) -> dict[str, Any]:
    """Last of all: what strace held up goes on afterwards, but is not to be measured any more."""
    if count == 0 or not calls.is_there():
        return {"store_commands": {}, "fsyncs": {}, "at_rest": {}}
    tokens = stack.people.tokens(WARM_UP_TRACED + count)
    told = stack.each("burst, traced", len(tokens))
    found = counted(stack.processes, stack.address, tokens, stack.issued, told=told)
    return {"store_commands": found.store_commands, "fsyncs": found.fsyncs, "at_rest": found.at_rest}
