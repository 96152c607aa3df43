"""The run as a table for people, and as one JSON object."""

from dataclasses import asdict
from typing import Any

from rich.console import Group, RenderableType

from deploy.bench.aims import Verdict, verdicts
from deploy.bench.figures import Figures
from deploy.bench.run import Run
from deploy.operator.terminal import table

MET = {True: "met", False: "not met", None: ""}

BY_KIND = {
    "besides_printing_cpu_ms": "CPU an application, ms",
    "idle_cpu_percent": "CPU at rest, %",
    "pss_mb": "memory at rest, MiB",
    "store_commands": "store commands an application",
}


def as_table(run: Run) -> RenderableType:
    """Every figure beside its aim, and the other tree's and their ratio where there is one."""
    this, other = run.figures[0], run.figures[1] if len(run.figures) > 1 else None
    found = verdicts(this, other, run.limits)
    names = [tree.name for tree in run.trees]
    if other:
        rows = [
            [each.row.what, each.row.said(each.this), each.row.said(each.other), _ratio(each), *_aim(each)]
            for each in found
        ]
        head = table("", *names, "ratio", "limit", "aim", "", rows=rows)
    else:
        rows = [[each.row.what, each.row.said(each.this), *_aim(each)] for each in found]
        head = table("", *names, "limit", "aim", "", rows=rows)
    return Group(head, "", _by_kind(run), *([_memory(run)] if run.limits else []))


def as_facts(run: Run) -> dict[str, Any]:
    """One tree's figures and the limits beside them; `against` the other's, with every round and the ratios."""
    this, other = run.figures[0], run.figures[1] if len(run.figures) > 1 else None
    facts = {
        "tree": run.trees[0].name,
        **asdict(this),
        "limits": asdict(run.limits) if run.limits else None,
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


def _aim(verdict: Verdict) -> list[str]:
    limit = verdict.row.shape.format(verdict.limit) if verdict.limit is not None else ""
    return [limit, str(verdict.row.aim or ""), MET[verdict.met]]


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
    rss = run.limits.rss_mb
    return f"\nmemory of bare render and seal: {rss['start']:.0f} MiB, {rss['end']:.0f} at the end"


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, list) else value


def spread(rounds: tuple[Figures, ...], path: str) -> str:
    """The lowest and the highest of all rounds."""
    found = [each for one in rounds if (each := one.at(path)) is not None]
    return f"{min(found):.3g}–{max(found):.3g}" if found else ""
