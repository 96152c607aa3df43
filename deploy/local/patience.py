"""How long programs may take until they are ready: longer where one tells that it gets further."""

import time
from collections.abc import Callable
from pathlib import Path

from deploy.local.control import noting

PATIENCE_S = 90.0


class Patience:
    """PATIENCE_S for each program; as long again each time that its log, in the folder `logs`, tells of more.

    The registry notes anew where people live, once after some upgrades: minutes for a large town. `note` is told so.
    """

    def __init__(
        self, logs: Path, *, began: float, note: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._logs = logs
        self._began = began
        self._note = note
        self._clock = clock
        self._ends: dict[str, float] = {}
        self._told: dict[str, str] = {}

    def is_over(self, name: str) -> bool:
        """Whether nothing has come of a program for too long."""
        now = self._clock()
        if now < self._ends.get(name, self._began + PATIENCE_S):
            return False
        told = noting(self._logs / f"{name}.log")
        if told is None or told == self._told.get(name):
            return True
        self._told[name], self._ends[name] = told, now + PATIENCE_S
        self._note(f"{name}: {told}")
        return False
