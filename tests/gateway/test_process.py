"""The gateway as it runs: gunicorn, a real broker, real sockets."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from tests.gateway.fakes import PDF, FakeServices
from tests.gateway.running import NO_BROKER, browser, request, running
from tests.gateway.standin import StandIn

Starts = Callable[..., tuple[int, subprocess.Popen[bytes]]]


@pytest.fixture
def start() -> Iterator[Starts]:
    with ExitStack() as started:
        yield lambda amqp_uri, **environ: started.enter_context(running(amqp_uri, **environ))


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with running() as (port, _process):
        yield port


def test_an_application_goes_through_the_broker_and_its_moves_come_back_live(
    start: Starts, stored: dict[str, str], amqp_uri: str, behind: StandIn, services: FakeServices
) -> None:
    port, _ = start(amqp_uri, **stored, LOKET_STREAM_HEARTBEAT_SECONDS="60")

    with browser(port, stored) as client:
        filed = client.post("/api/v1/applications", json={"product": "residence"}, headers={"Idempotency-Key": "k"})
        with client.stream("GET", filed.json()["links"]["stream"]) as stream:
            states = (json.loads(line[6:])["state"] for line in stream.iter_lines() if line.startswith("data: "))
            first = next(states)
            services.move("application-1", "cleared")
            second = _hinted(behind, states)
            services.move("application-1", "delivered", certificate_id="certificate-1")
            behind.moved("application-1")
            third = next(states)
        pdf = client.get("/api/v1/certificates/certificate-1")

    assert filed.status_code == 202
    assert (first, second, third) == ("submitted", "cleared", "delivered")
    assert pdf.content == PDF


def _hinted(behind: StandIn, states: Iterator[str]) -> str:
    """The process begins to listen with its first stream; what moves before then it sees when it does."""
    behind.moved("application-1")
    return next(states)


def test_a_process_that_is_told_to_end_ends_its_streams(
    start: Starts, stored: dict[str, str], amqp_uri: str, behind: StandIn, services: FakeServices
) -> None:
    port, process = start(amqp_uri, **stored, LOKET_STREAM_HEARTBEAT_SECONDS="60")
    services.put("mine")

    with browser(port, stored) as client, client.stream("GET", "/api/v1/applications/mine/stream") as stream:
        lines = stream.iter_lines()
        next(lines)
        process.send_signal(signal.SIGTERM)
        rest = list(lines)
    process.wait(20)

    assert any(line.startswith("data: ") for line in rest)
    assert ": still here" not in rest  # it was ended, and did not wait for anything
    assert process.returncode == 0


def test_a_broker_that_is_away_is_503(start: Starts, stored: dict[str, str]) -> None:
    port, _ = start(NO_BROKER, **stored)

    with browser(port, stored) as client:
        answer = client.post("/api/v1/applications", json={"product": "residence"}, headers={"Idempotency-Key": "k"})
        ready = client.get("/readyz")

    assert (answer.status_code, answer.headers["Retry-After"], answer.json()["slug"]) == (
        503,
        "5",
        "service-unavailable",
    )
    assert ready.status_code == 503


def test_a_missing_setting_stops_the_start_with_one_clear_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "-c", "python:gateway.gunicorn_conf", "gateway.wsgi:app"],
        env={"PATH": os.environ["PATH"], "LOKET_GATEWAY_BIND": "127.0.0.1:0", "LOKET_GATEWAY_WORKERS": "1"},
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert done.returncode != 0
    assert b"LOKET_KEYS_SESSIONS is not set: keys of the session cookie" in done.stderr


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("WORKERS", "0"),
        ("WORKERS", "two"),
        ("CONNECTIONS", "-1"),
        ("HEAD_S", "0"),
        ("BODY_S", "inf"),
        ("IDLE_S", "nan"),
    ],
)
def test_a_setting_of_the_server_that_cannot_be_used_is_named(variable: str, value: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "-c", "python:gateway.gunicorn_conf", "gateway.wsgi:app"],
        env={"PATH": os.environ["PATH"], f"LOKET_GATEWAY_{variable}": value},
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert done.returncode != 0
    assert done.stderr.startswith(f"LOKET_GATEWAY_{variable} cannot be used (".encode())
    assert b"Traceback" not in done.stderr


def raw(port: int, head: bytes, body: bytes = b"", *, most: int = 60_000_000) -> tuple[bytes, int]:
    """What the gateway answers first, and how many bytes of the body it took until then."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(head)
        sent = 0
        line.setblocking(False)
        answer = b""
        end = time.monotonic() + 20
        while time.monotonic() < end and b"\r\n\r\n" not in answer:
            try:
                answer += line.recv(65536)
            except BlockingIOError:
                pass
            except ConnectionError:
                break
            try:
                rest = body[sent % len(body) :] if body else b""
                sent += line.send(rest) if rest and sent < most else 0
            except BlockingIOError:
                pass
            except ConnectionError:
                body = b""
        return answer, sent


@pytest.mark.parametrize(
    ("path", "kind"), [("/api/v1/verifications", "application/pdf"), ("/v", "multipart/form-data; boundary=x")]
)
@pytest.mark.parametrize("length", ["Content-Length: 52428800", "Transfer-Encoding: chunked"])
def test_fifty_megabytes_are_refused_unread(port: int, path: str, kind: str, length: str) -> None:
    chunk = b"1000\r\n" + b"x" * 4096 + b"\r\n" if "chunked" in length else b"x" * 65536

    answer, taken = raw(port, request(f"POST {path} HTTP/1.1", f"Content-Type: {kind}", length), chunk)

    assert answer.split(b" ")[1] in (b"413", b"400"), answer[:200]
    assert taken < 20_000_000


@pytest.mark.parametrize(
    "head",
    [
        request("GET / HTTP/1.1", "X-Large: " + "x" * 20_000),
        request("GET / HTTP/1.1", *[f"X-{i}: y" for i in range(200)]),
        request("GET /" + "x" * 10_000 + " HTTP/1.1"),
        request("GET / HTTP/1.1", "Content-Length: 5", "Transfer-Encoding: chunked"),
        request("POST /api/v1/verifications HTTP/1.1", "Content-Length: -5"),
        request("POST /api/v1/verifications HTTP/1.1", "Content-Length: 5", "Content-Length: 6"),
        request("GET / HTTP/9.9"),
        request("BREW / HTTP/1.1"),
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\x00b\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    ],
)
def test_broken_requests_get_an_answer_in_the_400s(port: int, head: bytes) -> None:
    answer, _ = raw(port, head)

    assert answer[9:10] == b"4" or answer[9:12] in (b"505", b"501"), answer[:200]
    assert b"\r\nX-Request-Id: " in answer
    assert httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False).status_code == 200


def test_many_clients_poll_where_streams_are_few(
    start: Starts, stored: dict[str, str], amqp_uri: str, behind: StandIn, services: FakeServices
) -> None:
    port, _ = start(amqp_uri, **stored, LOKET_MAX_STREAMS="2")
    services.put("mine")
    streams: list[Any] = []

    with browser(port, stored) as client:
        for _ in range(2):
            stream = client.send(client.build_request("GET", "/api/v1/applications/mine/stream"), stream=True)
            next(stream.iter_raw())
            streams.append(stream)
        polled = client.get("/api/v1/applications/mine/stream")
        other = client.get("/api/v1/products")
        for stream in streams:
            stream.close()

    assert polled.text.count("data: ") == 1
    assert other.status_code == 200
