"""A language chosen by hand stays: through signing in and out, mistakes, and until the next visit."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.addresses import in_other_language
from gateway.app import create_app
from gateway.auth.issuers import Issuers
from gateway.auth.outward import Outward
from services.contracts.naming import LANGUAGES
from services.contracts.sign_in import SignIn
from tests.gateway.conftest import HOST, Browser, settings
from tests.gateway.fakes import FakeServices, a_town, towns, write_logo
from tests.gateway.national import National

FRENCH = {"Accept-Language": "fr"}
ID = "0123456789abcdef" * 2


def spoken(answer: Any) -> str:
    """What the header says, and the page."""
    language = str(answer.headers["Content-Language"])
    assert f'<html lang="{language}">' in answer.text
    return language


def test_a_language_is_kept_without_being_in_the_address_again(client: FlaskClient) -> None:
    assert spoken(client.get("/", headers=FRENCH)) == "fr"
    assert client.get_cookie("loket-language", HOST) is None  # a browser's own preference is no choice

    chosen = client.get("/v?lang=de", headers=FRENCH)

    assert spoken(chosen) == "de"
    for path, status in (
        ("/", 200),
        ("/v/K7QM", 200),
        ("/nothing", 404),
        ("/sign-in/callback", 403),
        ("/sign-in/out", 405),
    ):
        answer = client.get(path, headers=FRENCH)
        assert (answer.status_code, spoken(answer)) == (status, "de"), path
    assert client.get("/api/v1/products", headers=FRENCH).headers["Content-Language"] == "de"
    assert spoken(client.get("/?lang=EN", headers=FRENCH)) == "en"
    assert spoken(client.get("/", headers=FRENCH)) == "en"


@pytest.mark.parametrize(("secure", "name"), [(False, "loket-language"), (True, "__Host-loket-language")])
def test_what_is_kept_is_two_letters_for_this_host_alone(
    make_app: Callable[..., Flask], secure: bool, name: str
) -> None:
    app = make_app(secure_cookies=secure)
    app.test_client_class = Browser

    answer = app.test_client().get("/?lang=nl")
    (cookie,) = answer.headers.getlist("Set-Cookie")

    assert cookie.startswith(f"{name}=nl; ")
    assert {"HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=31536000"} <= set(cookie.split("; "))
    assert ("Secure" in cookie, "Domain" in cookie) == (secure, False)


@pytest.mark.parametrize(
    "path", ["/api/v1/products?lang=fr", "/assets/loket.css?lang=fr", "/healthz?lang=fr", "/?lang=xx"]
)
def test_nothing_is_kept_but_a_choice_on_a_page(client: FlaskClient, path: str) -> None:
    assert "Set-Cookie" not in client.get(path).headers


@pytest.mark.parametrize("kept", ["xx", "", "fr; de", "../nl", "fr" * 500])
def test_what_was_kept_by_somebody_else_is_no_language(client: FlaskClient, kept: str) -> None:
    assert spoken(client.get("/", headers={"Cookie": f"loket-language={kept}"})) in ("nl", "fr")


@pytest.mark.parametrize("path", ["/", "/v", "/v/K7QM", "/v?too-large=", "/nothing/at/all?a=b&a=%26"])
def test_every_page_leads_to_itself_in_each_language(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    for language in towns()["24001"].languages:
        asked = urlsplit(path).query
        address = f"?{asked}&lang={language}" if asked else f"?lang={language}"
        assert first.text.count(f'hreflang="{language}"') == 2  # in its head and for its reader
        assert f'href="{address.replace("&", "&amp;")}"' in first.text

        other = client.get(urlsplit(path).path + address)
        assert (other.status_code, spoken(other)) == (first.status_code, language)


@pytest.mark.parametrize("reader", LANGUAGES)
def test_a_page_offers_the_languages_of_the_towns_file_and_the_one_that_is_read(
    client: FlaskClient, reader: str
) -> None:
    page = client.get("/", headers={"Accept-Language": reader})

    offered = [code for code in LANGUAGES if f'hreflang="{code}"' in page.text]
    assert set(offered) == {*towns()["24001"].languages, reader}
    assert spoken(page) == reader


@pytest.mark.parametrize(
    ("method", "path", "address"), [("POST", "/sign-in/out", "/?lang=fr"), ("POST", "/v", "?lang=fr")]
)
def test_what_answers_a_form_leads_to_a_page_that_can_be_looked_at(
    app: Flask, method: str, path: str, address: str
) -> None:
    with app.test_request_context(path, method=method, base_url=f"http://{HOST}"):
        assert in_other_language("fr") == address


def test_who_looks_in_a_language_is_told_apart_by_caches(client: FlaskClient) -> None:
    assert {"Accept-Language", "Cookie"} <= set(client.get("/").vary)
    assert {"Accept", "Accept-Language", "Cookie"} <= set(client.get("/nothing").vary)


@pytest.fixture
def visitor(
    tmp_path: Path, services: FakeServices, mongo_uri: str, database_prefix: str
) -> Iterator[tuple[FlaskClient, National]]:
    """A browser that prefers Dutch, and the provider where it signs in."""
    with National("acm") as acm, httpx.Client(trust_env=False, timeout=5) as http:
        sign_in = SignIn(
            issuer=acm.issuer, client_id="loket", national_number_claim="rrn", scopes=("openid", "profile", "rrn")
        )
        app = create_app(
            settings(write_logo(tmp_path), mongo_uri=mongo_uri, database=database_prefix),
            towns={"24001": a_town("24001", "Aarschot", regime="nl", host=HOST, sign_in=sign_in)},
            services=services,
            issuers=Issuers(outward=Outward(http)),
            sign_in_secrets={"24001": acm.secret},
        )
        app.test_client_class = Browser
        yield app.test_client(), acm


def test_a_mail_opens_in_its_language_and_all_that_follows_is_in_it(
    visitor: tuple[FlaskClient, National], services: FakeServices
) -> None:
    browser, provider = visitor
    services.put(ID)
    dutch = {"Accept-Language": "nl", "Sec-Fetch-Site": "same-origin"}

    opened = browser.get(f"/applications/{ID}?lang=fr", headers=dutch)
    begun = browser.get(opened.location, headers=dutch)
    asked = parse_qs(urlsplit(begun.location).query)
    callback = urlsplit(provider.sign_in(begun.location))
    signed_in = browser.get(f"{callback.path}?{callback.query}", headers=dutch)
    page = browser.get(signed_in.location, headers=dutch)
    home = browser.get("/", headers=dutch)
    left = browser.post("/sign-in/out", headers=dutch)

    assert asked["ui_locales"] == ["fr"]
    assert (signed_in.status_code, signed_in.location) == (303, f"/applications/{ID}?lang=fr")
    assert (page.status_code, spoken(page)) == (200, "fr")
    assert (spoken(home), "Se déconnecter" in home.text) == ("fr", True)
    assert "Connectez-vous" not in home.text
    assert left.status_code == 303
    assert spoken(browser.get(left.location, headers=dutch)) == "fr"
    assert spoken(browser.get("/sign-in/callback?error=access_denied", headers=dutch)) == "fr"


def test_an_address_wins_over_what_was_chosen_before(visitor: tuple[FlaskClient, National]) -> None:
    browser, provider = visitor
    browser.get("/?lang=de")

    begun = browser.get(browser.get(f"/applications/{ID}?lang=fr").location)
    callback = urlsplit(provider.sign_in(begun.location))

    assert browser.get(f"{callback.path}?{callback.query}").location == f"/applications/{ID}?lang=fr"
