"""Waiting for a thread for some time: where that is over eventlet raises a Timeout of its own, from Python 3.13 on,
whose threads are waited for by their handles. pymongo waits so as a process ends, and a traceback was told then."""

from typing import Any

from eventlet.green import thread
from eventlet.timeout import with_timeout


def mend() -> None:
    """Have whoever waits go on, as https://docs.python.org/3/library/threading.html#threading.Thread.join has it."""
    thread._ThreadHandle.join = _join


def _join(handle: Any, timeout: float | None = None) -> None:
    wait = getattr(handle._greenthread, "wait", None)
    if wait is not None:
        with_timeout(timeout, wait, timeout_value=None) if timeout is not None else wait()
