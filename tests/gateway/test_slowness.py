"""Nobody silences the gateway by being slow, by being many, or by watching."""

import json
import signal
import socket
import tempfile
import threading
from collections.abc import Iterator

import httpx
import pytest

from tests.gateway.fakes import FakeServices
from tests.gateway.running import (
    NO_BROKER,
    Greedy,
    Slow,
    Watchers,
    answers,
    browser,
    is_alive,
    request,
    running,
    session,
    workers,
)
from tests.gateway.standin import StandIn
from tests.ports import free_ports
from tests.waiting import wait_for

pytestmark = pytest.mark.slow

ENDED = b"0\r\n\r\n"
"""The last chunk of an answer."""

UNLIMITED = {"LOKET_LIMIT_VERIFICATIONS": "100000 per minute", "LOKET_LIMIT_CHANGES": "100000 per minute"}

HEAD = b"GET /api/v1/products HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
NEXT = request("GET /healthz HTTP/1.1") + HEAD
"""The head of a second request, of which a part came with the first."""
PDF_BODY = request("POST /api/v1/verifications HTTP/1.1", "Content-Type: application/pdf", "Content-Length: 100000")
FORM_BODY = request("POST /v HTTP/1.1", "Content-Type: multipart/form-data; boundary=x", "Content-Length: 9000")
CHUNKS = request("POST /api/v1/verifications HTTP/1.1", "Content-Type: application/pdf", "Transfer-Encoding: chunked")
LEFT_BODY = request("POST /api/v1/me HTTP/1.1", "Content-Length: 100000")
EXPECTING = PDF_BODY.removesuffix(b"\r\n") + b"Expect: 100-continue\r\n\r\n"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    patience = {"LOKET_GATEWAY_HEAD_S": "3", "LOKET_GATEWAY_BODY_S": "3", "LOKET_GATEWAY_IDLE_S": "2"}
    with running(**patience, **UNLIMITED) as (port, _process):
        yield port


@pytest.mark.parametrize(
    "beginning",
    [b"", b"G", HEAD, NEXT, PDF_BODY, FORM_BODY, CHUNKS, CHUNKS + b"1", CHUNKS + b"1\r\n", LEFT_BODY, EXPECTING],
    ids=["line", "method", "head", "next-head", "pdf", "form", "size", "chunk-size", "chunk", "left", "expecting"],
)
def test_a_hundred_who_drip_for_ever_silence_nobody_and_are_hung_up_on(port: int, beginning: bytes) -> None:
    with Slow(port, beginning, 120) as slow:
        assert all(is_alive(port) for _ in range(5))

        wait_for(lambda: slow.left == 0)


def test_who_asks_without_a_pause_leaves_room_for_others(port: int) -> None:
    """Whoever sends the next request before the last is answered never waits for anything."""
    with Greedy(port) as greedy:
        wait_for(lambda: greedy.answered > 100)
        before = greedy.answered

        assert all(is_alive(port) for _ in range(5))
        wait_for(lambda: greedy.answered > before)


def test_who_never_sends_anything_is_hung_up_on(port: int) -> None:
    assert answers(port, b"") == b""


def test_a_body_that_does_not_come_in_time_is_told_so(port: int) -> None:
    answer = answers(port, PDF_BODY + b"%PDF-")

    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 ")
    assert json.loads(body)["slug"] == "too-slow"


def test_who_takes_no_answer_is_hung_up_on() -> None:
    with running(LOKET_GATEWAY_ANSWER_S="1") as (port, _process), socket.create_connection(("127.0.0.1", port)) as deaf:
        deaf.settimeout(60)
        with pytest.raises(ConnectionError):
            deaf.sendall(request("GET /api/v1/openapi.json HTTP/1.1") * 600_000)

        assert is_alive(port)


def test_more_silent_clients_than_connections_leave_room_for_one_who_speaks() -> None:
    with running(LOKET_GATEWAY_CONNECTIONS="40", LOKET_GATEWAY_HEAD_S="600") as (port, _process):  # noqa: SIM117
        with Slow(port, HEAD, 150):
            assert all(is_alive(port) for _ in range(10))


