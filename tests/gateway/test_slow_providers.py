"""An identity provider that is slow, away or wild costs its own town, and nobody else."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from flask import Flask

from gateway.app import create_app
from gateway.auth import issuers
from gateway.auth.issuers import FRESH_S, LONGEST_AWAY_S, MOST_WAITING, USABLE_S, Issuer, Issuers, IssuerUnavailable
from gateway.auth.outward import NoAnswer, Outward
from services.contracts.sign_in import SignIn
from tests.gateway.conftest import HOST, Browser, settings
from tests.gateway.fakes import CITIZEN, FakeServices, a_town, write_logo
from tests.gateway.national import Handler, National, hang_up
from tests.waiting import wait_for

DISCOVERY = "/op/.well-known/openid-configuration"
ELSEWHERE = "etterbeek.localhost"


class Held:
    """A provider's path that answers nobody until it is let go."""

    def __init__(self, provider: National, path: str) -> None:
        self.reached, self._free = threading.Event(), threading.Event()
        self._provider, self._path = provider, path
        provider.instead[path] = self._hold

    def _hold(self, handler: Handler) -> None:
        self.reached.set()
        self._free.wait(60)
        handler.close_connection = True

    def let_go(self) -> None:
        self._provider.instead.pop(self._path, None)
        self._free.set()


@pytest.fixture
def slow() -> Iterator[National]:
    with National("acm") as provider:
        yield provider


@pytest.fixture
def quick() -> Iterator[National]:
    with National("acm") as provider:
        yield provider


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    limits = httpx.Limits(max_keepalive_connections=0)
    with httpx.Client(trust_env=False, timeout=30, limits=limits) as client:
        yield client


