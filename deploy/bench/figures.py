"""What was measured, as one object; medians of several, and the ratio of two."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from statistics import median
from typing import Any

Numbers = dict[str, float]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Of one tree. CPU is that of all processes of the stack, user and system; an application's is what it costs from
    the first that is filed until the stack is at rest again.

    Empty where an option did not ask for it. `besides_printing_cpu_ms`, `idle_cpu_percent` (of one core), `pss_mb` and
    `store_commands` are by kind of process with their `total`; `idle_rss_mb` is the largest process of each kind.
    `messages` are published and confirmed ones, `fsyncs` those of store and broker, and with `store_commands` they are
    told for each application; `at_rest` are commands and fsyncs a second while nothing happens. `parts` are of this
    tree's own code alone, called in the process of the bench.
    """

    cold_start_s: float
    accepted_to_stored_ms: Numbers
    accepted: Numbers
    certificates: Numbers
    application_cpu_ms: float
    printing_cpu_ms: float
    besides_printing_cpu_ms: Numbers
    messages: Numbers
    store_commands: Numbers
    fsyncs: Numbers
    at_rest: Numbers
    idle_cpu_percent: Numbers
    pss_mb: Numbers
    idle_rss_mb: Numbers
    growth: Numbers = field(default_factory=dict)
    towns: Numbers = field(default_factory=dict)
    starts: Numbers = field(default_factory=dict)
    parts: Numbers = field(default_factory=dict)

    def at(self, path: str) -> float | None:
        """One number, by its place in the JSON object (`accepted.per_s`); None where it was not measured."""
        name, _, key = path.partition(".")
        found = getattr(self, name)
        if isinstance(found, dict):
            return found.get(key)
        return float(found)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What bare render and seal need on the same cores in the same run: time and CPU of a page in one process alone,
    pages a second of as many processes as there are cores, and their memory over all pages."""

    bare_ms: float
    render_seal_cpu_ms: float
    ceiling_per_s: float
    render_seal_rss_mb: Numbers


def medians(rounds: Sequence[Figures]) -> Figures:
    """Of each number by itself. What only some rounds tell (a kind of process that did not run) is theirs."""
    return Figures(**{each.name: _median([getattr(one, each.name) for one in rounds]) for each in fields(Figures)})


def ratio(this: float | None, other: float | None) -> float | None:
    """How much of the other's this is; None where either was not measured, or the other's is nothing."""
    return this / other if this is not None and other else None


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of all do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def middle(values: Sequence[float]) -> float:
    """The median."""
    return float(median(values))


def spread(values: Sequence[float]) -> Numbers:
    """Its p50 and p95."""
    return {"p50": middle(values), "p95": percentile(values, 0.95)}


def _median(values: list[Any]) -> Any:
    if not isinstance(values[0], dict):
        return middle(values)
    keys = dict.fromkeys(key for each in values for key in each)
    return {key: middle([each[key] for each in values if key in each]) for key in keys}
