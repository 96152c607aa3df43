"""How often one application makes the store answer, and the store and the broker write to disk."""

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from deploy.bench.calls import ANSWERS, SYNCS, Calls, an_application, by_kind, now, traced
from deploy.bench.load import Issued, burst
from deploy.bench.processes import Processes

WARM_UP = 10
"""Applications after strace has attached: connections that it broke are opened anew, which is no application's cost."""

QUIET_S = 10.0
"""How long what goes on anyway is counted."""

AFTER_S = 5.0
"""Until the citizens are told, after the last certificate was stored."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Per application: commands that the store answered, by who asked; writes to disk that were waited for. `at_rest`
    are both a second while nothing happens."""

    store_commands: dict[str, float]
    fsyncs: dict[str, float]
    at_rest: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class Window:
    """A time in which nothing happens, and one in which applications are filed, as Call.at tells the time."""

    quiet: tuple[float, float]
    busy: tuple[float, float]
    applications: int

    def an_application(self, quiet: float, busy: float) -> float:
        """What one costs of that which was counted in either."""
        return an_application(
            quiet,
            busy,
            quiet_s=self.quiet[1] - self.quiet[0],
            busy_s=self.busy[1] - self.busy[0],
            applications=self.applications,
        )


def counted(
    processes: Processes,
    address: str,
    tokens: Sequence[str],
    issued: Issued,
    *,
    told: Callable[[], None],
) -> Counted:
    """`tokens` are of WARM_UP citizens and of those whose applications are counted. Raises PartError."""
    (store,) = processes.of("store")
    with contextlib.ExitStack() as stack:
        of_store = stack.enter_context(traced(store.pid, (*SYNCS, *ANSWERS)))
        of_broker = [stack.enter_context(traced(each.pid, SYNCS)) for each in processes.broker_nodes()]
        burst(address, tokens[:WARM_UP], issued, told=told)
        time.sleep(AFTER_S)
        began = now()
        time.sleep(QUIET_S)
        filed = now()
        burst(address, tokens[WARM_UP:], issued, told=told)
        time.sleep(AFTER_S)
        ended = now()
        kinds = processes.by_port()
    window = Window(quiet=(began, filed), busy=(filed, ended), applications=len(tokens) - WARM_UP)
    return Counted(
        store_commands=commands(of_store, kinds, window),
        fsyncs={"store": syncs([of_store], window), "broker": syncs(of_broker, window)},
        at_rest={
            "store_commands_per_s": len(of_store.between(began, filed, ANSWERS)) / (filed - began),
            "store_fsyncs_per_s": len(of_store.between(began, filed, SYNCS)) / (filed - began),
            "broker_fsyncs_per_s": sum(len(each.between(began, filed, SYNCS)) for each in of_broker) / (filed - began),
        },
    )


def commands(of_store: Calls, kinds: dict[int, str], window: Window) -> dict[str, float]:
    """By kind of process, with their `total`."""
    quiet = by_kind(of_store.between(*window.quiet, ANSWERS), kinds)
    busy = by_kind(of_store.between(*window.busy, ANSWERS), kinds)
    found = {kind: window.an_application(quiet[kind], busy[kind]) for kind in sorted(Counter(quiet) | Counter(busy))}
    return {"total": window.an_application(quiet.total(), busy.total()), **found}


def syncs(parts: Sequence[Calls], window: Window) -> float:
    """fsync and fdatasync of all nodes of a part."""
    quiet = sum(len(each.between(*window.quiet, SYNCS)) for each in parts)
    busy = sum(len(each.between(*window.busy, SYNCS)) for each in parts)
    return window.an_application(quiet, busy)
