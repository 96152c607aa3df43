"""A stack that does nothing: what it uses then, and when it has come to rest again."""

import time

from deploy.bench.processes import Processes, spent

SETTLE_S = 15.0
"""After a start or a warm-up: until nothing is left to be done once."""

IDLE_S = 30.0
LOOK_S = 1.0
LOOKS = 3
"""As many quiet looks in a row are a rest."""

MARGIN = 0.1
"""Of one core, above what it uses at rest."""

PATIENCE_S = 60.0


def idle_percent(processes: Processes, *, seconds: float = IDLE_S) -> dict[str, float]:
    """CPU of one core while nothing happens, by kind, with their `total`."""
    before, began = processes.cpu_s(), time.monotonic()
    time.sleep(seconds)
    used, took = spent(before, processes.cpu_s()), time.monotonic() - began
    return totalled({kind: 100 * each / took for kind, each in used.items()})


def at_rest(processes: Processes, *, idle_percent: float) -> dict[str, float]:
    """The CPU seconds at the moment from which the stack used no more than at rest: all told, all mails sent.

    After PATIENCE_S, those of that moment: it may not come to rest, and that is its cost, too.
    """
    ends = time.monotonic() + PATIENCE_S
    quiet: list[dict[str, float]] = []
    before, at = processes.cpu_s(), time.monotonic()
    while time.monotonic() < ends:
        time.sleep(LOOK_S)
        after, then = processes.cpu_s(), time.monotonic()
        is_quiet = sum(spent(before, after).values()) / (then - at) <= idle_percent / 100 + MARGIN
        quiet = [*quiet, before] if is_quiet else []
        if len(quiet) == LOOKS:
            return quiet[0]
        before, at = after, then
    return before


def totalled(found: dict[str, float]) -> dict[str, float]:
    """With the sum of all as `total`, before them."""
    return {"total": sum(found.values()), **found}
