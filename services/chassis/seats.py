"""How many messages of one kind a process works on at once; and, where one has to be watched, on that one alone."""

from collections.abc import Iterator
from contextlib import contextmanager

import eventlet
from eventlet.semaphore import Semaphore


class Seats:
    """Workers by number: each message takes a seat before it is handled."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._free = Semaphore(count)
        self._clearing = Semaphore(1)
        self._taken = 0
        self._empty = eventlet.Event()
        self._empty.send()

    def take(self, *, alone: bool = False) -> None:
        """Wait for a seat, or for all of them."""
        if not alone:
            self._take_one()
            return
        with self._clearing:  # two who both want all would wait for each other
            for _ in range(self.count):
                self._take_one()

    def leave(self, *, alone: bool = False) -> None:
        """Give back what was taken."""
        for _ in range(self.count if alone else 1):
            self._free.release()
            self._taken -= 1
        if not self._taken:
            self._empty.send()

    def await_empty(self, patience_s: float) -> bool:
        """Until nobody has a seat; False where the patience is over before."""
        with eventlet.Timeout(patience_s, exception=False):
            self._empty.wait()
        return bool(self._empty.ready())

    def _take_one(self) -> None:
        self._free.acquire()
        if not self._taken:
            self._empty = eventlet.Event()
        self._taken += 1

    @contextmanager
    def one(self) -> Iterator[None]:
        """A seat as long as this lasts."""
        self.take()
        try:
            yield
        finally:
            self.leave()
