"""What is too large is refused before anything reads it."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.sizes import FORM_BYTES, LONGEST_HEADERS
from tests.gateway.conftest import Browser
from tests.gateway.fakes import FakeServices

SPACES = "a/b" + " " * 8_000 + "x"


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": SPACES},
        {"Accept": "a/b," * 2_000},
        {"Accept-Language": "nl," * 2_700},
        {"Accept-Language": "nl-" * 2_700},
        {"Accept-Encoding": "a," * 2_000},
        {"Content-Type": "a/b;" + "a=b;" * 2_000},
        {"Cookie": "a=b;" * 2_100},
        {"Idempotency-Key": "k" * 600},
        {"If-None-Match": '"a",' * 1_000},
        {"Range": "bytes=" + "0-1," * 1_000},
        {"Sec-Fetch-Site": "x" * 3_000},
        {"Origin": "x" * 3_000},
        {"X-Forwarded-For": "192.0.2.1, " * 300},
        {"traceparent": "0" * 3_000},
        {"Last-Event-ID": "1" * 3_000},
        {"Host": "x" * 3_000},
        {f"X-{number}": "y" * 1_000 for number in range(LONGEST_HEADERS // 1_000 + 1)},
    ],
)
@pytest.mark.parametrize("proxies", [0, 1])
def test_headers_are_refused_with_431(
    make_app: Callable[..., Flask], headers: dict[str, str], proxies: int, services: FakeServices
) -> None:
    app = make_app(proxies=proxies)
    app.test_client_class = Browser

    for path in ("/api/v1/products", "/v/K7QM", "/healthz"):
        answer = app.test_client(use_cookies=False).get(path, headers=headers)
        assert answer.status_code == 431, path
    assert not services.asked


def test_what_a_browser_sends_is_taken(app: Flask) -> None:
    headers = {
        "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
        "application/signed-exchange;v=b3;q=0.7",
        "Accept-Language": "nl-BE,nl;q=0.9,fr-BE;q=0.8,fr;q=0.7,en-US;q=0.6,en;q=0.5,de;q=0.4",
        "User-Agent": "Mozilla/5.0 " + "x" * 500,
        "Cookie": "other=" + "x" * 6_000,
        "Referer": "https://example.be/" + "x" * 3_000,
        "X-Forwarded-For": "192.0.2.1, 198.51.100.2",
    }

    app.test_client_class = Browser
    answer = app.test_client(use_cookies=False).get("/v/K7QM", headers=headers)

    assert (answer.status_code, answer.headers["Content-Language"]) == (200, "nl")


def test_a_refusal_is_told_in_the_towns_language_and_in_the_form_of_its_path(client: FlaskClient) -> None:
    problem = client.get("/api/v1/products", headers={"Accept-Language": "fr," * 1_000})
    page = client.get("/v", headers={"Accept-Language": "fr," * 1_000})

    assert (problem.content_type, problem.json["slug"]) == ("application/problem+json", "too-long")
    assert page.mimetype == "text/html"
    assert problem.headers["Content-Language"] == page.headers["Content-Language"] == "nl"


@pytest.mark.parametrize(
    "path", ["/" + "x/" * 300, "/v/" + "%20" * 600, "/?" + "a&" * 1_100, "/v/x?lang=" + "x" * 3_000]
)
def test_addresses_are_refused_with_414(client: FlaskClient, services: FakeServices, path: str) -> None:
    assert client.get(path).status_code == 414
    assert not services.asked


def test_a_form_of_texts_has_a_limit_of_its_own(client: FlaskClient) -> None:
    kind = "application/x-www-form-urlencoded"

    assert client.post("/v", data="a&" * FORM_BYTES, content_type=kind).status_code == 413
    assert client.post("/v", data="code=K7QM-4XWP", content_type=kind).headers["Location"] == "/v/K7QM-4XWP"
    assert client.post("/v", data="a&" * 1_000, content_type=kind).status_code == 415  # as if it held nothing
