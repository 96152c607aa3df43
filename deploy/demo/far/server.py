"""An HTTPS server of the demonstration: JSON in and out, and nobody without a certificate of its road's root."""

import json
import signal
import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from deploy.demo.far.authorities import ROAD_ROOT, SERVER
from deploy.demo.far.faults import Switch

MOST_ASKED = 64 * 1024
LATE_S, NEVER_S = 10.0, 120.0
HANDSHAKE_S = 5.0

Answers = Callable[[str, str, dict[str, Any], str | None], dict[str, Any] | None]
"""What a source says to method, path, question and fault; None for what is not there."""


class FarServer(ThreadingHTTPServer):
    """Each connection has a thread, which also shakes hands: who does not, holds up nobody."""

    daemon_threads = True

    def __init__(self, port: int, answers: Answers, *, folder: Path, switch: Switch) -> None:
        self.answers = answers
        self.switch = switch
        self.ended = threading.Event()
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(folder / f"{SERVER}.pem", folder / f"{SERVER}.key")
        self._context.load_verify_locations(folder / f"{ROAD_ROOT}.pem")
        self._context.verify_mode = ssl.CERT_REQUIRED
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def finish_request(self, request: Any, client_address: Any) -> None:
        request.settimeout(HANDSHAKE_S)
        try:
            secured = self._context.wrap_socket(request, server_side=True)
        except (OSError, ssl.SSLError):
            return
        try:
            secured.settimeout(None)
            super().finish_request(secured, client_address)
        finally:
            secured.close()

    def handle_error(self, _request: Any, _client_address: Any) -> None:
        """Who hung up is no news."""

    def stop(self) -> None:
        """From another thread."""
        self.ended.set()
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or the body waits until the head is acknowledged, 40 ms later
    server: FarServer

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > MOST_ASKED:
            self._send(413, b"{}")
            return
        try:
            asked = json.loads(self.rfile.read(length))
        except ValueError:
            self._send(400, b"{}")
            return
        self._answer(asked)

    def log_message(self, *_: Any) -> None:
        """A path may name somebody."""

    def _answer(self, asked: dict[str, Any]) -> None:
        fault = self.server.switch.fault
        if fault in _STATUS:
            self._send(_STATUS[fault], b"{}")
            return
        if fault in ("late", "never"):
            self.server.ended.wait(LATE_S if fault == "late" else NEVER_S)
        said = self.server.answers(self.command, self.path, asked, fault)
        if said is None:
            self._send(404, b"{}")
            return
        content = json.dumps(said, ensure_ascii=False).encode()
        if fault == "no-json":
            content = b"<html>Service page</html>"
        if fault == "nested":
            content = b'{"request": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
        if fault == "huge":
            self._send_without_end()
        elif fault == "half":
            self._send(200, content[: len(content) // 2], length=len(content))
            self.close_connection = True
        else:
            self._send(200, content)

    def _send(self, status: int, content: bytes, *, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content) if length is None else length))
        self.end_headers()
        self.wfile.write(content)

    def _send_without_end(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        while not self.server.ended.is_set():  # until the other side hangs up
            self.wfile.write(b" " * 65536)


_STATUS = {"away": 503, "refusing": 403}


def serve(server: FarServer) -> None:
    """Until SIGTERM."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.stop).start())
    server.serve_forever(poll_interval=0.2)
