"""gunicorn's gevent worker for strangers: nobody holds a thread, nobody holds on for ever, nobody is told or logged.

A greenlet waits for each connection, so that slow requests, slow readers, live streams and slow services cost memory
and nothing else. Everything that blocks is patched before the application is imported (`patch`), hence no preload.
"""

import contextlib
import sys
from http import HTTPStatus
from typing import Any

import gevent
import structlog
from gunicorn.http.errors import (
    ChunkMissingTerminator,
    ExpectationFailed,
    InvalidChunkExtension,
    InvalidChunkSize,
    InvalidHeader,
    InvalidHTTPVersion,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
    UnsupportedTransferCoding,
)
from gunicorn.workers.ggevent import GeventWorker

from gateway.serving.bodies import await_body, read_rest, will_be_read
from gateway.serving.line import NEVER, Line
from gateway.serving.settings import serving_settings
from gateway.serving.targets import refuse_ambiguous
from services.chassis import request_ids

log = structlog.get_logger()

SPARE = 16
"""Connections below the most that are kept free, so that a newcomer is heard while others are hung up on."""

BLOCKING = ("amqp", "flask", "httpx", "kombu", "pymongo", "requests", "urllib3")
"""Would keep the unpatched sockets and locks that they were imported with."""

_REFUSED: tuple[tuple[Any, HTTPStatus, str], ...] = (
    (LimitRequestLine, HTTPStatus.REQUEST_URI_TOO_LONG, "too-long"),
    (LimitRequestHeaders, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "too-long"),
    (ExpectationFailed, HTTPStatus.EXPECTATION_FAILED, "expectation-failed"),
    (UnsupportedTransferCoding, HTTPStatus.NOT_IMPLEMENTED, "not-implemented"),
    (InvalidHTTPVersion, HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, "version-not-supported"),
    (
        (ParseException, InvalidChunkSize, ChunkMissingTerminator, InvalidChunkExtension),
        HTTPStatus.BAD_REQUEST,
        "bad-request",
    ),
)
"""What gunicorn raises, and how it is told (gateway/sentences/problems.py)."""


class CounterWorker(GeventWorker):  # type: ignore[misc]
    """Serves the gateway's application, `config["LOKET_MOVEMENTS"]` of which ends its live streams, and
    `config["LOKET_REFUSALS"]` says what is refused before it is asked (gateway/refusals.py).
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._settings = serving_settings()
        self._lines: set[Line] = set()

    def patch(self) -> None:
        """Raises RuntimeError where it is too late."""
        if early := sorted(sys.modules.keys() & set(BLOCKING)):
            raise RuntimeError(f"imported before gevent's patches: {', '.join(early)}")
        super().patch()

    def timeout_ctx(self) -> Any:
        """The line has deadlines of its own."""
        return contextlib.nullcontext()

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        """A client's connection, until either side ends it."""
        line = Line(client, self._settings)
        self._make_room()
        self._lines.add(line)
        try:
            super().handle(listener, line, addr)
        finally:
            self._lines.discard(line)

    def handle_request(self, listener_name: Any, req: Any, sock: Line, addr: Any) -> None:
        """One request, whose head is there."""
        refuse_ambiguous(req)
        sock.expect_body()
        await_body(req, sock.sendall)
        wants_to_close = req.should_close
        req.should_close = lambda: wants_to_close() or not will_be_read(req.body)
        try:
            super().handle_request(listener_name, req, sock, addr)
        except StopIteration:
            if will_be_read(req.body) and read_rest(req.body):
                sock.expect_end()
            raise
        if not read_rest(req.body) or not self.alive:
            raise StopIteration  # where the next request begins is not known, or it is not for us
        sock.expect_request()
        gevent.sleep(
            0
        )  # who sends requests faster than they are answered never waits, and would be the only one served

    def handle_exit(self, sig: int, frame: Any) -> None:
        """SIGTERM: no more connections; what is under way is finished, but live streams and idle connections end."""
        super().handle_exit(sig, frame)
        gevent.spawn(self._let_go)

    def handle_error(self, _req: Any, client: Line, _addr: Any, exc: BaseException) -> None:
        """Say what kind of mistake it is, and nothing of what was sent: neither to them nor to the log."""
        status, slug = _refused(exc)
        if status is HTTPStatus.INTERNAL_SERVER_ERROR:
            self.log.error("request_failed %s", type(exc).__name__)
        request_id = request_ids.make()
        log.info("request_refused", status=status.value, error=type(exc).__name__, request_id=request_id)
        told, body = self.wsgi.config["LOKET_REFUSALS"](
            slug, status=status.value, head=client.head, request_id=request_id
        )
        fields = {
            "Connection": "close",
            "Cache-Control": "no-store",
            "X-Request-Id": request_id,
            **told,
            "Content-Length": str(len(body)),
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        with contextlib.suppress(OSError):
            client.sendall(f"HTTP/1.1 {status.value} {status.phrase}\r\n{head}\r\n".encode("ascii") + body)

    def _let_go(self) -> None:
        self.wsgi.config["LOKET_MOVEMENTS"].close()
        for line in tuple(self._lines):
            line.hang_up_if_idle()

    def _make_room(self) -> None:
        """Those who keep us waiting longest go first: whoever sends a request as others do is done before them."""
        if len(self._lines) >= self.worker_connections - min(SPARE, self.worker_connections // 2):
            slowest = min(self._lines, key=lambda line: line.awaited_since)
            if slowest.awaited_since != NEVER:
                slowest.hang_up()


def _refused(error: BaseException) -> tuple[HTTPStatus, str]:
    """Status and slug."""
    if isinstance(error, InvalidHeader) and error.hdr == "HOST":
        return HTTPStatus.BAD_REQUEST, "bad-host"
    for kinds, status, slug in _REFUSED:
        if isinstance(error, kinds):
            return status, slug
    return HTTPStatus.INTERNAL_SERVER_ERROR, "internal-error"
