"""Two gateways as they run, gunicorn and all, and one count for both."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from pymongo import MongoClient

from deploy.local.embedded.part import Running
from tests.gateway.fakes import FakeServices
from tests.gateway.running import NO_BROKER, browser
from tests.gateway.standin import StandIn
from tests.gateway.test_process import Starts, start
from tests.waiting import wait_for

pytestmark = pytest.mark.slow

__all__ = ["start"]

COUNTED = "/api/v1/applications"
"""A POST by nobody: counted by address, then 401."""


def post(port: int) -> int:
    return httpx.post(f"http://127.0.0.1:{port}{COUNTED}", trust_env=False, timeout=30).status_code


def test_however_many_ask_two_gateways_at_once_exactly_so_many_get_through(
    start: Starts, stored: dict[str, str]
) -> None:
    ports = [start(NO_BROKER, **stored, LOKET_LIMIT_CHANGES="11 per day")[0] for _ in range(2)]

    with ThreadPoolExecutor(16) as pool:
        statuses = Counter(pool.map(post, ports * 20))

    assert statuses == {401: 11, 429: 29}


def test_with_the_store_away_each_counts_for_itself_and_with_the_store_back_for_all(
    start: Starts, own_store: Running
) -> None:
    environ = {"LOKET_MONGO_URI": own_store.part.uri, "LOKET_LIMIT_CHANGES": "6 per day"}  # type: ignore[attr-defined]
    one, two = (start(NO_BROKER, **environ)[0] for _ in range(2))

    together = [post(one), post(two), post(one)]
    own_store.kill()
    alone = [[post(port) for _ in range(7)] for port in (one, two)]
    own_store.start()

    assert together == [401, 401, 401]
    assert alone == [[401] * 4 + [429] * 3, [401] * 5 + [429] * 2]  # less what it had counted itself
    with MongoClient[dict[str, Any]](own_store.part.uri) as client:  # type: ignore[attr-defined]
        counts = client["loket_gateway"].counts
        for number, port in enumerate((one, two), start=4):
            wait_for(lambda port=port, number=number: post(port) and counts.find_one()["taken"] >= number)  # type: ignore[misc]
    assert 429 in [post(one) for _ in range(6)]


def test_a_retry_asked_for_with_503_is_free_in_the_other_gateway_too(
    start: Starts, stored: dict[str, str], amqp_uri: str, services: FakeServices, request: pytest.FixtureRequest
) -> None:
    limits = {
        "LOKET_LIMIT_APPLICATIONS": "1 per day",
        "LOKET_LIMIT_CHANGES": "1 per day",
        "LOKET_QUESTION_TIMEOUT_S": "0.5",
    }
    ports = [start(amqp_uri, **stored, **limits)[0] for _ in range(2)]
    asked = {"product": "residence"}

    with browser(ports[0], stored) as client:

        def file(port: int, key: str) -> int:
            address = f"http://localhost:{port}{COUNTED}"
            return client.post(address, json=asked, headers={"Idempotency-Key": key}).status_code

        away = [file(port, "k") for port in ports * 2]
        standin: StandIn = request.getfixturevalue("behind")
        back = [file(port, "k") for port in ports]
        other = [file(port, "l") for port in ports]

    assert standin.is_alive()
    assert (away, back, other) == ([503] * 4, [202] * 2, [429] * 2)
