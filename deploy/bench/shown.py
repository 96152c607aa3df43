"""The run as a table for people, and as one JSON object."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Group, RenderableType

from deploy.bench.aims import Row, Verdict, verdicts
from deploy.bench.figures import Figures, Limits
from deploy.bench.run import Run
from deploy.operator.terminal import table

MET = {True: "met", False: "not met", None: ""}

BY_KIND = {
    "besides_printing_cpu_ms": "CPU an application, ms",
    "idle_cpu_percent": "CPU at rest, %",
    "pss_mb": "memory at rest, MiB",
    "idle_rss_mb": "the largest process, MiB",
    "store_commands": "store commands an application",
}


def as_table(run: Run) -> RenderableType:
    """Every figure beside its aim, and the other tree's and their ratio where there is one."""
    this, other = run.figures[0], run.figures[1] if len(run.figures) > 1 else None
    found = verdicts(this, other, run.limits)
    names = [tree.name for tree in run.trees]
    rows = []
    for each in found:
        said = [
            _said(each.row, value, rounds) for value, rounds in zip((each.this, each.other), run.rounds, strict=False)
        ]
        rows.append([each.row.what, *said, *([_ratio(each)] if other else []), *_aim(each)])
    head = table("", *names, *(["ratio"] if other else []), "limit", "aim", "", rows=rows)
    return Group(head, "", _by_kind(run), *([_memory(run)] if run.limits else []))


def as_facts(run: Run) -> dict[str, Any]:
    """One tree's figures and the limits beside them; `against` the other's, with every round and the ratios."""
    this, other = run.figures[0], run.figures[1] if len(run.figures) > 1 else None
    facts = {
        "tree": run.trees[0].name,
        **asdict(this),
        **_beside_limits(this, run.limits),
        "runs": {**asdict(run.plan), "rounds": len(run.rounds[0])},
        "rounds": [asdict(each) for each in run.rounds[0]],
    }
    if other:
        facts["against"] = {
            "tree": run.trees[1].name,
            **asdict(other),
            "rounds": [asdict(each) for each in run.rounds[1]],
        }
        facts["ratios"] = {each.row.path: each.ratio for each in verdicts(this, other, run.limits)}
    facts["aims"] = {
        each.row.path: {"aim": str(each.row.aim), "met": each.met}
        for each in verdicts(this, other, run.limits)
        if each.row.aim
    }
    return _rounded(facts)  # type: ignore[no-any-return]


def _beside_limits(figures: Figures, limits: Limits | None) -> dict[str, Any]:
    """What the road adds to bare render and seal of a page."""
    if limits is None:
        return {"limits": None}
    overhead = {name: each - limits.bare_ms for name, each in figures.accepted_to_stored_ms.items()}
    return {"limits": asdict(limits), "overhead_ms": overhead}


def _aim(verdict: Verdict) -> list[str]:
    limit = verdict.row.shape.format(verdict.limit) if verdict.limit is not None else ""
    return [limit, str(verdict.row.aim or ""), MET[verdict.met]]


def _said(row: Row, value: float | None, rounds: Sequence[Figures]) -> str:
    """With the lowest and the highest of several rounds."""
    found = [each for one in rounds if (each := one.at(row.path)) is not None]
    beside = f" ({min(found):.3g}–{max(found):.3g})" if len(found) > 1 else ""
    return row.said(value) + beside


def _ratio(verdict: Verdict) -> str:
    return "" if verdict.ratio is None else f"{verdict.ratio:.2f}"


def _by_kind(run: Run) -> RenderableType:
    """What the totals consist of."""
    rows = []
    for name, what in BY_KIND.items():
        for tree, figures in zip(run.trees, run.figures, strict=True):
            kinds = {kind: each for kind, each in getattr(figures, name).items() if kind != "total"}
            said = ", ".join(f"{kind} {each:.1f}" for kind, each in kinds.items())
            rows.append([what, *([tree.name] if len(run.trees) > 1 else []), said or "not measured"])
    return table(*[""] * len(rows[0]), rows=rows)


def _memory(run: Run) -> str:
    assert run.limits
    rss = run.limits.render_seal_rss_mb
    return f"\nmemory of bare render and seal: {rss['after_100']:.0f} MiB after 100 pages, {rss['end']:.0f} at the end"


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, list) else value
