"""Named crash points: where a test may have a process, the broker or the store die. Nothing happens otherwise.

A test arms a point by writing a file of its name, holding the pid to kill (or `self`), into the folder
LOKET_CRASH_DIR. The first process to get there takes the file away, kills, and if it killed itself ends there.
"""

import os
import signal
from contextvars import ContextVar
from pathlib import Path

_folder = os.environ.get("LOKET_CRASH_DIR", "")
queue: ContextVar[str] = ContextVar("queue", default="")
"""The queue whose message is being handled: the first part of the chassis' own points."""


def crash_point(name: str) -> None:
    """A place between two steps, named `<service>.<step that is done>`."""
    if not _folder:
        return
    armed = Path(_folder, name)
    taken = armed.with_name(f".{name}.taken.{os.getpid()}")
    try:
        armed.rename(taken)
    except FileNotFoundError:
        return
    target = taken.read_text(encoding="ascii").strip()
    os.kill(os.getpid() if target == "self" else int(target), signal.SIGKILL)


def chassis_point(step: str) -> None:
    """`<queue>.received`, `.saved`, `.relayed` or `.settled` of the message being handled."""
    if _folder:
        crash_point(f"{queue.get() or 'background'}.{step}")
