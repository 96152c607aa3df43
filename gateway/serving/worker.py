"""gunicorn's gevent worker for strangers: nobody holds a thread, nobody holds on for ever, nobody is told or logged.

A greenlet waits for each connection, so that slow requests, slow readers, live streams and slow services cost memory
and nothing else. Everything that blocks is patched before the application is imported (`patch`), hence no preload.
"""

import contextlib
import json
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
    LimitRequestHeaders,
    LimitRequestLine,
    NoMoreData,
    ParseException,
    UnsupportedTransferCoding,
)
from gunicorn.workers.ggevent import GeventWorker

from gateway.serving.line import LEFT_BYTES, NEVER, Line
from gateway.serving.settings import serving_settings
from gateway.serving.targets import refuse_ambiguous
from services.chassis import request_ids

log = structlog.get_logger()

SPARE = 16
"""Connections below the most that are kept free, so that a newcomer is heard while others are hung up on."""

BLOCKING = ("amqp", "flask", "httpx", "kombu", "pymongo", "requests", "urllib3")
"""Would keep the unpatched sockets and locks that they were imported with."""

_STATUS = (
    (LimitRequestLine, HTTPStatus.REQUEST_URI_TOO_LONG),
    (LimitRequestHeaders, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE),
    (ExpectationFailed, HTTPStatus.EXPECTATION_FAILED),
    (UnsupportedTransferCoding, HTTPStatus.NOT_IMPLEMENTED),
    ((ParseException, InvalidChunkSize, ChunkMissingTerminator, InvalidChunkExtension), HTTPStatus.BAD_REQUEST),
)


class CounterWorker(GeventWorker):  # type: ignore[misc]
    """Serves the gateway's application, `config["LOKET_MOVEMENTS"]` of which ends its live streams."""

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
        super().handle_request(listener_name, req, sock, addr)
        sock.expect_rest()
        if not _is_read(req.body) or not self.alive:
            raise StopIteration  # where the next request begins is not known, or it is not for us
        sock.expect_request()

    def handle_exit(self, sig: int, frame: Any) -> None:
        """SIGTERM: no more connections; what is under way is finished, but live streams and idle connections end."""
        super().handle_exit(sig, frame)
        gevent.spawn(self._let_go)

    def handle_error(self, _req: Any, client: Line, _addr: Any, exc: BaseException) -> None:
        """Say what kind of mistake it is, and nothing of what was sent: neither to them nor to the log."""
        status = next((status for kinds, status in _STATUS if isinstance(exc, kinds)), None)
        if status is None:
            self.log.error("request_failed %s", type(exc).__name__)
            status = HTTPStatus.INTERNAL_SERVER_ERROR
        request_id = request_ids.make()
        log.info("request_refused", status=status.value, error=type(exc).__name__, request_id=request_id)
        slug = "bad-request" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "internal-error"
        body = json.dumps(
            {"type": f"urn:loket:problem:{slug}", "slug": slug, "title": status.phrase, "status": status.value}
        ).encode()
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\nConnection: close\r\nCache-Control: no-store\r\n"
            f"X-Request-Id: {request_id}\r\n"
            f"Content-Type: application/problem+json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        with contextlib.suppress(OSError):
            client.sendall(head.encode("ascii") + body)

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


def _is_read(body: Any) -> bool:
    left = 0
    try:
        while chunk := body.read(4096):
            left += len(chunk)
            if left > LEFT_BYTES:
                return False
    except (NoMoreData, ParseException, OSError):
        return False
    return True
