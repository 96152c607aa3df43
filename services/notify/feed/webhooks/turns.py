"""How much one department has looked up at once: of its webhooks up to 50,000 deliveries are kept each, and whoever
asks about them again and again is not to keep everybody else waiting."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from services.contracts.errors import TooManyRequests

AT_ONCE = 2
"""Questions of one department, in one process; it answers more at once (LOKET_QUESTION_WORKERS)."""

AGAIN_S = 5
"""Seconds after which who is turned away may ask again."""


class Turns:
    """Who has something looked up now."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asking: Counter[str] = Counter()

    @contextmanager
    def one(self, department: str) -> Iterator[None]:
        """One more of this department, as long as this lasts. Raises TooManyRequests."""
        with self._lock:
            if self._asking[department] >= AT_ONCE:
                raise TooManyRequests(str(AGAIN_S))
            self._asking[department] += 1
        try:
            yield
        finally:
            with self._lock:
                self._asking -= Counter((department,))