@pytest.mark.timeout(900)
def test_five_hundred_watch_on_one_process_which_needs_no_thread_for_them(
    amqp_uri: str, stored: dict[str, str], behind: StandIn, services: FakeServices
) -> None:
    services.put("mine")
    path, cookie = "/api/v1/applications/mine/stream", session(stored)
    patience = {
        "LOKET_STREAM_HEARTBEAT_SECONDS": "600",
        "LOKET_STREAM_SECONDS": "600",
        "LOKET_QUESTION_TIMEOUT_S": "250",
    }
    with (
        running(amqp_uri, **stored, **patience) as (port, process),
        Watchers(port, path, 5, cookie=cookie) as first,
    ):
        (worker,) = workers(process)
        wait_for(lambda: first.told(b'"submitted"') == 5)
        threads, connections = worker.num_threads(), _connections_to_the_broker(worker, amqp_uri)

        with Watchers(port, path, 495, cookie=cookie) as others:
            wait_for(lambda: others.told(b'"submitted"') == 495, seconds=240)
            with Watchers(port, path, 1, cookie=cookie) as polling:
                wait_for(lambda: polling.told(ENDED) == 1)
            assert is_alive(port)
            assert worker.num_threads() <= threads + 1  # that one asks for addresses of names, now and then
            assert _connections_to_the_broker(worker, amqp_uri) == connections

            services.move("mine", "cleared")
            behind.moved("mine")
            wait_for(lambda: others.told(b'"cleared"') == 495, seconds=240)
            assert worker.memory_info().rss < 250 * 2**20

            process.send_signal(signal.SIGTERM)
            wait_for(lambda: others.told(ENDED) == 495, seconds=240)
            assert process.wait(30) == 0


def _connections_to_the_broker(worker: "object", amqp_uri: str) -> int:
    port = int(amqp_uri.rpartition("/")[0].rpartition(":")[2])
    return sum(bool(each.raddr) and each.raddr.port == port for each in worker.net_connections("tcp"))  # type: ignore[attr-defined]


def test_what_is_under_way_is_finished_and_who_is_idle_delays_nobody(
    amqp_uri: str, stored: dict[str, str], behind: StandIn, services: FakeServices
) -> None:
    asked, answered = threading.Event(), threading.Event()

    def wait(_question: object) -> None:
        asked.set()
        assert answered.wait(20)

    with (
        tempfile.TemporaryFile() as log,
        running(amqp_uri, log=log, **stored, LOKET_GATEWAY_IDLE_S="600") as (port, process),
        browser(port, stored) as idle,
        browser(port, stored) as busy,
    ):
        idle.get("/api/v1/products")
        services.on_ask = wait
        statuses: list[int] = []
        filing = threading.Thread(target=lambda: statuses.append(_file(busy)))
        filing.start()
        assert asked.wait(20)

        process.send_signal(signal.SIGTERM)
        wait_for(lambda: not _takes_connections(port))
        answered.set()
        filing.join()
        code = process.wait(30)
        log.seek(0)
        told = log.read()

    assert statuses == [202]
    assert code == 0
    assert b"graceful timeout" not in told


def _file(client: object) -> int:
    answer = client.post(  # type: ignore[attr-defined]
        "/api/v1/applications", json={"product": "residence"}, headers={"Idempotency-Key": "k"}
    )
    return int(answer.status_code)


def _takes_connections(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionError:
        return False
    return True


def test_a_slow_service_holds_up_only_those_who_ask_it(
    amqp_uri: str, stored: dict[str, str], behind: StandIn, services: FakeServices
) -> None:
    asked, answered = threading.Event(), threading.Event()

    def wait(_question: object) -> None:
        asked.set()
        assert answered.wait(30)

    services.on_ask = wait
    services.put("mine")
    with running(amqp_uri, **stored, LOKET_QUESTION_TIMEOUT_S="25") as (port, _process):  # noqa: SIM117 - one after the other
        with Watchers(port, "/api/v1/applications/mine", 100, cookie=session(stored)) as asking:
            assert asked.wait(20)

            assert all(is_alive(port) for _ in range(5))

            answered.set()
            wait_for(lambda: asking.told(b'"submitted"') == 100)


def test_metrics_are_those_of_all_workers_whichever_answers(amqp_uri: str, stored: dict[str, str]) -> None:
    (operators,) = free_ports(1)
    environ = stored | {"LOKET_GATEWAY_WORKERS": "2", "LOKET_HEALTH_PORT": str(operators)}
    with running(amqp_uri, **environ) as (port, process), browser(port, stored) as client:
        for number in range(20):
            client.get("/api/v1/products", headers={"Connection": "close"})
            if number == 10:
                process.send_signal(signal.SIGTTIN)
                wait_for(lambda: len(workers(process)) == 3)
        process.send_signal(signal.SIGTTOU)
        wait_for(lambda: len(workers(process)) == 2)
        told = httpx.get(f"http://127.0.0.1:{operators}/metrics", trust_env=False).text

    assert 'loket_gateway_requests_total{method="GET",route="/api/v1/products",status="200"} 20.0' in told


def test_a_broker_that_is_away_is_no_reason_to_wait(stored: dict[str, str]) -> None:
    with running(NO_BROKER, **stored) as (port, _process), browser(port, stored) as client:
        statuses = {client.get("/api/v1/applications").status_code for _ in range(20)}

    assert statuses == {503}
