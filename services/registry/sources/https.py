"""The road to a source that speaks JSON: HTTPS with a certificate on both sides, one attempt a question, and never
longer than is left.

What asks again is the extract alone (extract.py): retries in two places multiply. A breaker (resting.py) keeps a source
that does not answer from holding up everybody. What is logged names the source and a reason, and nobody.

    NoAnswer              nobody answers, or what came cannot be an answer: it is asked again
    └── NotTaken          the source does not take us or the question: an operator has to act
"""

import json
import logging
import ssl
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import pybreaker
from cryptography import x509

from services.contracts.strict_json import read_json
from services.registry.ports import Finding
from services.registry.sources.checking import ending, unreached, unsafe, worst
from services.registry.sources.resting import Breaker

BUDGET_S = 12.0
CONNECT_S = 3.0
AT_ONCE = 4
"""Questions of one town that may wait for one source: fewer than half of a registry's workers, so that a source which
answers late leaves room for all the others."""

logging.getLogger("httpx").setLevel(logging.WARNING)  # it tells every question

_NOT_TAKEN = frozenset({400, 401, 403, 404, 405, 410, 411, 413, 415, 421, 422, 431, 495, 496})


class NoAnswer(Exception):
    """`reason` names nobody: a slug, or of files that cannot be used a few words to an operator."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotTaken(NoAnswer):
    """Asking again does not help."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where a source is, and with what it is asked. Files are PEM, relative to the folder of the towns' files.

    `certificate` holds ours with its chain, `key` its key without a passphrase, for the service's user only;
    `authorities` those that the source's own certificate may come from, and no other does.
    """

    url: str
    certificate: str
    key: str
    authorities: str


class Budget:
    """What is left of the time for one look-up."""

    def __init__(self, seconds: float = BUDGET_S, *, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._ends = clock() + seconds

    def left(self) -> float:
        """Seconds. Raises NoAnswer where there are none."""
        left = self._ends - self._clock()
        if left <= 0:
            raise NoAnswer("too-slow")
        return left


class Https:
    """The way of some towns to a source of that name; connections are kept, and begin with the first question."""

    def __init__(
        self, address: Address, *, source: str, towns: Collection[str] = (), folder: Path, most_bytes: int
    ) -> None:
        self.address = address
        self._folder = folder
        self._most_bytes = most_bytes
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self.breaker = Breaker(source, towns, excluded=NotTaken)
        self._source = source

    def post(self, path: str, asked: dict[str, Any], *, budget: Budget) -> dict[str, Any]:
        """The answer, a JSON object. Raises NoAnswer and NotTaken."""
        return self._ask("POST", path, json.dumps(asked, ensure_ascii=False).encode(), budget)

    def get(self, path: str, *, budget: Budget) -> dict[str, Any]:
        """The same without a question."""
        return self._ask("GET", path, None, budget)

    def check(self, *, now: datetime, reach: bool = False) -> Finding | None:
        """See ports.Source."""
        try:
            context = self._context()
            own = x509.load_pem_x509_certificates((self._folder / self.address.certificate).read_bytes())[0]
            open_to_all = unsafe(self._folder / self.address.key)
        except NotTaken as wrong:
            return Finding(said=f"{self.address.url}: {wrong.reason}")
        loose = Finding(said=open_to_all, stops=False) if open_to_all else None
        ended = ending(own, name=self._source, now=now)
        knocks = reach and (ended is None or not ended.stops)
        return worst((ended, unreached(self.address.url, context) if knocks else None, loose))

    def close(self) -> None:
        """Connections end."""
        if "_client" in vars(self):
            self._client.close()

    def _ask(self, method: str, path: str, content: bytes | None, budget: Budget) -> dict[str, Any]:
        with self._place():
            try:
                with self.breaker.calling():
                    return self._exchanged(method, path, content, budget)
            except pybreaker.CircuitBreakerError:
                raise NoAnswer(f"resting-after-{self.breaker.why}") from None

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise NoAnswer("too-many-wait")
        try:
            yield
        finally:
            self._places.release()

    def _exchanged(self, method: str, path: str, content: bytes | None, budget: Budget) -> dict[str, Any]:
        left = budget.left()
        timeout = httpx.Timeout(left, connect=min(left, CONNECT_S), pool=left)
        headers = {"Accept": "application/json", **({"Content-Type": "application/json"} if content else {})}
        url = f"{self.address.url.rstrip('/')}{path}"
        try:
            with self._client.stream(method, url, content=content, headers=headers, timeout=timeout) as response:
                answer = self._limited(response, budget)
        except httpx.TimeoutException:
            raise NoAnswer("too-slow") from None
        except httpx.HTTPError as error:
            raise _unreachable(error) from None
        if response.status_code in _NOT_TAKEN:
            raise NotTaken(f"http-{response.status_code}")
        if response.status_code != httpx.codes.OK:
            raise NoAnswer(f"http-{response.status_code}")
        return _object(answer)

    def _limited(self, response: httpx.Response, budget: Budget) -> bytes:
        """No more than an answer has, and no longer than is left: one that trickles would never end.

        Packed answers are not asked for, and one that came packed all the same is no JSON.
        """
        content = bytearray()
        for chunk in response.iter_raw():
            budget.left()
            content += chunk
            if len(content) > self._most_bytes:
                raise NoAnswer("answer-too-large")
        return bytes(content)

    @cached_property
    def _client(self) -> httpx.Client:
        return httpx.Client(
            verify=self._context(),
            trust_env=False,
            follow_redirects=False,
            headers={"Accept-Encoding": "identity"},
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=AT_ONCE, keepalive_expiry=20.0),
        )

    def _context(self) -> ssl.SSLContext:
        """Of the files as they are now. Raises NotTaken."""
        try:
            context = ssl.create_default_context(cafile=str(self._folder / self.address.authorities))
            context.load_cert_chain(self._folder / self.address.certificate, self._folder / self.address.key)
        except (OSError, ssl.SSLError) as error:
            name = getattr(error, "filename", None)
            what = (
                "no such file among certificate, key and authorities"
                if isinstance(error, FileNotFoundError)
                else ("certificate, key and authorities do not fit together or cannot be read")
            )
            raise NotTaken(f"{what}{f' ({name})' if name else ''}") from None
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context


def _object(content: bytes) -> dict[str, Any]:
    try:
        answer = read_json(content)
    except (ValueError, RecursionError):
        raise NoAnswer("no-json") from None
    if not isinstance(answer, dict):
        raise NoAnswer("no-json")
    return answer


def _unreachable(error: BaseException) -> NoAnswer:
    """A certificate that one side does not take is an operator's to mend; anything else may pass."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError) or (isinstance(cause, ssl.SSLError) and _names_us(cause)):
            return NotTaken("certificate")
        cause = cause.__cause__ or cause.__context__
    return NoAnswer("unreachable")


def _names_us(error: ssl.SSLError) -> bool:
    """An alert of the other side about our certificate (RFC 8446, section 6.2)."""
    words = f"{error.reason or ''} {error}".upper()
    return "CERTIFICATE" in words or "UNKNOWN_CA" in words or "ACCESS_DENIED" in words