@pytest.fixture
def app(
    tmp_path: Path,
    services: FakeServices,
    slow: National,
    quick: National,
    http: httpx.Client,
    mongo_uri: str,
    database_prefix: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Flask:
    monkeypatch.setattr(issuers, "WAITING_S", 60.0)  # whoever is held waits, however slow the machine is

    def sign_in(provider: National) -> SignIn:
        return SignIn(
            issuer=provider.issuer, client_id="loket", national_number_claim="rrn", scopes=("openid", "profile", "rrn")
        )

    made = create_app(
        settings(write_logo(tmp_path), mongo_uri=mongo_uri, database=database_prefix),
        towns={
            "24001": a_town("24001", "Aarschot", regime="nl", host=HOST, sign_in=sign_in(slow)),
            "21005": a_town("21005", "Etterbeek", regime="brussels", host=ELSEWHERE, sign_in=sign_in(quick)),
        },
        services=services,
        issuers=Issuers(outward=Outward(http, deadline_s=60)),
        sign_in_secrets={"24001": slow.secret, "21005": quick.secret},
    )
    made.test_client_class = Browser
    return made


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(24) as threads:
        yield threads


def token(provider: National, **other: Any) -> str:
    now = time.time()
    claims = {"iss": provider.issuer, "aud": "loket", "sub": "s", "client_id": "c", "jti": "j", "iat": now}
    return provider.signed(claims | {"exp": now + 300, "rrn": CITIZEN} | other, {"typ": "at+jwt"})


def me(app: Flask, provider: National, host: str = HOST) -> int:
    headers = {"Authorization": f"Bearer {token(provider)}"}
    return int(app.test_client().get("/api/v1/me", headers=headers, base_url=f"http://{host}").status_code)


def test_a_town_whose_provider_is_slow_stalls_no_other(
    app: Flask, slow: National, quick: National, pool: ThreadPoolExecutor
) -> None:
    held = Held(slow, DISCOVERY)
    stalled = [pool.submit(me, app, slow) for _ in range(MOST_WAITING)]
    assert held.reached.wait(20)

    others = [me(app, quick, ELSEWHERE) for _ in range(5)]

    assert others == [200] * 5
    assert not any(each.done() for each in stalled)
    held.let_go()
    assert [each.result() for each in stalled] == [503] * MOST_WAITING


def test_many_requests_at_once_ask_a_provider_once_and_few_of_them_wait(
    app: Flask, slow: National, pool: ThreadPoolExecutor
) -> None:
    held = Held(slow, DISCOVERY)

    waiting: set[Future[int]] = {pool.submit(me, app, slow) for _ in range(20)}
    refused: list[int] = []
    while len(refused) < 20 - MOST_WAITING:
        done, waiting = wait(waiting, timeout=30, return_when=FIRST_COMPLETED)
        refused += [each.result() for each in done]

    assert refused == [503] * (20 - MOST_WAITING)
    wait_for(lambda: slow.asked, what="the provider to be asked")  # on a busy machine it hears of it late
    assert slow.asked == [DISCOVERY]
    held.let_go()


def test_a_slow_token_endpoint_stalls_no_other_town(
    app: Flask, slow: National, quick: National, pool: ThreadPoolExecutor
) -> None:
    held = Held(slow, "/op/token")
    stalled = [pool.submit(_sign_in, app, slow, HOST) for _ in range(12)]
    assert held.reached.wait(20)

    elsewhere = _sign_in(app, quick, ELSEWHERE)

    assert elsewhere == 303
    held.let_go()
    assert {each.result() for each in stalled} <= {503}


def _sign_in(app: Flask, provider: National, host: str) -> int:
    browser, base_url = app.test_client(), f"http://{host}"
    begun = browser.get("/sign-in", base_url=base_url)
    if begun.status_code != 302:
        return int(begun.status_code)
    parts = urlsplit(provider.sign_in(begun.headers["Location"]))
    return int(browser.get(f"{parts.path}?{parts.query}", base_url=base_url).status_code)


class Clock:
    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def issuer(slow: National, http: httpx.Client, clock: Clock) -> Issuer:
    return Issuers(outward=Outward(http), clock=clock).of(slow.issuer)


def test_nobody_waits_for_newer_keys_while_there_are_usable_ones(slow: National, issuer: Issuer, clock: Clock) -> None:
    issuer.keys("signing")
    held = Held(slow, DISCOVERY)
    clock.now += FRESH_S + 1

    found = [issuer.keys("signing") for _ in range(3)]

    assert all(found)
    assert held.reached.wait(20)
    assert slow.asked.count(DISCOVERY) == 2
    held.let_go()


def test_keys_that_their_provider_has_not_shown_for_a_day_open_nothing(
    slow: National, issuer: Issuer, clock: Clock
) -> None:
    issuer.keys("signing")
    slow.metadata = {"issuer": "https://another.example"}
    clock.now += USABLE_S + 1

    with pytest.raises(IssuerUnavailable):
        issuer.keys("signing")


def test_a_provider_that_failed_is_left_alone_for_a_while_and_longer_each_time(
    slow: National, issuer: Issuer, clock: Clock
) -> None:
    slow.metadata = {"issuer": "https://another.example"}
    pauses = []

    for _ in range(8):
        before, since = len(slow.asked), clock.now
        while len(slow.asked) == before:
            with pytest.raises(IssuerUnavailable):
                issuer.keys("signing")
            clock.now += 1
        pauses.append(clock.now - 1 - since)

    assert pauses[1:4] == sorted(pauses[1:4])
    assert pauses[1] >= 1
    assert max(pauses) <= LONGEST_AWAY_S
    slow.metadata = {}
    clock.now += LONGEST_AWAY_S
    assert issuer.keys("signing")


def test_unknown_key_ids_are_asked_for_once_in_a_while(slow: National, issuer: Issuer, clock: Clock) -> None:
    issuer.keys("signing")
    clock.now += 11

    found = [issuer.keys(f"unknown-{number}") for number in range(20)]

    assert not any(found)
    assert slow.asked.count(DISCOVERY) == 2


def test_a_token_endpoint_that_does_not_answer_is_left_alone_for_a_while(
    slow: National, issuer: Issuer, clock: Clock
) -> None:
    slow.instead["/op/userinfo"] = hang_up

    for _ in range(5):
        with pytest.raises(IssuerUnavailable):
            issuer.ask(lambda outward: outward.get(f"{slow.issuer}/userinfo"))

    assert slow.asked.count("/op/userinfo") == 1
    slow.instead.clear()
    clock.now += 3
    assert issuer.ask(lambda outward: outward.get(f"{slow.issuer}/userinfo")).status == 401


def _drip(first: bytes) -> Callable[[Handler, threading.Event], None]:
    def drip(handler: Handler, cut: threading.Event) -> None:
        handler.wfile.write(first)
        pause = threading.Event()
        try:
            while not pause.wait(0.02):
                handler.wfile.write(b"x")
                handler.wfile.flush()
        except OSError:
            cut.set()
        handler.close_connection = True

    return drip


@pytest.mark.parametrize(
    "drip",
    [
        _drip(b""),
        _drip(b"HTTP/1.1 200 OK\r\nX-Long: "),
        _drip(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 200000\r\n\r\n"),
        _drip(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"),
    ],
    ids=["status", "header", "body", "body-without-length"],
)
def test_an_answer_that_drips_is_cut_off(slow: National, drip: Callable[[Handler, threading.Event], None]) -> None:
    cut = threading.Event()
    slow.instead["/op/keys"] = lambda handler: drip(handler, cut)

    with httpx.Client(trust_env=False, timeout=30) as http, pytest.raises(NoAnswer):
        Outward(http, deadline_s=0.5).get(f"{slow.issuer}/keys")

    assert cut.wait(20)


def test_a_provider_that_is_back_serves_again(slow: National, issuer: Issuer, clock: Clock) -> None:
    slow.instead[DISCOVERY] = hang_up
    with pytest.raises(IssuerUnavailable):
        issuer.keys("signing")

    slow.instead.clear()
    clock.now += 3

    wait_for(lambda: bool(issuer.keys("signing")))
