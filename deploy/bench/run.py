"""One run: this tree, another one, or both in turn, each round on a stack of its own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from deploy.bench.figures import Figures, Limits, Numbers, medians
from deploy.bench.growing import growth
from deploy.bench.many_towns import growth_with_towns
from deploy.bench.one_round import Measured, Plan, measure, measured
from deploy.bench.paper import limits_of, paper_of
from deploy.bench.parts import parts_of
from deploy.bench.progress import Progress
from deploy.bench.starts import cold_starts
from deploy.bench.tree import Tree

GROWTH_BURST = 100


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is measured: rounds, and the parts that take long. 0 leaves a part out; `bare` is for this tree only."""

    plan: Plan
    rounds: int
    bare: int
    starts: int
    stored: int
    towns: bool


@dataclass(frozen=True, kw_only=True)
class Run:
    """The medians of each tree's rounds, the rounds themselves, and the limits where this tree was measured."""

    trees: tuple[Tree, ...]
    figures: tuple[Figures, ...]
    rounds: tuple[tuple[Figures, ...], ...]
    limits: Limits | None
    plan: Plan


def run(trees: Sequence[Tree], var: Path, wanted: Wanted, *, own: Tree, progress: Progress) -> Run:
    """Every round measures each tree once, in the other order than the round before. Raises PartError.

    `own` is the tree whose press the limits are measured with, in its first round.
    """
    found: dict[Path, list[Figures]] = {tree.folder: [] for tree in trees}
    limits, parts = None, Numbers()
    for turn in range(wanted.rounds):
        for tree in trees if turn % 2 == 0 else reversed(trees):
            said = _told(tree, trees, f"round {turn + 1} of {wanted.rounds}", wanted.rounds, progress)
            with _stack(tree, trees, var, said) as stack:
                found[tree.folder].append(measure(stack, wanted.plan))
                if limits is None and tree.folder == own.folder and wanted.bare:
                    said("render and seal alone", 0, 1)
                    paper = paper_of(stack.variables, stack.people.numbers)
                    limits, parts = limits_of(paper, count=wanted.bare), parts_of(stack, paper)
    rounds = tuple(tuple(found[tree.folder]) for tree in trees)
    figures = tuple(
        replace(
            medians(each), **_once(tree, trees, var, wanted, progress), parts=parts if tree.folder == own.folder else {}
        )
        for tree, each in zip(trees, rounds, strict=True)
    )
    return Run(trees=tuple(trees), figures=figures, rounds=rounds, limits=limits, plan=wanted.plan)


def _once(tree: Tree, trees: Sequence[Tree], var: Path, wanted: Wanted, progress: Progress) -> dict[str, Any]:
    """The parts that take long, each on stacks of its own."""
    said = _told(tree, trees, "", 1, progress)
    found = {}
    if wanted.starts:
        found["starts"] = cold_starts(tree, _folder(tree, trees, var), wanted.starts, said)
    if wanted.towns:
        found["towns"] = growth_with_towns(tree, _folder(tree, trees, var), said)
    if wanted.stored:
        with _stack(tree, trees, var, said) as stack:
            found["growth"] = growth(stack, stored=wanted.stored, count=GROWTH_BURST)
    return found


@contextmanager
def _stack(tree: Tree, trees: Sequence[Tree], var: Path, progress: Progress) -> Iterator[Measured]:
    with measured(tree, _folder(tree, trees, var), progress) as stack:
        yield stack


def _folder(tree: Tree, trees: Sequence[Tree], var: Path) -> Path:
    return var / str([each.folder for each in trees].index(tree.folder) + 1)


def _told(tree: Tree, trees: Sequence[Tree], what: str, rounds: int, progress: Progress) -> Progress:
    """Which tree, and which round, where there are several."""
    before = " ".join(each for each in (tree.name if len(trees) > 1 else "", what if rounds > 1 else "") if each)
    return lambda part, done, total: progress(f"{before}: {part}" if before else part, done, total)
