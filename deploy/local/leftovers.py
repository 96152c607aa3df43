"""What a supervisor leaves that was killed, or that a reboot ended: processes without one, and files about the dead.

A process is ours when the supervisor marked it, in its environment, with this deployment's folder: what is inherited by
whatever it starts in turn, and by nobody else. A pid alone would be believed of whoever got it next.
"""

import contextlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import psutil

from deploy.local.embedded.part import MARK
from deploy.local.stack import Stack
from services.documents.children import clear_after_the_dead

FINISHES_S = 30.0
"""How long they may take to finish what they hold: a little longer than the slowest is given by its supervisor."""

LOCKS = frozenset({"supervisor.lock", "turn.lock"})
"""Run files that stay: who holds a lock on one is alive, whatever is written in it."""


def mark_of(stack: Stack) -> str:
    """The value of MARK in every process of this deployment."""
    return str(stack.var.resolve())


def orphans(stack: Stack) -> list[psutil.Process]:
    """All processes of this deployment. They are orphans where nothing supervises it."""
    mine, found = mark_of(stack), []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.pid != os.getpid() and process.environ().get(MARK) == mine:
                found.append(process)
    return [process for process in found if _is_alive(process)]


def end_orphans(stack: Stack, note: Callable[[str], None]) -> int:
    """End them, after what they hold or after FINISHES_S; how many there were. Only where nothing supervises."""
    found = orphans(stack)
    if found:
        note(f"ending {len(found)} processes that lost their supervisor; they finish what they hold")
    for process in found:
        with contextlib.suppress(psutil.Error):
            process.terminate()  # psutil looks first whether the pid is still theirs
    psutil.wait_procs(found, timeout=FINISHES_S)
    for process in orphans(stack):
        with contextlib.suppress(psutil.Error):
            process.kill()
            process.wait(5)
    return len(found)


def clear_run_files(stack: Stack) -> None:
    """Forget what was written about processes that are not there any more. Only where nothing runs."""
    for path in stack.run.glob("*"):
        if path.name in LOCKS:
            os.truncate(path, 0)  # a pid was in it
        else:
            _remove(path)
    for node in stack.brokers():
        (node.folder / "pid").unlink(missing_ok=True)
    clear_after_the_dead()


def forget_process(stack: Stack, pid: int) -> None:
    """The run files of one that has ended, however it did."""
    for path in stack.run.glob(f"*-{pid}.*"):
        _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _is_alive(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    return False
