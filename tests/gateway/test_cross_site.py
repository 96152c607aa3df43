"""One rule before every unsafe method: who may change something, by what the browser tells of where it comes from."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.gateway.conftest import HOST, Browser
from tests.gateway.fakes import PDF

OURS = f"http://{HOST}"
BEARER = {"Authorization": "Bearer a-token"}

TAKEN_BY_ALL: tuple[dict[str, str], ...] = (
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "same-origin", "Origin": OURS},
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "none", "Origin": OURS},
    {"Origin": OURS},
    {"Origin": f"{OURS}:80"},
    {"Origin": OURS.upper()},
)

REFUSED_BY_ALL: tuple[dict[str, str], ...] = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": OURS},
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://other.aarschot.localhost"},
    {"Sec-Fetch-Site": "Same-Origin"},
    {"Sec-Fetch-Site": "same-origin, cross-site"},
    {"Sec-Fetch-Site": ""},
    {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "none", "Origin": "null"},
    {"Sec-Fetch-Site": "none", "Origin": "https://evil.example"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": f"https://{HOST}"},
    {"Origin": f"http://{HOST}:8080"},
    {"Origin": f"http://{HOST}:99999"},
    {"Origin": f"http://{HOST}.evil.example"},
    {"Origin": f"http://evil.example/{HOST}"},
    {"Origin": f"http://evil.example@{HOST}"},
    {"Origin": f"http://{HOST}@evil.example"},
    {"Origin": f"http://x.{HOST}"},
    {"Origin": f"{OURS}, https://evil.example"},
    {"Origin": f"{OURS} https://evil.example"},
    {"Origin": f"{OURS}/"},
    {"Origin": f"{OURS}?"},
    {"Origin": f"{OURS}#x"},
    {"Origin": HOST},
    {"Origin": "http://etterbeek.localhost"},
    {"Origin": "http://["},
    {"Referer": f"{OURS}/", "Origin": "https://evil.example"},
)

Sends = Callable[..., Any]


def _upload(client: FlaskClient, headers: dict[str, str]) -> Any:
    return client.post("/api/v1/verifications", data=PDF, headers={"Content-Type": "application/pdf", **headers})


def _form(client: FlaskClient, headers: dict[str, str]) -> Any:
    return client.post("/v", data={"code": "ABCD"}, headers=headers, content_type="multipart/form-data")


def _out(client: FlaskClient, headers: dict[str, str]) -> Any:
    return client.post("/sign-in/out", headers=headers)


def _file(client: FlaskClient, headers: dict[str, str]) -> Any:
    return client.post("/api/v1/applications", json={"product": "residence"}, headers=headers)


def _withdraw(client: FlaskClient, headers: dict[str, str]) -> Any:
    return client.post("/api/v1/applications/mine/withdrawal", headers=headers)


def _nowhere(client: FlaskClient, headers: dict[str, str]) -> Any:
    return client.post("/nowhere", headers=headers)


def _deletes(client: FlaskClient, headers: dict[str, str]) -> Any:
    return client.delete("/", headers=headers)


def _of_its_own(client: FlaskClient, headers: dict[str, str]) -> Any:
    return client.open("/", method="BREW", headers=headers)


EVERYTHING: tuple[Sends, ...] = (_upload, _form, _out, _file, _withdraw, _nowhere, _deletes, _of_its_own)


@pytest.fixture
def with_cookie(app: Flask) -> FlaskClient:
    """A browser that brings a cookie of ours, whatever is in it."""
    app.test_client_class = Browser
    client = app.test_client()
    client.set_cookie("loket", "x", domain=HOST)
    return client


def is_cross_site(answer: Any) -> bool:
    is_told = answer.status_code == 403 and (
        answer.json["slug"] == "cross-site" if answer.is_json else "our own pages" in answer.text
    )
    return bool(is_told)


@pytest.fixture(params=["with a cookie", "without"])
def either(request: pytest.FixtureRequest, client: FlaskClient, with_cookie: FlaskClient) -> FlaskClient:
    return with_cookie if request.param == "with a cookie" else client


@pytest.mark.parametrize("send", EVERYTHING)
@pytest.mark.parametrize("headers", REFUSED_BY_ALL, ids=str)
def test_another_site_changes_nothing_anywhere(either: FlaskClient, send: Sends, headers: dict[str, str]) -> None:
    assert is_cross_site(send(either, {"Accept-Language": "en", **headers}))


@pytest.mark.parametrize("send", EVERYTHING)
@pytest.mark.parametrize("headers", TAKEN_BY_ALL, ids=str)
def test_our_own_pages_are_taken(either: FlaskClient, send: Sends, headers: dict[str, str]) -> None:
    assert not is_cross_site(send(either, headers))


@pytest.mark.parametrize("send", EVERYTHING)
def test_a_program_tells_neither_and_brings_no_cookie(
    client: FlaskClient, with_cookie: FlaskClient, send: Sends
) -> None:
    assert not is_cross_site(send(client, {}))
    assert is_cross_site(send(with_cookie, {"Accept-Language": "en"}))


@pytest.mark.parametrize("headers", REFUSED_BY_ALL, ids=str)
def test_a_bearer_token_is_added_by_no_browser(
    client: FlaskClient, with_cookie: FlaskClient, headers: dict[str, str]
) -> None:
    assert not is_cross_site(_upload(client, BEARER | headers))
    assert is_cross_site(_upload(with_cookie, BEARER | headers))


@pytest.mark.parametrize("authorization", ["Basic YTpi", "Bearer", "Bearer ", "Negotiate x", "Digest x"])
def test_what_a_browser_adds_by_itself_is_no_exception(client: FlaskClient, authorization: str) -> None:
    headers = {"Authorization": authorization, "Sec-Fetch-Site": "cross-site"}

    assert is_cross_site(_upload(client, headers))


@pytest.mark.parametrize(
    ("name", "is_ours"), [("loket", True), ("loket-in-0123456789abcdef", True), ("balancer", False), ("xloket", False)]
)
def test_another_programs_cookie_makes_no_browser(client: FlaskClient, name: str, is_ours: bool) -> None:
    client.set_cookie(name, "x", domain=HOST)

    assert is_cross_site(_upload(client, {"Accept": "application/json"})) is is_ours


@pytest.mark.parametrize(
    ("origin", "is_taken"), [(f"https://{HOST}", True), (f"https://{HOST}:443", True), (OURS, False)]
)
def test_over_https_an_origin_is_https_whatever_the_proxy_speaks_to_us(
    make_app: Callable[..., Flask], origin: str, is_taken: bool
) -> None:
    app = make_app(secure_cookies=True)
    app.test_client_class = Browser

    assert is_cross_site(_upload(app.test_client(), {"Origin": origin})) is not is_taken


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_is_open_to_links_from_everywhere(client: FlaskClient, method: str) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}

    assert client.open("/v/ABCD", method=method, headers=headers).status_code in (200, 204)


def test_a_preflight_allows_nobody_anything(client: FlaskClient) -> None:
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}

    answer = client.options("/api/v1/applications", headers=headers)

    assert not any(name.lower().startswith("access-control-") for name, _ in answer.headers)


def test_our_pages_tell_us_where_a_form_comes_from(client: FlaskClient) -> None:
    """With `no-referrer`, a browser without Fetch Metadata would send `Origin: null` with our own forms."""
    assert client.get("/").headers["Referrer-Policy"] == "same-origin"
