"""One at a time: starting, ending and scaling a deployment wait for each other."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from deploy.local.embedded.part import PartError, wait_until
from deploy.local.stack import Stack

PATIENCE_S = 300.0
"""Longer than anything takes that holds a turn."""


@contextmanager
def turn(stack: Stack, note: Callable[[str], None] = lambda _: None) -> Iterator[None]:
    """Alone from here on; `note` is told where another is at work. Raises PartError where it never ends."""
    stack.run.mkdir(parents=True, exist_ok=True)
    stack.run.chmod(0o700)
    with (stack.run / "turn.lock").open("a") as lock:

        def taken() -> bool:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        if not taken():
            note("another `loket` is at work here; this one waits for it")
            if not wait_until(taken, PATIENCE_S, every_s=0.2):
                raise PartError("another `loket` has been at work here for five minutes; end it, then try again")
        yield
