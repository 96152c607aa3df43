"""How often a cold start is as quick as it should be."""

from collections.abc import Sequence
from pathlib import Path

from deploy.bench.deployments import running
from deploy.bench.figures import Numbers, middle
from deploy.bench.progress import Progress
from deploy.bench.tree import Tree

WITHIN_S = 8.0


def cold_starts(tree: Tree, var: Path, count: int, progress: Progress) -> Numbers:
    """`count` starts, each from nothing."""
    taken = []
    for done in range(count):
        progress("starting cold", done, count)
        with running(tree, var) as seconds:
            taken.append(seconds)
    return summary(taken)


def summary(taken: Sequence[float]) -> Numbers:
    """Their median, shortest and longest in seconds, and which share was within WITHIN_S."""
    return {
        "within_share": sum(each <= WITHIN_S for each in taken) / len(taken),
        "median_s": middle(taken),
        "shortest_s": min(taken),
        "longest_s": max(taken),
    }
