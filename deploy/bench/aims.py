"""The rows of the table: each figure, how it is said, and what it is to be.

An aim is a ratio to commit 119679f in one paired run on the same machine (`--against` its checkout), or a number that
holds by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass

from deploy.bench.calls import MISSING
from deploy.bench.calls import is_there as strace_is_there
from deploy.bench.figures import Figures, Limits, ratio


@dataclass(frozen=True, kw_only=True)
class Aim:
    """At most or at least a number; of the ratio, or of the figure itself."""

    bound: float
    at_least: bool = False
    of_ratio: bool = False

    def met(self, value: float | None) -> bool | None:
        """None where it was not measured."""
        if value is None:
            return None
        return value >= self.bound if self.at_least else value <= self.bound

    def __str__(self) -> str:
        return f"{'ratio ' if self.of_ratio else ''}{'≥' if self.at_least else '≤'} {self.bound:g}"


@dataclass(frozen=True, kw_only=True)
class Row:
    """`path` is the figure's place in the JSON object; `asked_by` the option without which it is not measured."""

    path: str
    what: str
    shape: str
    aim: Aim | None = None
    limit: Callable[[Limits], float] | None = None
    asked_by: str = ""

    def said(self, value: float | None) -> str:
        """The figure with its unit, or why there is none."""
        if value is not None:
            return self.shape.format(value)
        if self.asked_by == "--traced" and not strace_is_there():
            return MISSING
        return f"not measured: {self.asked_by}"


def _at_most(bound: float) -> Aim:
    return Aim(bound=bound)


def _ratio(bound: float, *, at_least: bool = False) -> Aim:
    return Aim(bound=bound, at_least=at_least, of_ratio=True)


ROWS = (
    Row(
        path="printing_cpu_ms",
        what="render and seal of a page, people different each time: CPU",
        shape="{:.1f} ms",
        aim=_ratio(0.72),
        limit=lambda limits: limits.render_seal_cpu_ms,
    ),
    Row(
        path="besides_printing_cpu_ms.total",
        what="CPU an application besides printing, all processes",
        shape="{:.1f} ms",
        aim=_ratio(0.6),
    ),
    Row(path="application_cpu_ms", what="CPU an application, printing included", shape="{:.1f} ms"),
    Row(
        path="certificates.per_s",
        what="certificates in the burst",
        shape="{:.2f}/s",
        aim=_ratio(1.5, at_least=True),
        limit=lambda limits: limits.ceiling_per_s,
    ),
    Row(path="accepted.per_s", what="accepted in the burst", shape="{:.1f}/s", aim=_ratio(2, at_least=True)),
    Row(path="accepted.p95_ms", what="answer in the burst, p95", shape="{:.0f} ms", aim=_ratio(0.7)),
    Row(
        path="accepted_to_stored_ms.p50",
        what="accepted → stored on an idle system, p50",
        shape="{:.0f} ms",
        aim=_ratio(0.7),
        limit=lambda limits: limits.bare_ms,
    ),
    Row(path="accepted_to_stored_ms.p95", what="accepted → stored on an idle system, p95", shape="{:.0f} ms"),
    Row(
        path="store_commands.total",
        what="store commands an application",
        shape="{:.1f}",
        aim=_at_most(20),
        asked_by="--traced",
    ),
    Row(
        path="at_rest.store_commands_per_s",
        what="store commands while nothing happens",
        shape="{:.1f}/s",
        asked_by="--traced",
    ),
    Row(path="messages.published", what="messages an application", shape="{:.1f}", aim=_at_most(8)),
    Row(
        path="fsyncs.store",
        what="fdatasync an application, store",
        shape="{:.1f}",
        aim=_at_most(12),
        asked_by="--traced",
    ),
    Row(
        path="fsyncs.broker",
        what="fdatasync an application, broker",
        shape="{:.1f}",
        aim=_at_most(8),
        asked_by="--traced",
    ),
    Row(
        path="growth.ratio",
        what="CPU an application with many stored (20,000, or --stored), beside 100",
        shape="{:.2f}",
        aim=_at_most(1.2),
        asked_by="--growth",
    ),
    Row(path="idle_cpu_percent.total", what="CPU while nothing happens", shape="{:.1f} %", aim=_at_most(2)),
    Row(
        path="towns.percent_a_town",
        what="its growth with each town, from 3 to 30",
        shape="{:.3f} %",
        aim=_at_most(0.02),
        asked_by="--towns",
    ),
    Row(path="pss_mb.total", what="memory at rest (PSS)", shape="{:.0f} MiB", aim=_ratio(0.85)),
    Row(path="cold_start_s", what="cold start, from typing `loket up`", shape="{:.1f} s"),
    Row(
        path="parts.data_inside_cpu_ms",
        what="the data inside a certificate: CPU",
        shape="{:.2f} ms",
        aim=_at_most(5),
        asked_by="--bare",
    ),
    Row(
        path="parts.magda_household_cpu_ms",
        what="a look at a household of four at MAGDA: CPU beside that of HTTP",
        shape="{:.1f} ms",
        aim=_at_most(15),
        asked_by="--bare",
    ),
    Row(
        path="parts.magda_household_ms",
        what="that look, with the stand-in's answers waited for",
        shape="{:.0f} ms",
        asked_by="--bare",
    ),
    Row(
        path="starts.within_share",
        what="cold starts within 8 s",
        shape="{:.0%}",
        aim=Aim(bound=0.9, at_least=True),
        asked_by="--starts",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One row as measured."""

    row: Row
    this: float | None
    other: float | None
    ratio: float | None
    limit: float | None
    met: bool | None


def verdicts(this: Figures, other: Figures | None, limits: Limits | None) -> list[Verdict]:
    """Every row; an aim that is a ratio is open where there is no other tree."""
    return [_verdict(row, this, other, limits) for row in ROWS]


def _verdict(row: Row, this: Figures, other: Figures | None, limits: Limits | None) -> Verdict:
    mine, theirs = this.at(row.path), other.at(row.path) if other else None
    beside = ratio(mine, theirs)
    met = row.aim.met(beside if row.aim.of_ratio else mine) if row.aim else None
    limit = row.limit(limits) if row.limit and limits else None
    return Verdict(row=row, this=mine, other=theirs, ratio=beside, limit=limit, met=met)
