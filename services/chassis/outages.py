"""The service's own store may be away; that is nobody's failure, and no message pays for it with its patience."""

from collections.abc import Callable
from time import monotonic
from typing import Any, TypeVar

import eventlet
import structlog
from pymongo import MongoClient
from pymongo.errors import AutoReconnect, ConnectionFailure, NotPrimaryError, PyMongoError, WTimeoutError

log = structlog.get_logger()

T = TypeVar("T")

STORE_AWAY = (AutoReconnect, ConnectionFailure, NotPrimaryError, WTimeoutError)
"""What pymongo raises while a server is away, steps down, or has no majority."""

LOOK_EVERY_S = 0.25

HELD_S = 600.0
"""How long a message stays in hand; a broker takes back what nobody settles within half an hour."""

AWAY_AGAIN = 20
"""A store that answers a ping and fails the same work so often in a row is not merely away: the message is delayed."""


class StoreWatch:
    """Waits for the store; all who wait share one look. It looks no more once the process is told to stop."""

    def __init__(self, client: MongoClient[dict[str, Any]]) -> None:
        self._client = client
        self._stopping = False
        self._looking: eventlet.Event | None = None

    def stop(self) -> None:
        """Let everybody who waits go: what they hold is handed back."""
        self._stopping = True

    def outlive(self, work: Callable[[], T]) -> T:
        """Do the work; where the store is away, wait until it is back and do it again. Work must bear being repeated.

        Raises the store's error once the process is told to stop, or where waiting does not help or takes too long.
        """
        for _ in range(AWAY_AGAIN):
            try:
                return work()
            except STORE_AWAY as error:
                if not self._wait(type(error).__name__):
                    raise
        return work()

    def _wait(self, error: str) -> bool:
        """Until a ping is answered; False where the process stops first, or it takes longer than HELD_S."""
        if self._looking is None:
            self._looking = eventlet.Event()
            eventlet.spawn_n(self._look, self._looking, error)
        return bool(self._looking.wait())

    def _look(self, looking: eventlet.Event, error: str) -> None:
        log.warning("store_away", error=error)
        end, back = monotonic() + HELD_S, False
        while not (back or self._stopping or monotonic() > end):
            eventlet.sleep(LOOK_EVERY_S)
            back = self._answers()
        log.info("store_back" if back else "store_not_back")
        self._looking = None
        looking.send(back)

    def _answers(self) -> bool:
        try:
            self._client.admin.command("ping")
        except PyMongoError:
            return False
        return True
