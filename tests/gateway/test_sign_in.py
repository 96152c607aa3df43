"""Signing in with a browser at a real OpenID Connect provider (oidc-provider-mock)."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.app import create_app
from gateway.auth.issuers import Issuers
from gateway.auth.outward import Outward
from tests.gateway.conftest import HOST, Browser, settings
from tests.gateway.fakes import CITIZEN, FakeServices, LocalCounts, towns, write_logo
from tests.ports import free_ports
from tests.waiting import wait_for

ORIGIN = {"Origin": f"http://{HOST}"}


USERS = (
    {"sub": "one", "egovNRN": CITIZEN, "email": "burger@example.be"},
    {"sub": "nobody", "egovNRN": "85073003329"},
    {"sub": "desk-1", "loket_role": "officer"},
)


def _serves(address: str) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(f"{address}/jwks", trust_env=False).status_code == 200
    return False


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    (port,) = free_ports(1)
    users = [part for user in USERS for part in ("--user-claims", json.dumps(user))]
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *users],
        env={**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    wait_for(lambda: _serves(address), what="the provider")
    yield address
    process.terminate()
    process.wait()


@pytest.fixture
def signing_app(
    tmp_path: Path, issuer: str, services: FakeServices, mongo_uri: str, database_prefix: str
) -> Iterator[Callable[..., Flask]]:
    def make(**other: object) -> Flask:
        stored = {"mongo_uri": mongo_uri, "database": database_prefix}
        app = create_app(
            settings(write_logo(tmp_path), **(stored | other)),
            towns=towns(issuer),
            services=services,
            sign_in_secrets={"24001": "a secret", "21005": "another"},
            issuers=Issuers(outward=Outward(http)),
            counts=LocalCounts(),
        )
        app.test_client_class = Browser
        return app

    with httpx.Client(trust_env=False, timeout=5) as http:
        yield make


@pytest.fixture
def browser(signing_app: Callable[..., Flask]) -> FlaskClient:
    return signing_app().test_client()


def at_provider(address: str, sub: str) -> str:
    """Sign in there; the path and query that the browser is sent back to."""
    back = httpx.post(address, data={"sub": sub}, trust_env=False).headers["Location"]
    parts = urlsplit(back)
    return f"{parts.path}?{parts.query}"


def sign_in(browser: FlaskClient, sub: str = "one", **query: str) -> str:
    begun = browser.get("/sign-in", query_string=query)
    done = browser.get(at_provider(begun.headers["Location"], sub))
    assert done.status_code == 303, done.text
    return str(done.headers["Location"])


def test_a_citizen_signs_in_with_pkce_and_is_known(browser: FlaskClient) -> None:
    begun = browser.get("/sign-in", query_string={"next": "/v?lang=fr"})
    asked = parse_qs(urlsplit(begun.headers["Location"]).query)
    done = browser.get(at_provider(begun.headers["Location"], "one"))

    assert (asked["code_challenge_method"], len(asked["code_challenge"][0])) == (["S256"], 43)
    assert asked["redirect_uri"] == [f"http://{HOST}/sign-in/callback"]
    assert asked["nonce"]
    assert asked["state"]
    assert done.headers["Location"] == "/v?lang=fr"
    assert browser.get("/api/v1/me").json["national_number"] == CITIZEN


def test_the_cookie_can_neither_be_read_nor_used_by_scripts(browser: FlaskClient) -> None:
    sign_in(browser)

    cookie = browser.get_cookie("loket", domain=HOST)

    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert CITIZEN not in cookie.value
    assert cookie.value.count(".") == 4  # a JWE


def test_over_https_the_cookie_is_secure_and_bound_to_its_host(signing_app: Callable[..., Flask]) -> None:
    browser = signing_app(secure_cookies=True).test_client()

    begun = browser.get("/sign-in", base_url=f"https://{HOST}")

    assert begun.headers["Set-Cookie"].startswith("__Host-loket-in-")
    assert "Secure; HttpOnly; Path=/; SameSite=Lax" in begun.headers["Set-Cookie"]
    assert "Domain" not in begun.headers["Set-Cookie"]
    assert "Strict-Transport-Security" in begun.headers


def test_a_session_of_one_town_is_none_in_another(browser: FlaskClient) -> None:
    sign_in(browser)
    cookie = browser.get_cookie("loket", domain=HOST)
    assert cookie is not None

    browser.set_cookie("loket", cookie.value, domain="etterbeek.localhost")

    assert browser.get("/api/v1/me", base_url="http://etterbeek.localhost").status_code == 401
    assert browser.get("/api/v1/me").status_code == 200


@pytest.mark.parametrize(
    "change", [lambda value: value[:-4] + "AAAA", lambda _: "x", lambda _: "a.b.c.d.e", lambda value: value * 3]
)
def test_a_changed_cookie_is_no_session(browser: FlaskClient, change: Callable[[str], str]) -> None:
    sign_in(browser)
    cookie = browser.get_cookie("loket", domain=HOST)
    assert cookie is not None

    browser.set_cookie("loket", change(cookie.value), domain=HOST)

    assert browser.get("/api/v1/me").status_code == 401


def test_a_session_ends(signing_app: Callable[..., Flask]) -> None:
    browser = signing_app(session_minutes=0).test_client()
    sign_in(browser)

    assert browser.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site", **ORIGIN}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        (ORIGIN, 202),
        ({"Sec-Fetch-Site": "same-origin"}, 202),
    ],
)
def test_only_our_own_pages_change_things_with_a_session(
    browser: FlaskClient, services: FakeServices, headers: dict[str, str], status: int
) -> None:
    sign_in(browser)

    answer = browser.post(
        "/api/v1/applications", json={"product": "residence"}, headers={"Idempotency-Key": "k", **headers}
    )

    assert answer.status_code == status
    assert bool(services.asked) == (status == 202)


def test_signing_out_forgets_the_session(browser: FlaskClient) -> None:
    sign_in(browser)

    elsewhere = browser.post("/sign-in/out", headers={"Origin": "https://evil.example"})
    out = browser.post("/sign-in/out", headers=ORIGIN)

    assert (elsewhere.status_code, out.status_code) == (403, 303)
    assert browser.get("/api/v1/me").status_code == 401


def test_an_officer_signs_in_as_an_officer(browser: FlaskClient) -> None:
    sign_in(browser, "desk-1")

    assert browser.get("/api/v1/me").json["role"] == "officer"
    assert browser.get("/api/v1/applications").status_code == 403


def test_without_a_valid_national_number_signing_in_fails(browser: FlaskClient) -> None:
    begun = browser.get("/sign-in")

    done = browser.get(at_provider(begun.headers["Location"], "nobody"))

    assert done.status_code == 403
    assert browser.get("/api/v1/me").status_code == 401


def test_a_refusal_keeps_its_reason_in_another_language_and_when_loaded_again(browser: FlaskClient) -> None:
    back = at_provider(browser.get("/sign-in").headers["Location"], "desk-2")
    page = {"Accept": "text/html"}

    pages = [browser.get(f"{back}{lang}", headers=page) for lang in ("&lang=nl", "&lang=fr", "&lang=fr")]

    assert [each.status_code for each in pages] == [403, 403, 403]
    assert "Uw rijksregisternummer ontbreekt" in pages[0].text
    assert "Votre numéro de Registre national est absent" in pages[1].text
    assert pages[2].text == pages[1].text
    assert sign_in(browser) == "/"


def test_an_answer_that_nobody_waits_for_is_refused(browser: FlaskClient) -> None:
    begun = browser.get("/sign-in")
    back = at_provider(begun.headers["Location"], "one")

    assert browser.get(back.replace("state=", "state=x")).status_code == 403
    assert browser.get("/sign-in/callback").status_code == 403
    assert browser.get("/sign-in/callback?error=access_denied&error_description=<b>").status_code == 403


def test_an_answer_serves_once(browser: FlaskClient) -> None:
    begun = browser.get("/sign-in")
    back = at_provider(begun.headers["Location"], "one")
    browser.get(back)

    again = browser.get(back)

    assert again.status_code == 403
    assert browser.get("/api/v1/me").status_code == 200


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/" + "x" * 400]
)
def test_one_is_never_sent_to_another_site(browser: FlaskClient, target: str) -> None:
    assert sign_in(browser, next=target) == "/"


def test_an_opaque_token_serves_in_the_demo_only(signing_app: Callable[..., Flask], issuer: str) -> None:
    demo, production = signing_app(profile="demo").test_client(), signing_app().test_client()
    redirect = f"http://{HOST}/sign-in/callback"
    begun = f"{issuer}/oauth2/authorize?client_id=c&redirect_uri={redirect}&response_type=code&scope=openid+email"
    code = parse_qs(urlsplit(at_provider(begun, "one")).query)["code"][0]
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect,
        "client_id": "c",
        "client_secret": "s",
    }
    token = httpx.post(f"{issuer}/oauth2/token", data=form, auth=("c", "any"), trust_env=False).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}

    assert demo.get("/api/v1/me", headers=headers).json["national_number"] == CITIZEN
    assert demo.get("/api/v1/me", headers={"Authorization": "Bearer made-up"}).status_code == 401
    assert production.get("/api/v1/me", headers=headers).status_code == 401
