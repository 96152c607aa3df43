"""What the run with pages tells, of known figures; and people who follow, at a stream of a test's own."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from deploy.bench.pages import LOOKED_UP, PLAIN, Look, PageCost, facts, rows
from deploy.bench.watchers import Followed, Watchers

QUIET = Look(
    pages_ms={page: {"p50": 20.0, "p95": 50.0} for page in (*PLAIN, *LOOKED_UP)},
    move_ms={"p50": 40.0, "p95": 60.0},
    memory_mb=100.0,
)
WATCHED = replace(
    QUIET,
    pages_ms={page: {"p50": 30.0, "p95": 90.0} for page in QUIET.pages_ms},
    move_ms={"p50": 60.0, "p95": 90.0},
    memory_mb=125.0,
)
COST = PageCost(watchers=500, idle=QUIET, watched=WATCHED)


def test_each_figure_is_beside_its_limit() -> None:
    told = facts(COST)

    assert all(each["met"] for each in told["aims"].values())
    assert (told["each_kb"], told["move_ratio"]) == (51.2, 1.5)
    assert ["/: p95", "50 ms", "≤ 50 ms", "met"] in rows(COST)
    assert ["/applications while 500 follow: p50", "30 ms", "≤ 30 ms", "met"] in rows(COST)


@pytest.mark.parametrize(
    ("cost", "missed"),
    [
        (replace(COST, idle=replace(QUIET, pages_ms={**QUIET.pages_ms, "/": {"p50": 20.0, "p95": 50.1}})), "pages"),
        (replace(COST, watched=replace(WATCHED, move_ms={"p50": 60.1, "p95": 90.0})), "undisturbed"),
    ],
)
def test_what_takes_longer_is_not_met(cost: PageCost, missed: str) -> None:
    assert [name for name, aim in facts(cost)["aims"].items() if not aim["met"]] == [missed]
    assert [row[-1] for row in rows(cost)].count("not met") == 1


class Stream(BaseHTTPRequestHandler):
    """Tells two versions, and ends; then that nothing more comes."""

    def do_GET(self) -> None:
        is_over = self.headers.get("Last-Event-ID") == "2"
        self.send_response(204 if is_over else 200)
        self.end_headers()
        if not is_over:
            self.wfile.write(b"retry: 3000\n\nid: 1\ndata: a\n\n: still here\n\nid: 2\ndata: b\n\n")

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Stream) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_who_follows_is_told_each_version_once(address: str) -> None:
    followed = [Followed(application_id=f"a{number}", token="t") for number in range(3)]

    with Watchers(address, followed) as watchers:
        for each in followed:
            first, second = (watchers.told(each.application_id, times) for times in (1, 2))
            assert first <= second
    assert [len(told) for told in watchers.at.values()] == [2, 2, 2]
