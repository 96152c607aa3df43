"""What a department was asked and has not answered."""

import threading
from datetime import datetime

from services.contracts.department_events import (
    ANSWER_REFUSED,
    ANSWER_TAKEN,
    CONFIRMATION_NEEDLESS,
    CONFIRMATION_REMINDED,
    CONFIRMATION_REQUESTED,
)
from services.contracts.feed import PublicEvent


class Unanswered:
    """Made of what was told, in whatever order: of each confirmation the last asking that waits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, PublicEvent] = {}
        self._over: dict[str, int] = {}

    def hear(self, event: PublicEvent) -> None:
        """Anything else than what is asked, and what came of it, is passed over."""
        with self._lock:
            if event.name in (CONFIRMATION_REQUESTED, CONFIRMATION_REMINDED) and not self._knows_better(event):
                self._waiting[event.data["confirmation"]] = event
            elif event.name in (CONFIRMATION_NEEDLESS, ANSWER_TAKEN, ANSWER_REFUSED) and "confirmation" in event.data:
                self._end(event)

    def due(self, until: datetime) -> list[PublicEvent]:
        """Those that were asked by then."""
        with self._lock:
            return [each for each in self._waiting.values() if each.time <= until]

    def is_answered(self, event: PublicEvent) -> None:
        """It need not be answered again."""
        with self._lock:
            self._end(event)

    def _knows_better(self, event: PublicEvent) -> bool:
        confirmation, asking = event.data["confirmation"], event.data["asking"]
        waiting = self._waiting.get(confirmation)
        return asking <= self._over.get(confirmation, 0) or (waiting is not None and waiting.data["asking"] >= asking)

    def _end(self, event: PublicEvent) -> None:
        confirmation, asking = event.data["confirmation"], event.data["asking"]
        self._over[confirmation] = max(asking, self._over.get(confirmation, 0))
        waiting = self._waiting.get(confirmation)
        if waiting is not None and waiting.data["asking"] <= asking:
            del self._waiting[confirmation]
