"""Temporary folders of a process, which the next one clears away where the first was killed.

Whoever uses a folder holds a lock on a file in it, as its children do that it forks: a process id alone may be somebody
else's by now, or mean another process to those in another container.
"""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

MARK = ".held"


def hold(folder: Path) -> int:
    """From now on nobody clears this folder away; the descriptor is to be closed when it is gone."""
    held = os.open(folder / MARK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return held


def clear_unheld(paths: Iterable[Path]) -> None:
    """Remove these folders and files, whose names hold a process id, where nobody uses them any more."""
    for path in paths:
        with contextlib.suppress(OSError):  # somebody else is faster, or it is not ours to remove
            if _is_held(path):
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()


def _is_held(path: Path) -> bool:
    try:
        held = os.open(path / MARK, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:  # it is not held yet, or of a version that held none
        pid = next(filter(str.isdecimal, path.name.replace(".", "-").split("-")), None)
        return pid is None or Path("/proc", pid).exists()
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(held)
    return False
