"""Towns as they are served now: this process asks intake whether one was changed, when somebody comes and not oftener
than it is worth. Who waits for nothing is not kept waiting: what is known is served while intake is asked.
"""

import threading
import time
from collections.abc import Callable

import structlog

from gateway.asking import Services
from services.chassis.asking import ServiceFailed, ServiceUnavailable
from services.contracts.living_towns import LivingTowns
from services.contracts.town_setups import ReadTowns

log = structlog.get_logger()

LOOKED_AT_S = 5.0
"""For which what is known counts as new: a change is seen by the first who comes this much later, or the next."""

STALE_S = 30.0
"""After this long without anybody who came, the first waits for what intake says, and is shown no old page."""

PATIENCE_S = 1.0
"""For which somebody is kept waiting at most; while intake is away nobody is."""


class FollowedTowns:
    """Keeps the towns of this process as intake has them. Starts no thread before the first request."""

    def __init__(self, towns: LivingTowns, services: Services, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._towns = towns
        self._services = services
        self._clock = clock
        self._asking = threading.Lock()
        self._asked_at = self._heard_at = float("-inf")
        self._is_away = False

    def look(self) -> None:
        """Before each request for a town."""
        now = self._clock()
        if now - self._asked_at < LOOKED_AT_S or not self._asking.acquire(blocking=False):
            return
        self._asked_at = now
        if now - self._heard_at > STALE_S and not self._is_away:
            self._ask()
        else:
            threading.Thread(target=self._ask, name="towns", daemon=True).start()

    def _ask(self) -> None:
        try:
            changed = self._services.ask(ReadTowns(known=self._towns.versions), timeout_s=PATIENCE_S).towns
            self._heard_at, self._is_away = self._clock(), False
            if count := sum(self._towns.take(each) for each in changed):
                log.info("towns_changed", count=count)
        except (ServiceUnavailable, ServiceFailed) as error:
            if not self._is_away:
                log.warning("towns_not_asked", error=type(error).__name__)
            self._is_away = True
        finally:
            self._asking.release()
