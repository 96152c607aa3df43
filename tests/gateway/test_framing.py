"""What a stranger, or a proxy that nobody named, may make the gateway believe: nothing."""

import json
import socket
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest

from tests.gateway.running import answers, is_alive, request, running

ECHO = "tests.gateway.echo:app"
UNLIMITED = {"LOKET_LIMIT_CHANGES": "100000 per minute"}
CLOSE = "Connection: close"

FORGED = (
    "X-Forwarded-Proto: https",
    "X-Forwarded-Protocol: ssl",
    "X-Forwarded-Ssl: on",
    "X-Forwarded-For: 203.0.113.9",
    "X-Forwarded-Host: etterbeek.localhost",
    "X-Forwarded-Port: 443",
    "X-Forwarded-Prefix: /evil",
    "Forwarded: for=203.0.113.9;proto=https;host=etterbeek.localhost",
    "X-Real-IP: 203.0.113.9",
    "X-Scheme: https",
    "Front-End-Https: on",
    "SCRIPT_NAME: /evil",
    "Script-Name: /evil",
    "PATH_INFO: /evil",
    "Path-Info: /evil",
    "REMOTE_ADDR: 203.0.113.9",
    "Remote-Addr: 203.0.113.9",
    "REMOTE_USER: root",
    "X_Forwarded_For: 203.0.113.9",
    "X_Forwarded_Proto: https",
    "wsgi.url_scheme: https",
    "HTTPS: on",
    "Proxy: http://203.0.113.9",
)


@pytest.fixture(scope="module")
def alone() -> Iterator[int]:
    """Without LOKET_PROXIES."""
    with running(app=ECHO, **UNLIMITED) as (port, _process):
        yield port


@pytest.fixture(scope="module")
def proxied() -> Iterator[int]:
    """Behind one."""
    with running(app=ECHO, LOKET_PROXIES="1") as (port, _process):
        yield port


