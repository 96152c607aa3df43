"""Deeds that the archive does not have yet: it asks for them, and tells who waits once they are there."""

import json
import threading
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any


class Migrations:
    """In a file, so that a promise outlives the process that gave it."""

    def __init__(self, file: Path, *, takes: timedelta, clock: Callable[[], datetime]) -> None:
        self._file = file
        self._takes = takes
        self._clock = clock
        self._lock = threading.Lock()

    def ready_at(self, reference: str) -> datetime:
        """When a deed is there; asked for the first time, it is begun to be fetched."""
        with self._lock:
            known = self._read()
            if reference not in known:
                known[reference] = {"ready_at": (self._clock() + self._takes).isoformat(), "heard": False}
                self._write(known)
            return datetime.fromisoformat(known[reference]["ready_at"])

    def done(self) -> list[str]:
        """Those that are there, until somebody says to have heard it."""
        with self._lock:
            return [
                reference
                for reference, each in self._read().items()
                if not each["heard"] and datetime.fromisoformat(each["ready_at"]) <= self._clock()
            ]

    def heard(self, references: Collection[str]) -> None:
        """They need not be told again."""
        with self._lock:
            known = self._read()
            for reference in references:
                if reference in known:
                    known[reference]["heard"] = True
            self._write(known)

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            return dict(json.loads(self._file.read_text(encoding="ascii")))
        except FileNotFoundError:
            return {}

    def _write(self, known: dict[str, dict[str, Any]]) -> None:
        draft = self._file.with_suffix(".new")
        draft.write_text(json.dumps(known), encoding="ascii")
        draft.rename(self._file)
