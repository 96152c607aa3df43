"""Sessions stand in the store: they can be ended, they idle out, and with the store away nothing personal is shown."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from pymongo import MongoClient
from pymongo.database import Database

from deploy.local.embedded.part import Running
from gateway.app import create_app
from gateway.auth.issuers import Issuers
from gateway.auth.outward import Outward
from gateway.auth.sessions import SessionsAway, StandingSessions
from services.chassis.locking import KeyRing, Locker
from services.contracts.sign_in import SignIn
from tests.gateway.api.test_stream import events, follow
from tests.gateway.conftest import HOST, Browser, settings
from tests.gateway.fakes import CITIZEN, OTHER, FakeServices, a_town, write_logo
from tests.gateway.national import National
from tests.keys import KEY, RING
from tests.listening import Listening
from tests.waiting import wait_for

OURS = {"Origin": f"http://{HOST}"}
ELSEWHERE = "etterbeek.localhost"


@pytest.fixture
def acm() -> Iterator[National]:
    with National("acm") as provider:
        yield provider


Makes = Callable[..., Flask]


@pytest.fixture
def make_app(
    tmp_path: Path, acm: National, services: FakeServices, mongo_uri: str, database_prefix: str
) -> Iterator[Makes]:
    sign_in = SignIn(
        issuer=acm.issuer, client_id="loket", national_number_claim="rrn", scopes=("openid", "profile", "rrn")
    )
    towns = {
        "24001": a_town("24001", "Aarschot", regime="nl", host=HOST, sign_in=sign_in),
        "21005": a_town("21005", "Etterbeek", regime="brussels", host=ELSEWHERE, sign_in=sign_in),
    }

    def make(**other: Any) -> Flask:
        stored = {"mongo_uri": mongo_uri, "database": database_prefix}
        app = create_app(
            settings(write_logo(tmp_path), **(stored | other)),
            towns=towns,
            services=services,
            issuers=Issuers(outward=Outward(http)),
            sign_in_secrets=dict.fromkeys(towns, acm.secret),
        )
        app.test_client_class = Browser
        return app

    with httpx.Client(trust_env=False, timeout=5) as http:
        yield make


@pytest.fixture
def app(make_app: Makes) -> Flask:
    return make_app()


@pytest.fixture
def sessions(mongo_client: MongoClient[dict[str, Any]], database_prefix: str) -> Any:
    return mongo_client[f"{database_prefix}_gateway"]["sessions"]


def back_from(provider: National, begun: Any) -> str:
    parts = urlsplit(provider.sign_in(begun.headers["Location"]))
    return f"{parts.path}?{parts.query}"


def sign_in(provider: National, browser: FlaskClient, *, number: str = CITIZEN, host: str = HOST) -> Any:
    provider.number, base_url = number, f"http://{host}"
    begun = browser.get("/sign-in", base_url=base_url)
    return browser.get(back_from(provider, begun), base_url=base_url)


def signed_in(app: Flask, provider: National, **other: Any) -> FlaskClient:
    browser = app.test_client()
    assert sign_in(provider, browser, **other).status_code == 303
    return browser


def cookie_of(browser: FlaskClient, host: str = HOST) -> str:
    cookie = browser.get_cookie("loket", domain=host)
    assert cookie is not None
    return str(cookie.value)


def with_cookie(app: Flask, value: str, host: str = HOST) -> FlaskClient:
    browser = app.test_client()
    browser.set_cookie("loket", value, domain=host)
    return browser


def me(browser: FlaskClient, host: str = HOST) -> int:
    return int(browser.get("/api/v1/me", base_url=f"http://{host}").status_code)


def out(browser: FlaskClient) -> Any:
    return browser.post("/sign-in/out", headers=OURS)


def test_a_copy_of_the_cookie_opens_nothing_after_signing_out(app: Flask, acm: National) -> None:
    browser = signed_in(app, acm)
    copy = with_cookie(app, cookie_of(browser))
    assert me(copy) == 200

    done = out(browser)

    assert done.status_code == 303
    assert browser.get_cookie("loket", domain=HOST) is None
    assert (me(browser), me(copy)) == (401, 401)


def test_signing_out_in_one_browser_ends_no_other(app: Flask, acm: National) -> None:
    one, another = signed_in(app, acm), signed_in(app, acm)

    out(one)

    assert (me(one), me(another)) == (401, 200)


def test_signing_out_with_a_copy_ends_it_for_both(app: Flask, acm: National) -> None:
    browser = signed_in(app, acm)
    thief = with_cookie(app, cookie_of(browser))

    out(thief)

    assert me(browser) == 401


def test_signing_in_gives_a_new_id_and_ends_the_old_one(app: Flask, acm: National, sessions: Any) -> None:
    """Whoever planted a session in a browser, or kept its cookie, is not in the one that its owner begins."""
    browser = signed_in(app, acm)
    before = cookie_of(browser)

    sign_in(acm, browser, number=OTHER)

    assert browser.get("/api/v1/me").json["national_number"] == OTHER
    assert me(with_cookie(app, before)) == 401
    assert sessions.count_documents({}) == 1


def test_the_store_holds_no_personal_fact_and_no_id(app: Flask, acm: National, sessions: Any) -> None:
    browser = signed_in(app, acm)

    (kept,) = sessions.find()

    assert set(kept) == {"_id", "town", "seen", "until", "ends"}
    assert CITIZEN not in str(kept)
    session = Locker("sessions", KeyRing.parse(RING)).unlock_data(cookie_of(browser), bound_to="24001")["session"]
    assert session["id"] not in str(kept)
    assert sessions.index_information()["ends_1"]["expireAfterSeconds"] == 0


def test_a_session_is_bound_to_its_town(app: Flask, acm: National) -> None:
    """Also where somebody with the keys binds the same id to another town."""
    browser = signed_in(app, acm)
    locker = Locker("sessions", KeyRing.parse(RING))
    data = locker.unlock_data(cookie_of(browser), bound_to="24001")

    assert me(with_cookie(app, cookie_of(browser), ELSEWHERE), ELSEWHERE) == 401
    assert me(with_cookie(app, locker.lock_data(data, bound_to="21005"), ELSEWHERE), ELSEWHERE) == 401
    assert me(browser) == 200


@pytest.mark.parametrize(
    "session",
    [
        {"citizen": {"national_number": CITIZEN, "email": None}},  # of before sessions had an id
        {"id": "made-up", "citizen": {"national_number": CITIZEN, "email": None}},
        {"id": "", "citizen": {"national_number": CITIZEN, "email": None}},
        {"leaving": "made-up"},
        {"id": None},
        {},
    ],
)
def test_an_id_that_does_not_stand_is_no_session(app: Flask, session: dict[str, Any]) -> None:
    until = time.time() + 600
    held = {"until": until, "session": {"until": until} | session}
    browser = with_cookie(app, Locker("sessions", KeyRing.parse(RING)).lock_data(held, bound_to="24001"))

    assert me(browser) == 401


@pytest.mark.parametrize(("purpose", "name"), [("sign-in", "loket"), ("questions.intake", "loket")])
def test_what_was_locked_for_another_purpose_is_no_session(app: Flask, acm: National, purpose: str, name: str) -> None:
    ring = KeyRing.parse(RING)
    data = Locker("sessions", ring).unlock_data(cookie_of(signed_in(app, acm)), bound_to="24001")
    browser = app.test_client()
    browser.set_cookie(name, Locker(purpose, ring).lock_data(data, bound_to="24001"), domain=HOST)

    assert me(browser) == 401


def test_a_cookie_under_an_older_key_still_opens(make_app: Makes, acm: National) -> None:
    newer = "2:" + KEY.replace("a", "b", 1)
    browser = signed_in(make_app(), acm)
    rotated = make_app(session_keys=KeyRing.parse(f"{newer},{RING}"))
    forgotten = make_app(session_keys=KeyRing.parse(newer))

    assert me(with_cookie(rotated, cookie_of(browser))) == 200
    assert me(with_cookie(forgotten, cookie_of(browser))) == 401


class Clock:
    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def listening() -> Listening:
    return Listening()


@pytest.fixture
def standing(mongo_uri: str, database_prefix: str, clock: Clock, listening: Listening) -> Iterator[StandingSessions]:
    with MongoClient[dict[str, Any]](mongo_uri, tz_aware=True, event_listeners=[listening]) as client:
        database: Database[dict[str, Any]] = client[f"{database_prefix}_gateway"]
        yield StandingSessions(database, idle_s=900, clock=clock)


def is_standing(standing: StandingSessions, id: str, *, in_use: bool = True) -> bool:
    return standing.stands(id, town="24001", in_use=in_use)


def test_a_session_idles_out(standing: StandingSessions, clock: Clock) -> None:
    used, unused = (standing.begin(town="24001", until=clock.now + 3600) for _ in range(2))

    for _ in range(3):
        clock.now += 840
        assert is_standing(standing, used)

    assert not is_standing(standing, unused)
    clock.now += 900
    assert not is_standing(standing, used)


def test_use_never_puts_off_the_end_of_a_sign_in(standing: StandingSessions, clock: Clock) -> None:
    id = standing.begin(town="24001", until=clock.now + 3600)

    stood = []
    for _ in range(61):
        stood.append(is_standing(standing, id))
        clock.now += 60

    assert stood == [True] * 60 + [False]


def test_a_page_that_looks_by_itself_keeps_no_session_alive(standing: StandingSessions, clock: Clock) -> None:
    id = standing.begin(town="24001", until=clock.now + 3600)

    stood = []
    for _ in range(16):
        stood.append(is_standing(standing, id, in_use=False))
        clock.now += 60

    assert stood == [True] * 15 + [False]


def test_a_request_costs_one_read_and_a_minute_of_them_one_write(
    standing: StandingSessions, clock: Clock, listening: Listening
) -> None:
    id = standing.begin(town="24001", until=clock.now + 3600)
    listening.sent.clear()

    for _ in range(12):
        clock.now += 10
        assert is_standing(standing, id)

    assert listening.sent.count("find") == 12
    assert listening.sent.count("update") == 2
    assert len(listening.sent) == 14


def test_use_at_the_same_time_as_the_end_brings_nothing_back(
    standing: StandingSessions, clock: Clock, sessions: Any
) -> None:
    ids = [standing.begin(town="24001", until=clock.now + 3600) for _ in range(20)]
    clock.now += 61

    with ThreadPoolExecutor(8) as pool:
        for id in ids:
            pool.submit(is_standing, standing, id)
            pool.submit(standing.end, id)
            pool.submit(is_standing, standing, id)

    assert not any(is_standing(standing, id) for id in ids)
    assert sessions.count_documents({}) == 0


def test_an_idle_browser_is_asked_to_sign_in(
    app: Flask, acm: National, standing: StandingSessions, clock: Clock
) -> None:
    app.config["LOKET_SESSIONS"] = standing
    browser = signed_in(app, acm)

    clock.now += 901

    assert me(browser) == 401
    assert browser.get_cookie("loket", domain=HOST) is None
    assert "Aanmelden" in browser.get("/").text


def test_a_live_page_ends_with_the_sign_in(make_app: Makes, acm: National, services: FakeServices) -> None:
    """However long it might have lasted, and although it began while the session stood."""
    app = make_app(stream_seconds=3600)
    browser = signed_in(app, acm)
    copy = with_cookie(app, cookie_of(browser))
    services.put("mine")
    stream = events(follow(copy, {}))
    first = next(stream)

    out(browser)
    services.move("mine", "cleared")

    assert first["state"] == "submitted"
    assert list(stream) == []


def test_two_sign_ins_at_once_do_not_know_each_other(app: Flask, acm: National) -> None:
    """Two tabs; each answer finds the cookie of its own question, whichever comes first."""
    browser = app.test_client()
    first = browser.get("/sign-in?next=/v")
    second = browser.get("/sign-in?next=/")

    done = [browser.get(back_from(acm, begun)) for begun in (second, first)]

    assert [(each.status_code, each.headers["Location"]) for each in done] == [(303, "/"), (303, "/v")]
    assert me(browser) == 200


def test_a_sign_in_that_fails_leaves_the_session_that_is(app: Flask, acm: National) -> None:
    browser = signed_in(app, acm)
    acm.id_token = {"nonce": "another"}

    assert sign_in(acm, browser).status_code == 403
    assert me(browser) == 200


def test_a_browser_keeps_few_sign_ins_under_way(app: Flask, acm: National) -> None:
    browser = app.test_client()

    begun = [browser.get("/sign-in") for _ in range(9)]

    assert sum(key[2].startswith("loket-in-") for key in browser._cookies) == 4
    assert browser.get(back_from(acm, begun[0])).status_code == 403
    assert browser.get(back_from(acm, begun[-1])).status_code == 303


def test_the_cookie_of_a_sign_in_ends_with_it_and_is_bound_to_its_town(app: Flask, acm: National) -> None:
    browser = app.test_client()
    begun = browser.get("/sign-in")
    set_cookie = begun.headers["Set-Cookie"]
    name, _, rest = set_cookie.partition("=")
    back = back_from(acm, begun)

    assert dict(parse_qsl(urlsplit(begun.headers["Location"]).query))["state"] not in set_cookie
    assert all(part in rest for part in ("Max-Age=600", "HttpOnly", "SameSite=Lax", "Path=/"))
    other = app.test_client()
    other.set_cookie(name, rest.partition(";")[0], domain=ELSEWHERE)
    assert other.get(back, base_url=f"http://{ELSEWHERE}").status_code == 403
    assert browser.get(back).status_code == 303
    assert browser.get_cookie(name, domain=HOST) is None


def test_a_sign_in_that_took_too_long_is_refused(app: Flask, acm: National, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.auth.sign_in.FLOW_S", -1)
    browser = app.test_client()
    begun = browser.get("/sign-in")
    name, _, rest = begun.headers["Set-Cookie"].partition("=")
    browser.set_cookie(name, rest.partition(";")[0], domain=HOST)

    assert browser.get(back_from(acm, begun)).status_code == 403


@pytest.fixture
def stored_apart(make_app: Makes, own_store: Running) -> Flask:
    return make_app(mongo_uri=own_store.part.uri)


def test_with_the_store_away_nothing_personal_is_shown_and_the_rest_goes_on(
    stored_apart: Flask, acm: National, own_store: Running, services: FakeServices
) -> None:
    browser = signed_in(stored_apart, acm)
    services.put("mine")
    own_store.kill()

    personal = [
        browser.get(path)
        for path in ("/api/v1/me", "/api/v1/applications", "/api/v1/applications/mine", "/applications/mine")
    ]
    filed = browser.post("/api/v1/applications", json={"product": "residence"}, headers=OURS)
    stream = follow(browser, {})
    home, product = browser.get("/"), browser.get("/api/v1/products/residence")
    public = [browser.get(path).status_code for path in ("/v", "/v/ABCD", "/api/v1/products", "/assets/loket.css")]
    begun = browser.get("/sign-in")

    for answer in (*personal, filed, stream):
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert CITIZEN not in answer.text
    assert personal[0].json["slug"] == "sessions-unavailable"
    assert "niets persoonlijks" in personal[-1].text
    assert services.asked == [] or all(CITIZEN not in str(each) for each in services.asked)
    assert home.status_code == 200
    assert "85.07.30" not in home.text
    assert (product.status_code, product.json["prefill"]) == (200, None)
    assert public == [200] * 4
    assert begun.status_code == 302

    back = back_from(acm, begun)
    assert browser.get(back).status_code == 503
    own_store.start()
    wait_for(lambda: me(browser) == 200)
    assert browser.get(back).status_code == 303  # the code was not spent on a session that could not stand


def test_who_signs_out_while_the_store_is_away_is_told_and_can_end_it_later(
    stored_apart: Flask, acm: National, own_store: Running
) -> None:
    browser = signed_in(stored_apart, acm)
    copy = with_cookie(stored_apart, cookie_of(browser))
    own_store.kill()

    told = out(browser)
    page = browser.get("/")
    own_store.start()
    wait_for(lambda: me(copy) == 200)
    forgotten = me(browser)
    again = out(browser)

    assert (told.status_code, told.headers["Retry-After"]) == (503, "5")
    assert "Nog niet overal afgemeld" in told.text
    assert "Afmelden" in page.text
    assert forgotten == 401
    assert again.status_code == 303
    assert me(copy) == 401


def test_a_store_that_is_away_is_asked_by_one_request_at_a_time(own_store: Running) -> None:
    now = [0.0]
    listening = Listening()
    with MongoClient[dict[str, Any]](own_store.part.uri, event_listeners=[listening]) as client:
        standing = StandingSessions(client["test_gateway"], idle_s=900, monotonic=lambda: now[0])
        standing.check()
        own_store.kill()
        with pytest.raises(SessionsAway):
            standing.check()
        listening.sent.clear()

        for _ in range(50):
            with pytest.raises(SessionsAway):
                standing.check()

        assert listening.sent == []
        own_store.start()
        now[0] += 2

        wait_for(lambda: _is_back(standing, now))


def _is_back(standing: StandingSessions, now: list[float]) -> bool:
    now[0] += 2
    try:
        standing.check()
    except SessionsAway:
        return False
    return True
