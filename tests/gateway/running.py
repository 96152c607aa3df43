"""The gateway as it runs, and clients that speak to its socket without any manners."""

import contextlib
import os
import selectors
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import httpx
import psutil
from pymongo import MongoClient

from deploy.local.probing import probed
from gateway.auth.sessions import StandingSessions
from services.chassis.locking import KeyRing, Locker
from tests.gateway.conftest import NO_STORE
from tests.gateway.fakes import CITIZEN
from tests.keys import RING, environment
from tests.ports import free_ports
from tests.waiting import wait_for

TOWNS = Path(__file__).parents[2] / "deploy" / "towns"
NO_BROKER = "amqp://127.0.0.1:9/"


@contextmanager
def running(
    amqp_uri: str = NO_BROKER,
    *,
    app: str = "gateway.wsgi:app",
    log: int | IO[bytes] = subprocess.DEVNULL,
    **environ: str,
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A gateway of its own: port and gunicorn's master, ended with the block."""
    (port,) = free_ports(1)
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", "python:gateway.gunicorn_conf", app],
        env={
            **os.environ,
            "LOKET_AMQP_URI": amqp_uri,
            "LOKET_MONGO_URI": NO_STORE,
            **environment("intake"),
            "LOKET_TOWNS": str(TOWNS),
            "LOKET_DEFAULT_TOWN": "24001",
            "LOKET_SECURE_COOKIES": "0",
            "LOKET_GATEWAY_BIND": f"127.0.0.1:{port}",
            "LOKET_GATEWAY_WORKERS": "1",
            "LOKET_QUESTION_TIMEOUT_S": "5",
            **environ,
        },
        stdout=subprocess.DEVNULL,
        stderr=log,
    )
    try:
        wait_for(lambda: _is_there(port), what="the gateway")
        yield port, process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait()


def _is_there(port: int) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return is_alive(port)
    return False


def is_alive(port: int) -> bool:
    """It answers a new client, in whatever time."""
    return probed(f"http://127.0.0.1:{port}/healthz", timeout_s=20).status_code == 200


def workers(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """gunicorn's."""
    return psutil.Process(process.pid).children()


def session(stored: dict[str, str]) -> str:
    """The cookie of a citizen who has signed in."""
    until = time.time() + 600
    with MongoClient[dict[str, Any]](stored["LOKET_MONGO_URI"], tz_aware=True) as store:
        id = StandingSessions(store[f"{stored['LOKET_DATABASE']}_gateway"], idle_s=600).begin(town="24001", until=until)
    known = {"id": id, "until": until, "citizen": {"national_number": CITIZEN, "email": "burger@example.be"}}
    locker = Locker("sessions", KeyRing.parse(RING))
    return f"loket={locker.lock_data({'until': until, 'session': known}, bound_to='24001')}"


def browser(port: int, stored: dict[str, str]) -> httpx.Client:
    """A citizen's, signed in."""
    return httpx.Client(
        base_url=f"http://localhost:{port}",
        headers={"Cookie": session(stored), "Sec-Fetch-Site": "same-origin"},
        trust_env=False,
        timeout=20,
    )


def request(line: str, *headers: str) -> bytes:
    """A head, ended properly."""
    return ("\r\n".join([line, "Host: localhost", *headers]) + "\r\n\r\n").encode("latin-1")


def answers(port: int, sent: bytes) -> bytes:
    """All that comes back until the gateway hangs up."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(sent)
        received = b""
        try:
            while chunk := line.recv(65536):
                received += chunk
        except ConnectionError:
            pass
        return received


class Slow(threading.Thread):
    """Many clients that send the same beginning, then a byte now and then, for ever."""

    def __init__(self, port: int, beginning: bytes, clients: int, *, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(daemon=True)
        self._lines = []
        for _ in range(clients):
            line = socket.create_connection(("127.0.0.1", port), timeout=20)
            if tls:
                line = tls.wrap_socket(line, server_hostname="localhost")
            line.sendall(beginning)
            line.setblocking(False)
            self._lines.append(line)
        self._enough = threading.Event()

    @property
    def left(self) -> int:
        """Those whom the gateway still listens to."""
        return len(self._lines)

    def run(self) -> None:
        while not self._enough.wait(0.1):
            for line in list(self._lines):
                try:
                    line.send(b"x")
                    heard = line.recv(4096)
                except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                    continue
                except (ConnectionError, ssl.SSLError):
                    heard = b""
                if not heard:
                    self._lines.remove(line)
                    line.close()

    def __enter__(self) -> "Slow":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        self.join()
        for line in self._lines:
            line.close()


class Greedy:
    """One client that sends requests and takes answers as fast as it can."""

    def __init__(self, port: int) -> None:
        self.answered = 0
        self._line = socket.create_connection(("127.0.0.1", port))
        self._threads = [threading.Thread(target=each) for each in (self._send, self._take)]

    def _send(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self._line.sendall(request("GET /healthz HTTP/1.1") * 50)

    def _take(self) -> None:
        with contextlib.suppress(OSError):
            while received := self._line.recv(1 << 20):
                self.answered += received.count(b"HTTP/1.1 200 ")

    def __enter__(self) -> "Greedy":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._line.close()


class Watchers:
    """Many live streams of one application."""

    def __init__(self, port: int, path: str, count: int, *, cookie: str) -> None:
        head = request(f"GET {path} HTTP/1.1", f"Cookie: {cookie}", "Sec-Fetch-Site: same-origin")
        self._received: dict[socket.socket, bytes] = {}
        self._selector = selectors.DefaultSelector()
        for _ in range(count):
            line = socket.create_connection(("127.0.0.1", port), timeout=20)
            line.sendall(head)
            line.setblocking(False)
            self._received[line] = b""
            self._selector.register(line, selectors.EVENT_READ)

    def told(self, word: bytes) -> int:
        """How many have read it by now."""
        for key, _ in self._selector.select(0.1):
            line = key.fileobj
            assert isinstance(line, socket.socket)
            if chunk := line.recv(65536):
                self._received[line] += chunk
            else:
                self._selector.unregister(line)
        return sum(word in received for received in self._received.values())

    def __enter__(self) -> "Watchers":
        return self

    def __exit__(self, *_: object) -> None:
        self._selector.close()
        for line in self._received:
            line.close()
