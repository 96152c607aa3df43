"""What a subscriber remembers of the events it has handled, so that one that comes twice has its effect once."""

import sqlite3
import threading
from collections import OrderedDict
from contextlib import closing
from pathlib import Path
from typing import Protocol

from .events import PublicEvent

MOST_REMEMBERED = 200_000
"""Events; those handled first are forgotten first. A stream holds some 130,000: who remembered fewer, and read it again
from its beginning, would handle all of it again, as each event pushes out one that is still to come."""


class Memory(Protocol):
    """Keeps the keys of what was handled."""

    def knows(self, event: PublicEvent) -> bool:
        """Whether it was handled."""

    def remember(self, event: PublicEvent) -> None:
        """That it was handled."""


class RememberedInProcess:
    """Until the process ends: then what comes again is handled again."""

    def __init__(self, *, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()

    def knows(self, event: PublicEvent) -> bool:
        """See Memory."""
        return event.key in self._known

    def remember(self, event: PublicEvent) -> None:
        """See Memory."""
        self._known[event.key] = None
        if len(self._known) > self._most:
            self._known.popitem(last=False)


class RememberedInFile:
    """In a file of SQLite, over restarts. What your effect is kept in is the better place, where it can be: one
    transaction with the effect leaves no gap between the two."""

    def __init__(self, path: Path | str, *, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS handled "
            "(number INTEGER PRIMARY KEY, source TEXT NOT NULL, id TEXT NOT NULL, UNIQUE (source, id))"
        )

    def knows(self, event: PublicEvent) -> bool:
        """See Memory."""
        asked = "SELECT 1 FROM handled WHERE source = ? AND id = ?"
        with self._lock, closing(self._database.execute(asked, event.key)) as found:
            return found.fetchone() is not None

    def remember(self, event: PublicEvent) -> None:
        """See Memory."""
        with self._lock:
            self._database.execute("INSERT OR IGNORE INTO handled (source, id) VALUES (?, ?)", event.key)
            self._database.execute(
                "DELETE FROM handled WHERE number <= (SELECT MAX(number) FROM handled) - ?", (self._most,)
            )

    def close(self) -> None:
        """It remembers all that it was told."""
        self._database.close()
