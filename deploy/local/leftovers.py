"""What a supervisor leaves that was killed, or that a reboot ended: processes without one, and files about the dead.
And a supervisor that nobody finds any more, since somebody removed the files by which it is found.

A process is ours when the supervisor marked it, in its environment, with this deployment's folder: what is inherited by
whatever it starts in turn, and by nobody else. A pid alone would be believed of whoever got it next.
"""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from deploy.local.embedded.part import MARK, SUPERVISES
from deploy.local.stack import Stack
from services.documents.children.asking import clear_after_the_dead

FINISHES_S = 30.0
"""How long they may take to finish what they hold: a little longer than the slowest is given by its supervisor."""

LOCKS = frozenset({"supervisor.lock", "turn.lock"})
"""Run files that stay: who holds a lock on one is alive, whatever is written in it."""


def mark_of(stack: Stack) -> str:
    """The value of MARK in every process of this deployment."""
    return str(stack.var.resolve())


def orphans(stack: Stack) -> list[psutil.Process]:
    """All processes of this deployment. They are orphans where nothing supervises it."""
    return [process for process, mark in _marked(MARK) if mark == mark_of(stack)]


def strays(stack: Stack) -> list[psutil.Process]:
    """Supervisors of this deployment that do not hold its lock, where nobody holds it."""
    return [process for process, mark in _marked(SUPERVISES) if mark == mark_of(stack)]


def marks() -> set[str]:
    """The folders of all deployments on this machine of which something runs that we may look at."""
    return {mark for variable in (MARK, SUPERVISES) for _, mark in _marked(variable)}


def end_orphans(stack: Stack, note: Callable[[str], None]) -> int:
    """End them, after what they hold or after FINISHES_S; how many there were. Only where nothing supervises.

    A supervisor goes first, since it would start them again.
    """
    supervisors = strays(stack)
    if supervisors:
        note("ending a supervisor whose files were removed, and all that it started")
        _end(supervisors, lambda: strays(stack))
    found = orphans(stack)
    if found:
        note(f"ending {len(found)} processes that lost their supervisor; they finish what they hold")
        _end(found, lambda: orphans(stack))
    return len(supervisors) + len(found)


def _end(found: list[psutil.Process], still_there: Callable[[], list[psutil.Process]]) -> None:
    for process in found:
        with contextlib.suppress(psutil.Error):
            process.terminate()  # psutil looks first whether the pid is still theirs
    psutil.wait_procs(found, timeout=FINISHES_S)
    for process in still_there():
        with contextlib.suppress(psutil.Error):
            process.kill()
            process.wait(5)


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


def _marked(variable: str) -> Iterator[tuple[psutil.Process, str]]:
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            mark = process.environ().get(variable) if process.pid != os.getpid() else None
            if mark and _is_alive(process):
                yield process, mark


def _is_alive(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    return False
