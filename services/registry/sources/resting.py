"""The breaker of a road to a source: after a few failures in a row nobody is let through for half a minute, then one.

Its state is this process' own, and told as a metric: by it `loket status` and Prometheus know of a source that does not
answer also where no application waits for it.
"""

import time
from collections.abc import Callable, Collection
from typing import Any

import pybreaker
from prometheus_client import Gauge

FAILURES, REST_S = 5, 30.0

RESTING = Gauge(
    "loket_source_resting_since",
    "Since when a source of a town has not answered and is left alone, in seconds since 1970; 0 where it answers",
    ["source", "town"],
)


class Breaker(pybreaker.CircuitBreaker):
    """Of one road to a source, by which some towns ask; what is `excluded` is no failure of it.

    Use it as `with breaker.calling()`, not by `call`: that one holds a lock for as long as the source takes, so that
    one question at a time would be asked (pybreaker 1.4.1).
    """

    def __init__(
        self, source: str, towns: Collection[str], *, excluded: type[Exception], clock: Callable[[], float] = time.time
    ) -> None:
        self._told = _Told(source, towns, clock)
        super().__init__(
            fail_max=FAILURES,
            reset_timeout=REST_S,
            exclude=[excluded],
            success_threshold=1,
            listeners=[self._told],
        )

    @property
    def why(self) -> str:
        """The reason of the last failure."""
        return self._told.why


class _Told(pybreaker.CircuitBreakerListener):
    def __init__(self, source: str, towns: Collection[str], clock: Callable[[], float]) -> None:
        self.why = "away"
        self._clock = clock
        self._gauges = [RESTING.labels(source, town) for town in towns]
        self._rests = False

    def failure(self, _: Any, exc: BaseException) -> None:
        self.why = str(getattr(exc, "reason", "away"))

    def state_change(self, _: Any, __: Any, new_state: Any) -> None:
        """It rests from the first failure too many until somebody is answered: in between one asks now and then."""
        if new_state.name == "open" and not self._rests:
            self._rests = True
            self._set(self._clock())
        elif new_state.name == "closed" and self._rests:
            self._rests = False
            self._set(0)

    def _set(self, since: float) -> None:
        for gauge in self._gauges:
            gauge.set(since)