def believed(port: int, *headers: str) -> dict[str, Any]:
    """What the application reads."""
    head, _, body = answers(port, request("GET /echo HTTP/1.1", CLOSE, *headers)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 "), (head, body)
    value: dict[str, Any] = json.loads(body)
    return {name: value[name] for name in value if name != "headers"} | {"headers": set(value["headers"])}


NOTHING = {
    "REMOTE_ADDR": "127.0.0.1",
    "SCRIPT_NAME": "",
    "PATH_INFO": "/echo",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "wsgi.url_scheme": "http",
    "HTTP_HOST": "localhost",
    "body": 0,
}


@pytest.mark.parametrize("header", FORGED)
def test_without_a_proxy_nobody_says_who_or_where_they_are(alone: int, header: str) -> None:
    seen = believed(alone, header)

    assert {name: seen[name] for name in NOTHING} == NOTHING


@pytest.mark.parametrize("header", [each for each in FORGED if "_" in each.partition(":")[0]])
def test_an_underscore_is_no_dash(alone: int, proxied: int, header: str) -> None:
    for port in (alone, proxied):
        seen = believed(port, header)

        assert seen["headers"] == {"HTTP_HOST", "HTTP_CONNECTION"}
        assert {name: seen[name] for name in NOTHING} == NOTHING


def test_behind_a_proxy_counts_what_it_said_last_and_nothing_else(proxied: int) -> None:
    seen = believed(
        proxied,
        "X-Forwarded-For: 198.51.100.1, 203.0.113.9",
        "X-Forwarded-Proto: http, https",
        "X-Forwarded-Host: aarschot.localhost, etterbeek.localhost",
    )

    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == ("203.0.113.9", "https")
    assert seen["HTTP_HOST"] == "etterbeek.localhost"


@pytest.mark.parametrize(
    "header",
    [each for each in FORGED if not each.startswith(("X-Forwarded-For", "X-Forwarded-Proto:", "X-Forwarded-Host"))],
)
def test_a_proxy_is_believed_in_three_things_only(proxied: int, header: str) -> None:
    seen = believed(proxied, header)

    assert {name: seen[name] for name in NOTHING} == NOTHING


@pytest.mark.parametrize(
    "opening",
    [
        b"PROXY TCP4 203.0.113.9 127.0.0.1 1 2\r\n",
        b"\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c\xcb\x00\x71\x09\x7f\x00\x00\x01\x00\x01\x00\x02",
    ],
)
def test_the_proxy_protocol_is_not_spoken(alone: int, proxied: int, opening: bytes) -> None:
    for port in (alone, proxied):
        assert _status(answers(port, opening + request("GET /echo HTTP/1.1", CLOSE))) == 400


AMBIGUOUS = {
    "length and chunks": request("POST /echo HTTP/1.1", "Content-Length: 5", "Transfer-Encoding: chunked")
    + b"0\r\n\r\n",
    "chunks and length": request("POST /echo HTTP/1.1", "Transfer-Encoding: chunked", "Content-Length: 5")
    + b"0\r\n\r\n",
    "two lengths": request("POST /echo HTTP/1.1", "Content-Length: 5", "Content-Length: 0") + b"abcde",
    "the same length twice": request("POST /echo HTTP/1.1", "Content-Length: 5", "Content-Length: 5") + b"abcde",
    "a list of lengths": request("POST /echo HTTP/1.1", "Content-Length: 5, 5") + b"abcde",
    "a signed length": request("POST /echo HTTP/1.1", "Content-Length: +5") + b"abcde",
    "a length with a line in it": request("POST /echo HTTP/1.1", "Content-Length: 1_0") + b"abcdefghij",
    "a length of no digits": request("POST /echo HTTP/1.1", "Content-Length: \xb2") + b"ab",
    "an empty length": request("POST /echo HTTP/1.1", "Content-Length: ") + b"",
    "chunked twice": request("POST /echo HTTP/1.1", "Transfer-Encoding: chunked, chunked") + b"0\r\n\r\n",
    "chunked in two lines": request("POST /echo HTTP/1.1", *["Transfer-Encoding: chunked"] * 2) + b"0\r\n\r\n",
    "not chunked at last": request("POST /echo HTTP/1.1", "Transfer-Encoding: chunked, identity") + b"0\r\n\r\n",
    "identity": request("POST /echo HTTP/1.1", "Transfer-Encoding: identity", "Content-Length: 5") + b"abcde",
    "some other coding": request("POST /echo HTTP/1.1", "Transfer-Encoding: xchunked") + b"0\r\n\r\n",
    "a coding with a tab": request("POST /echo HTTP/1.1", "Transfer-Encoding: \x0bchunked") + b"0\r\n\r\n",
    "chunks in HTTP/1.0": request("POST /echo HTTP/1.0", "Transfer-Encoding: chunked") + b"0\r\n\r\n",
    "a space before the colon": request("POST /echo HTTP/1.1", "Transfer-Encoding : chunked") + b"0\r\n\r\n",
    "a header without a name": request("GET /echo HTTP/1.1", ": x"),
    "a header without a colon": request("GET /echo HTTP/1.1", "X"),
    "a folded header": request("GET /echo HTTP/1.1", "X-Long: a", " Transfer-Encoding: chunked"),
    "a folded first header": b"GET /echo HTTP/1.1\r\n Host: localhost\r\n\r\n",
    "a bare CR": request("GET /echo HTTP/1.1", "X: a\rTransfer-Encoding: chunked"),
    "a bare LF": request("GET /echo HTTP/1.1", "X: a\nTransfer-Encoding: chunked"),
    "bare LFs only": b"GET /echo HTTP/1.1\nHost: localhost\n\n",
    "NUL in a header": request("GET /echo HTTP/1.1", "X: a\x00b"),
    "two hosts": request("GET /echo HTTP/1.1", "Host: etterbeek.localhost"),
    "no host": b"GET /echo HTTP/1.1\r\nConnection: close\r\n\r\n",
    "HTTP/0.9": b"GET /echo\r\n\r\n",
    "HTTP/0.9 by name": request("GET /echo HTTP/0.9"),
    "HTTP/2 by name": request("GET /echo HTTP/2.0"),
    "HTTP/2 by preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "two spaces": request("GET  /echo HTTP/1.1"),
    "a tab for a space": request("GET\t/echo\tHTTP/1.1"),
    "a space in the path": request("GET /echo /x HTTP/1.1"),
    "another host in the target": request("GET http://etterbeek.localhost/echo HTTP/1.1"),
    "a user in the target": request("GET http://localhost@etterbeek.localhost/echo HTTP/1.1"),
    "another scheme in the target": request("GET file://localhost/echo HTTP/1.1"),
    "a target that is no path": request("GET echo HTTP/1.1"),
    "a fragment": request("GET /echo#x HTTP/1.1"),
    "a tunnel": request("CONNECT localhost:443 HTTP/1.1"),
    "bytes beyond ASCII in the target": request("GET /\xe9 HTTP/1.1"),
    "a chunk that is longer than it says": request("POST /echo HTTP/1.1", "Transfer-Encoding: chunked")
    + b"2\r\nabcd\r\n0\r\n\r\n",
    "a chunk of negative size": request("POST /echo HTTP/1.1", "Transfer-Encoding: chunked") + b"-1\r\nab\r\n0\r\n\r\n",
    "a chunk size with 0x": request("POST /echo HTTP/1.1", "Transfer-Encoding: chunked") + b"0x2\r\nab\r\n0\r\n\r\n",
    "a chunk size that ends in LF": request("POST /echo HTTP/1.1", "Transfer-Encoding: chunked")
    + b"2\nab\r\n0\r\n\r\n",
    "an extension with a bare LF": request("POST /echo HTTP/1.1", "Transfer-Encoding: chunked")
    + b"2;a\nb\r\nab\r\n0\r\n\r\n",
    "a length in a trailer": request("POST /echo HTTP/1.1", "Transfer-Encoding: chunked")
    + b"0\r\nContent-Length: 5\r\n\r\n",
}
OTHER_CODINGS = {
    "gzip below chunks": ["Transfer-Encoding: gzip, chunked"],
    "gzip in a line of its own": ["Transfer-Encoding: gzip", "Transfer-Encoding: chunked"],
    "identity before chunks": ["Transfer-Encoding: identity", "Transfer-Encoding: chunked"],
    "a coding that nobody knows": ["Transfer-Encoding: xchunked"],
}
SECOND = request("GET /healthz HTTP/1.1", CLOSE)


@pytest.mark.parametrize("sent", AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
def test_what_two_readers_could_read_in_two_ways_is_refused_and_nothing_after_it_is_read(
    alone: int, sent: bytes
) -> None:
    answer = answers(alone, sent + SECOND)

    assert 400 <= _status(answer) < 600
    assert _status(answer) in (400, 405, 501, 505)
    assert answer.count(b"HTTP/1.") == 1
    assert is_alive(alone)


@pytest.mark.parametrize("codings", OTHER_CODINGS.values(), ids=OTHER_CODINGS.keys())
def test_what_nobody_decodes_is_not_taken_for_what_it_holds(alone: int, codings: list[str]) -> None:
    answer = answers(alone, request("POST /echo HTTP/1.1", *codings) + b"0\r\n\r\n" + SECOND)

    assert (_status(answer), answer.count(b"HTTP/1.")) == (501, 1)
    assert is_alive(alone)


def test_a_refusal_says_and_logs_nothing_of_what_was_sent() -> None:
    told = b""
    with tempfile.TemporaryFile() as log, running(app=ECHO, log=log, **UNLIMITED) as (port, process):
        for sent in (*AMBIGUOUS.values(), b"GET /v/secret-code\x00 HTTP/1.1\r\n\r\n", b"secret-code\r\n\r\n"):
            told += answers(port, sent.replace(b"/echo", b"/api/secret-code"))
        told += answers(port, request("GET /v/secret-code HTTP/1.1", "X: " + "secret-code" * 1000))
        process.terminate()
        process.wait()
        log.seek(0)
        told += log.read()

    assert b"secret-code" not in told
    assert b"127.0.0.1" not in told


def test_a_whole_address_of_the_same_host_is_a_path_like_any_other(alone: int) -> None:
    answer = answers(alone, request("GET http://LOCALHOST/echo HTTP/1.1", CLOSE))

    assert _status(answer) == 200
    assert b'"PATH_INFO":"/echo"' in answer.replace(b": ", b":")


@pytest.mark.parametrize("target", ["http://localhost", "http://localhost?x", "HTTP://localhost/"])
def test_a_whole_address_may_have_no_path(alone: int, target: str) -> None:
    assert _status(answers(alone, request(f"GET {target} HTTP/1.1", CLOSE))) == 200


def test_the_server_itself_has_no_methods_to_tell(alone: int) -> None:
    answer = answers(alone, request("OPTIONS * HTTP/1.1", CLOSE))

    assert _status(answer) == 204
    assert b"Allow" not in answer


def test_a_request_without_a_length_has_no_body(alone: int) -> None:
    answer = answers(alone, request("POST /echo HTTP/1.1") + SECOND)

    assert answer.count(b"HTTP/1.1 200 ") == 2


def test_a_body_that_nobody_read_is_not_the_next_request(alone: int) -> None:
    hidden = request("GET /healthz HTTP/1.1")
    refused = request("POST /nowhere HTTP/1.1", f"Content-Length: {len(hidden)}") + hidden

    answer = answers(alone, refused + SECOND)

    assert answer.count(b"HTTP/1.1 404 ") == 1
    assert answer.count(b"HTTP/1.1 200 ") == 1


def test_a_large_body_that_nobody_read_ends_the_connection_after_the_answer(alone: int) -> None:
    with socket.create_connection(("127.0.0.1", alone), timeout=20) as line:
        line.sendall(request("POST /nowhere HTTP/1.1", "Content-Length: 50000000") + b"x" * 30_000)
        answer = b""
        while chunk := line.recv(65536):
            answer += chunk

    assert _status(answer) == 404


def _status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.") else 0
