"""What an answer says about its connection is so: who is told `close` is hung up on, and nobody else is."""

import json
import socket
from collections.abc import Iterator

import gevent
import gevent.socket
import pytest

from gateway.serving.line import Line
from gateway.serving.settings import ServingSettings
from tests.gateway.running import answers, request, running

ECHO = "tests.gateway.echo:app"
CLOSE = "Connection: close"
PROBE = request("GET /healthz HTTP/1.1", CLOSE)
PDF = "Content-Type: application/pdf"
FORM = "Content-Type: application/x-www-form-urlencoded"
CHUNKED = "Transfer-Encoding: chunked"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with running(app=ECHO, LOKET_LIMIT_CHANGES="100000 per minute", LOKET_LIMIT_VERIFICATIONS="100000 per minute") as (
        port,
        _process,
    ):
        answers(port, request("POST /echo HTTP/1.1", CLOSE))  # the store that is away is found to be so once
        yield port


def fields(answer: bytes) -> tuple[int, dict[str, str], bytes]:
    """Of the first answer."""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    return (
        int(first.split(" ")[1]),
        {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)},
        body,
    )


CASES = {
    "too large for JSON": (request("POST /api/v1/applications HTTP/1.1", "Content-Length: 70000000"), b"", 401, True),
    "too large a file": (
        request("POST /api/v1/verifications HTTP/1.1", PDF, "Content-Length: 7000000"),
        b"",
        413,
        True,
    ),
    "too large a form": (request("POST /v HTTP/1.1", FORM, "Content-Length: 66000"), b"x" * 66_000, 413, True),
    "a small body that nobody wanted": (
        request("POST /nowhere HTTP/1.1", "Content-Length: 9000"),
        b"x" * 9000,
        404,
        False,
    ),
    "a body that was read": (request("POST /echo HTTP/1.1", "Content-Length: 9000"), b"x" * 9000, 200, False),
    "chunks that nobody wanted": (request("POST /nowhere HTTP/1.1", CHUNKED), b"1\r\nx\r\n0\r\n\r\n", 404, True),
    "chunks that were read": (request("POST /echo HTTP/1.1", CHUNKED), b"1\r\nx\r\n0\r\n\r\n", 200, False),
    "chunks that are none": (request("POST /echo HTTP/1.1", CHUNKED), b"z\r\n", 400, True),
    "no body": (request("GET /nowhere HTTP/1.1"), b"", 404, False),
    "who wants to go": (request("GET /healthz HTTP/1.1", CLOSE), b"", 200, True),
    "who wants to go, among other things": (request("GET /healthz HTTP/1.1", "Connection: x, Close"), b"", 200, True),
    "who wants to go, in a second line": (request("GET /healthz HTTP/1.1", "Connection: x", CLOSE), b"", 200, True),
    "of old": (request("GET /healthz HTTP/1.0"), b"", 200, True),
    "of old, and stays": (request("GET /healthz HTTP/1.0", "Connection: keep-alive"), b"", 200, False),
    "of days to come": (request("GET /healthz HTTP/1.7"), b"", 200, False),
}


@pytest.mark.parametrize("why", CASES)
def test_an_answer_that_says_close_is_the_last_and_another_is_not(port: int, why: str) -> None:
    head, body, status, closes = CASES[why]

    answer = answers(port, head + body + (b"" if closes else PROBE))
    told, headers, _ = fields(answer)

    assert (told, headers["connection"] == "close") == (status, closes)
    assert answer.count(b'{"ok": true}') == (b"/healthz" in head) + (not closes)


def test_who_is_still_sending_reads_the_refusal(port: int) -> None:
    """Closing at once would reset the connection, and most clients then never look at what came back."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(request("POST /api/v1/verifications HTTP/1.1", PDF, "Content-Length: 12000000"))
        for _ in range(120):
            line.sendall(b"x" * 100_000)
        answer = b""
        while chunk := line.recv(65536):
            answer += chunk

    status, headers, body = fields(answer)
    assert (status, headers["connection"]) == (413, "close")
    assert json.loads(body)["slug"] == "too-large"


def test_who_waits_to_be_told_to_send_sends_nothing_in_vain(port: int) -> None:
    waits = "Expect: 100-continue"

    refused = answers(port, request("POST /api/v1/verifications HTTP/1.1", PDF, waits, "Content-Length: 7000000"))
    assert fields(refused)[0] == 413
    assert fields(refused)[1]["connection"] == "close"
    assert b"100 Continue" not in refused

    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(request("POST /echo HTTP/1.1", waits, CLOSE, "Content-Length: 5"))
        assert line.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        line.sendall(b"abcde")
        answer = b""
        while chunk := line.recv(65536):
            answer += chunk
    assert (fields(answer)[0], json.loads(fields(answer)[2])["body"]) == (200, 5)


REFUSED = {
    "no host": (b"GET / HTTP/1.1\r\nX: y\r\n\r\n", 400, "bad-host"),
    "nothing but a line": (b"GET / HTTP/1.1\r\n\r\n", 400, "bad-host"),
    "two hosts": (request("GET / HTTP/1.1", "Host: localhost"), 400, "bad-host"),
    "a long address": (request(f"GET /{'x' * 5000} HTTP/1.1"), 414, "too-long"),
    "a long header": (request("GET / HTTP/1.1", f"X: {'x' * 9000}"), 431, "too-long"),
    "an expectation": (request("GET / HTTP/1.1", "Expect: more"), 417, "expectation-failed"),
    "a coding": (request("POST / HTTP/1.1", "Transfer-Encoding: xchunked"), 501, "not-implemented"),
    "a version": (request("GET / HTTP/2.0"), 505, "version-not-supported"),
    "no method": (request("G(T / HTTP/1.1"), 400, "bad-request"),
}


@pytest.mark.parametrize("why", REFUSED)
@pytest.mark.parametrize("reader", ["program", "person"])
def test_what_the_server_itself_refuses_is_told_as_everything_else(port: int, why: str, reader: str) -> None:
    sent, status, slug = REFUSED[why]
    line, _, rest = sent.partition(b"\r\n")
    accept = b"Accept: text/html\r\nAccept-Language: fr\r\n" if reader == "person" else b""

    told, headers, body = fields(answers(port, line + b"\r\n" + accept + rest))

    assert (told, headers["connection"], headers["cache-control"]) == (status, "close", "no-store")
    if reader == "program":
        problem = json.loads(body)
        assert headers["content-type"] == "application/problem+json"
        assert (problem["slug"], problem["status"]) == (slug, status)
        assert problem["detail"]
    else:
        assert (headers["content-type"], headers["content-language"]) == ("text/html; charset=utf-8", "fr")
        assert b'<html lang="fr">' in body
        assert "style-src 'sha256-" in headers["content-security-policy"]


def test_a_connection_that_we_close_while_we_wait_for_it_is_no_fault() -> None:
    """As at the end of a process; gunicorn logs a traceback for a bad descriptor, and nothing for who is gone."""
    ours, theirs = gevent.socket.socketpair()
    waiting = gevent.spawn(Line(ours, ServingSettings()).recv, 100)
    gevent.sleep(0)
    ours.close()
    theirs.close()

    with pytest.raises(ConnectionResetError):
        waiting.get(timeout=5)
    with pytest.raises(BrokenPipeError):
        Line(ours, ServingSettings()).sendall(b"x")
