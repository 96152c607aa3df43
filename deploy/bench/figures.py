"""What was measured, as one object, and what is aimed at."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Times in milliseconds where the name says so, otherwise seconds; memory in MiB (RSS)."""

    overhead_ms: dict[str, float]
    bare_ms: float
    accepted: dict[str, float]
    certificates: dict[str, float]
    render_seal_cpu_ms: float
    render_seal_rss_mb: dict[str, float]
    cold_start_s: float
    idle_rss_mb: dict[str, float]
    runs: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of the table: what was reached beside what is aimed at."""

    what: str
    reached: str
    aim: str
    met: bool | None


def lines(figures: Figures) -> list[Line]:
    """The table, each figure beside its aim."""
    overhead, accepted, made = figures.overhead_ms, figures.accepted, figures.certificates
    grown = figures.render_seal_rss_mb["end"] - figures.render_seal_rss_mb["after_100"]
    found = [
        Line(
            what=f"one application on an idle system, above {figures.bare_ms:.0f} ms of bare render and seal",
            reached=f"p50 {overhead['p50']:.0f} ms, p95 {overhead['p95']:.0f} ms",
            aim="p50 ≤ 60 ms",
            met=overhead["p50"] <= 60,
        ),
        Line(
            what=f"burst of {figures.runs['burst']}: accepted",
            reached=f"{accepted['per_s']:.0f}/s, p95 {accepted['p95_ms']:.0f} ms",
            aim="",
            met=None,
        ),
        Line(
            what=f"burst: certificates, beside {made['ceiling_per_s']:.1f}/s of render and seal alone",
            reached=f"{made['per_s']:.1f}/s = {made['ratio']:.0%}",
            aim="≥ 80 %",
            met=made["ratio"] >= 0.8,
        ),
        Line(
            what="bare render and seal, one process",
            reached=f"{figures.render_seal_cpu_ms:.0f} ms CPU",
            aim="≤ 100 ms",
            met=figures.render_seal_cpu_ms <= 100,
        ),
        Line(
            what=f"its memory over {figures.runs['bare']} certificates",
            reached=f"{figures.render_seal_rss_mb['after_100']:.0f} → {figures.render_seal_rss_mb['end']:.0f} MiB",
            aim="flat (within 5 %)",
            met=grown <= 0.05 * figures.render_seal_rss_mb["after_100"],
        ),
        Line(
            what="cold start of the whole stack",
            reached=f"{figures.cold_start_s:.1f} s",
            aim="≤ 10 s",
            met=figures.cold_start_s <= 10,
        ),
    ]
    memory = ", ".join(f"{name} {mb:.0f}" for name, mb in figures.idle_rss_mb.items())
    return [*found, Line(what="memory of an idle process, MiB", reached=memory, aim="", met=None)]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of all do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def middle(values: Sequence[float]) -> float:
    """The median."""
    return float(median(values))
