"""The road to MAGDA: HTTPS with a certificate on both sides, one attempt a question, no longer than is left.

What asks again is the extract alone (extract.py): retries in two places multiply. A breaker (resting.py) keeps a
platform that does not answer from holding up everybody.
"""

import logging
import ssl
from collections.abc import Callable
from time import monotonic

import httpx
import pybreaker

from services.contracts.facts import POPULATION
from services.registry.domain import SourceRefused, SourceUnavailable
from services.registry.sources.magda.faults import WrongAnswer
from services.registry.sources.resting import Breaker

logging.getLogger("httpx").setLevel(logging.WARNING)  # a line for each question; asking.py writes a better one

BUDGET_S = 15.0
"""For a whole inquiry: a household of twelve takes fourteen questions, of 300 ms each on a slow day."""
CONNECT_S = 3.0

_REFUSED = frozenset({400, 401, 403, 404, 405, 407, 410, 411, 413, 415, 421, 426, 431, 495, 496})
"""Statuses by which a server says that the question itself is not taken."""


class Budget:
    """What is left of the time for one inquiry."""

    def __init__(self, seconds: float, *, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._ends = clock() + seconds

    def left(self) -> float:
        """Seconds. Raises SourceUnavailable where there are none."""
        left = self._ends - self._clock()
        if left <= 0:
            raise SourceUnavailable("magda-too-slow")
        return left


class Transport:
    """One town's way to the platform, for all its inquiries; connections are kept."""

    def __init__(self, url: str, *, context: ssl.SSLContext, town: str | None = None) -> None:
        self.url = url
        self.breaker = Breaker(POPULATION, [town] if town else [], excluded=SourceRefused)
        self._client = httpx.Client(
            verify=context,
            trust_env=False,
            follow_redirects=False,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=20, keepalive_expiry=20.0),
        )

    def post(self, message: bytes, *, action: str, most: int, budget: Budget) -> bytes:
        """What came back, whatever it is, of at most so many bytes. Raises SourceUnavailable, SourceRefused and
        WrongAnswer."""
        budget.left()
        try:
            with self.breaker.calling():
                return self._exchanged(message, action, most, budget)
        except pybreaker.CircuitBreakerError:
            raise SourceUnavailable(f"magda-resting-after-{self.breaker.why.removeprefix('magda-')}") from None

    def _exchanged(self, message: bytes, action: str, most: int, budget: Budget) -> bytes:
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{action}"', "Accept": "text/xml"}
        left = budget.left()
        timeout = httpx.Timeout(left, connect=min(left, CONNECT_S), pool=left)
        try:
            with self._client.stream("POST", self.url, content=message, headers=headers, timeout=timeout) as response:
                content = _limited(response, most, budget)
        except httpx.TimeoutException:
            raise SourceUnavailable("magda-too-slow") from None
        except httpx.HTTPError as error:
            raise _unreachable(error) from None
        if response.status_code in _REFUSED:
            raise SourceRefused(f"magda-http-{response.status_code}")
        if response.status_code != httpx.codes.OK and not _may_be_fault(response, content):
            raise SourceUnavailable(f"magda-http-{response.status_code}")
        return content

    def close(self) -> None:
        self._client.close()


def _limited(response: httpx.Response, most: int, budget: Budget) -> bytes:
    """No more than an answer has, and no longer than is left: one that trickles would never end."""
    content = bytearray()
    for chunk in response.iter_bytes():
        budget.left()
        content += chunk
        if len(content) > most:
            raise WrongAnswer("answer-too-large")
    return bytes(content)


def _may_be_fault(response: httpx.Response, content: bytes) -> bool:
    """A SOAP fault comes with a status 500 (SOAP 1.1, section 6.2)."""
    return response.status_code == httpx.codes.INTERNAL_SERVER_ERROR and b"Fault" in content


def _unreachable(error: BaseException) -> SourceUnavailable:
    """A certificate that one side does not take is an operator's to mend; anything else may pass."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError) or (isinstance(cause, ssl.SSLError) and _names_us(cause)):
            return SourceRefused("magda-certificate")
        cause = cause.__cause__ or cause.__context__
    return SourceUnavailable("magda-unreachable")


def _names_us(error: ssl.SSLError) -> bool:
    """An alert by which the other side does not take ours (RFC 8446, section 6.2), and not one of its own trouble."""
    reason = (error.reason or "").upper()
    return "ALERT" in reason and not reason.endswith(("INTERNAL_ERROR", "USER_CANCELED", "CLOSE_NOTIFY"))
