"""Identity providers: their discovery documents and keys, fetched beside the requests that need them.

A provider that is slow or away costs those who come by it, and nobody else: it has a lock of its own, held for no
answer; while its keys are known, nobody waits for newer ones; only a few requests wait on it at once; and who has
failed is left alone for a while.
"""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from contextlib import contextmanager, nullcontext

import structlog

from gateway.auth.discovery import Discovered, Key, Metadata, discover
from gateway.auth.outward import Answer, NoAnswer, Outward

log = structlog.get_logger()

FRESH_S = 600
"""After so long, keys are fetched again, while those known serve on."""

USABLE_S = 24 * 3600
"""A key that its provider has not shown for so long opens nothing: it may have been taken back."""

REFRESH_PAUSE_S = 10
"""An unknown key id has the keys fetched again, but no more often than this."""

AWAY_S, LONGEST_AWAY_S = 2.0, 60.0
"""A provider that failed is left alone: first and longest pause, doubled in between."""

WAITING_S = 6.0
"""How long one request waits for a fetch that it cannot do without."""

MOST_WAITING = 6
"""Requests of one process that wait on one provider at once; further ones are told to come back."""


class IssuerUnavailable(Exception):
    """The identity provider does not answer, or not usably."""


class Issuer:
    """One identity provider, for as long as the process lives."""

    def __init__(self, address: str, outward: Outward, *, clock: Callable[[], float]) -> None:
        self.address = address
        self._outward = outward
        self._clock = clock
        self._lock = threading.Lock()
        self._known: Discovered | None = None
        self._fetching: Future[Discovered] | None = None
        self._fetch_from = _Pause()
        self._ask_from = _Pause()
        self._seats = threading.BoundedSemaphore(MOST_WAITING)

    def metadata(self) -> Metadata:
        """Raises IssuerUnavailable."""
        return self._current().metadata

    def keys(self, kid: str | None) -> list[Key]:
        """The public keys with this id, all of them where a token names none. Raises IssuerUnavailable where none has
        it and the provider cannot be asked whether it is new.
        """
        known = self._current()
        if found := _with_id(known, kid):
            return found
        fetching = self._refresh(known)
        if fetching is None:
            with self._lock:
                if self._fetch_from.failures:
                    raise IssuerUnavailable
            return []
        return _with_id(self._wait(fetching), kid)

    def ask(self, exchange: Callable[[Outward], Answer], *, seated: bool = True) -> Answer:
        """An exchange with the token or userinfo endpoint. Raises IssuerUnavailable.

        It counts among those that wait on the provider, unless it is not `seated`: the demonstration's own provider,
        which is asked by every request with a token of its kind.
        """
        with self._lock:
            if self._clock() < self._ask_from.until:
                raise IssuerUnavailable
        with self._seat() if seated else nullcontext():
            try:
                answer = exchange(self._outward)
            except NoAnswer as error:
                with self._lock:
                    self._ask_from.failed(self._clock())
                self._tell(error)
                raise IssuerUnavailable from error
        with self._lock:
            self._ask_from.worked()
        return answer

    def _current(self) -> Discovered:
        with self._lock:
            known, now = self._known, self._clock()
        if known is None or now - known.fetched > USABLE_S:
            fetching = self._refresh(known)
            if fetching is None:
                raise IssuerUnavailable
            return self._wait(fetching)
        if now - known.fetched > FRESH_S:
            self._refresh(known)
        return known

    def _refresh(self, seen: Discovered | None) -> "Future[Discovered] | None":
        """What came after `seen`: there by now, under way, or begun by this. None where it is too soon to ask."""
        with self._lock:
            if self._known is not None and self._known is not seen:
                there = Future[Discovered]()
                there.set_result(self._known)
                return there
            if self._fetching is not None:
                return self._fetching
            if self._clock() < self._fetch_from.until:
                return None
            self._fetching = fetching = Future[Discovered]()
        threading.Thread(target=self._fetch, args=(fetching,), name="issuer", daemon=True).start()
        return fetching

    def _wait(self, fetching: "Future[Discovered]") -> Discovered:
        with self._seat():
            try:
                return fetching.result(WAITING_S)
            except NotYet:
                raise IssuerUnavailable from None

    @contextmanager
    def _seat(self) -> Iterator[None]:
        if not self._seats.acquire(blocking=False):
            raise IssuerUnavailable
        try:
            yield
        finally:
            self._seats.release()

    def _fetch(self, fetching: "Future[Discovered]") -> None:
        known = None
        try:
            known = discover(self.address, self._outward, now=self._clock())
        except (NoAnswer, ValueError) as error:
            self._tell(error)
        finally:
            with self._lock:
                self._fetching = None
                if known is None:
                    self._fetch_from.failed(self._clock())
                else:
                    self._known = known
                    self._fetch_from.worked(pause_until=self._clock() + REFRESH_PAUSE_S)
            if known is None:
                fetching.set_exception(IssuerUnavailable())
            else:
                fetching.set_result(known)

    def _tell(self, error: Exception) -> None:
        log.warning("identity_provider_away", issuer=self.address, error=type(error).__name__, reason=str(error)[:80])


class Issuers:
    """All identity providers of this deployment, each asked when first needed."""

    def __init__(self, *, outward: Outward | None = None, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self._outward = outward or Outward()
        self._lock = threading.Lock()
        self._issuers: dict[str, Issuer] = {}

    def of(self, address: str) -> Issuer:
        """The provider that a town's file names. Nothing is asked yet."""
        with self._lock:
            if address not in self._issuers:
                self._issuers[address] = Issuer(address, self._outward, clock=self.clock)
            return self._issuers[address]


class _Pause:
    """Until when something is left alone."""

    def __init__(self) -> None:
        self.until = float("-inf")
        self.failures = 0

    def failed(self, now: float) -> None:
        self.until = now + min(AWAY_S * 2**self.failures, LONGEST_AWAY_S)
        self.failures = min(self.failures + 1, 10)

    def worked(self, *, pause_until: float = float("-inf")) -> None:
        self.until, self.failures = pause_until, 0


def _with_id(known: Discovered, kid: str | None) -> list[Key]:
    return [key for key in known.keys if kid is None or key.kid == kid]
