"""Starting and ending the stacks that are measured: each in a folder of its own, by the programs of its own tree."""

import contextlib
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy.bench.processes import NothingRuns, Processes
from deploy.bench.tree import Tree
from deploy.local.embedded.part import PartError


@contextmanager
def running(tree: Tree, var: Path, *, more: Mapping[str, str] | None = None) -> Iterator[float]:
    """A stack made from nothing in `var`; the seconds from typing `loket up` until it says that all is ready.

    It is ended afterwards, and its data removed; where something failed they stay, to be looked at.
    """
    empty(tree, var)
    began = time.monotonic()
    try:
        tree.run(var, "up", more=more)
        yield time.monotonic() - began
    except BaseException:
        with contextlib.suppress(PartError):
            tree.run(var, "down")
        raise
    tree.run(var, "down")
    shutil.rmtree(var, ignore_errors=True)


def empty(tree: Tree, var: Path) -> None:
    """A folder that holds nothing but the embedded store's program, which is fetched once for all, and in which nothing
    of an earlier run goes on."""
    with contextlib.suppress(NothingRuns):
        Processes(var).end()
    shutil.rmtree(var, ignore_errors=True)
    (var / "opt").mkdir(parents=True)
    if tree.opt.exists():
        (var / "opt" / "store").symlink_to(tree.opt.resolve())
