"""Whatever refuses a request says so in the form and language that its reader asks for."""

import json
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from gateway.refusals import Refusal, of_head, policy, style, wants_page
from gateway.sentences import OURS, PROBLEMS
from services.chassis.asking import ServiceUnavailable
from services.contracts.naming import LANGUAGES
from tests.gateway.conftest import Browser
from tests.gateway.fakes import CITIZEN, OTHER, FakeServices

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ID = "0123456789abcdef" * 2
NUMBER = "0b6c1a52-6a7c-4b0e-9d0b-3f6c2d8e7a11"


@pytest.mark.parametrize(
    ("path", "accept", "mode", "is_page"),
    [
        ("/nothing", "", "", True),
        ("/nothing", "*/*", "", True),
        ("/nothing", BROWSER, "navigate", True),
        ("/nothing", "application/json", "", False),
        ("/nothing", "application/problem+json", "", False),
        ("/nothing", "application/json, text/html", "", True),
        ("/nothing", "application/json, text/html;q=0.9", "", False),
        ("/nothing", "application/json, */*;q=0.5", "", False),
        ("/nothing", "application/json;q=0", "", True),
        ("/api/v1/nothing", "", "", False),
        ("/api/v1/nothing", "*/*", "navigate", False),
        ("/api/v1/nothing", "text/html", "", False),
        ("/api/v1/nothing", BROWSER, "navigate", True),
        ("/api/v1/nothing", BROWSER, "cors", False),
    ],
)
def test_people_are_shown_a_page_and_programs_are_told_json(
    client: FlaskClient, path: str, accept: str, mode: str, is_page: bool
) -> None:
    headers = {name: value for name, value in (("Accept", accept), ("Sec-Fetch-Mode", mode)) if value}

    answer = client.get(path, headers=headers)

    assert wants_page(path, accept, mode=mode) is is_page
    assert (answer.status_code, answer.mimetype) == (404, "text/html" if is_page else "application/problem+json")
    assert {"Accept", "Sec-Fetch-Mode"} <= set(answer.vary)


@pytest.mark.parametrize("host", ["unknown.example", "aarschot.example"])
def test_the_page_of_an_unknown_host_is_styled_and_names_no_town(client: FlaskClient, host: str) -> None:
    answer = client.get("/v/K7QM?lang=de", headers={"Host": host})

    assert (answer.status_code, answer.location) == (421, None)
    assert answer.headers["Content-Language"] == "de, nl, fr, en"
    assert f"<style>{style()}</style>" in answer.text
    assert answer.headers["Content-Security-Policy"] == policy()
    assert "Set-Cookie" not in answer.headers
    for name in ("Aarschot", "Etterbeek", "href", "src="):
        assert name not in answer.text
    for language in LANGUAGES:
        assert answer.text.count(f'<section lang="{language}">') == 1


def test_who_tells_no_language_reads_all_of_them_in_the_order_of_the_country() -> None:
    page = Refusal.of("unknown-town").page(LANGUAGES, request_id=NUMBER)

    assert [page.index(f'<section lang="{language}">') for language in LANGUAGES] == sorted(
        page.index(f'<section lang="{language}">') for language in LANGUAGES
    )
    assert page.count("<h1>") == 1


@pytest.mark.parametrize("slug", PROBLEMS)
def test_each_problem_has_a_page_and_a_text_in_each_language(slug: str) -> None:
    texts = set()
    for language in LANGUAGES:
        refusal = Refusal.of(slug)
        problem = refusal.problem(language)
        assert problem["status"] == PROBLEMS[slug][0]
        assert f'<html lang="{language}">' in refusal.page((language,), request_id=NUMBER)
        texts.add((problem["title"], problem["detail"]))
    assert len(texts) == len(LANGUAGES)


HEADS = {
    "nothing": (b"", "application/problem+json", "en"),
    "a program": (b"GET / HTTP/1.1\r\nAccept: */*\r\nAccept-Language: fr\r\n\r\n", "application/problem+json", "fr"),
    "a browser": (
        b"GET / HTTP/1.1\r\nAccept: text/html\r\nAccept-Language: xx, de\r\n\r\n",
        "text/html; charset=utf-8",
        "de",
    ),
    "of no language": (b"GET / HTTP/1.1\r\nAccept: text/html\r\n\r\n", "text/html; charset=utf-8", "nl, fr, de, en"),
    "who chose": (
        b"GET / HTTP/1.1\r\nAccept: text/html\r\nAccept-Language: de\r\nCookie: a=b; loket-language=fr\r\nX: cut",
        "text/html; charset=utf-8",
        "fr",
    ),
    "who chooses": (b"GET /?lang=nl HTTP/1.1\r\nCookie: loket-language=fr\r\n\r\n", "application/problem+json", "nl"),
    "of the API": (b"GET /api/v1/me HTTP/1.1\r\nAccept: text/html\r\n\r\n", "application/problem+json", "en"),
    "no HTTP": (b"\x16\x03\x01\x00\xa5\x01\x00\r\n\xff\x00: :\r\n\r\n", "application/problem+json", "en"),
}


@pytest.mark.parametrize("who", HEADS)
def test_a_head_that_nobody_understood_still_tells_who_reads_the_answer(who: str) -> None:
    head, kind, language = HEADS[who]

    headers, body = of_head("bad-request", status=400, head=head, request_id=NUMBER)

    assert (headers["Content-Type"], headers["Content-Language"]) == (kind, language)
    if kind == "application/problem+json":
        assert json.loads(body)["slug"] == "bad-request"


@pytest.mark.parametrize("base", ["/applications", "/api/v1/applications", "/api/v1/certificates"])
def test_not_yours_is_only_said_of_what_could_be_somebodys(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str], base: str
) -> None:
    services.put(ID, citizen=OTHER, certificate_id=ID)
    headers = citizen | {"Accept-Language": "en"}

    theirs, nobodys, garbage = (client.get(f"{base}/{id}", headers=headers) for id in (ID, "f" * 32, "not-an-id"))

    assert [each.status_code for each in (theirs, nobodys, garbage)] == [404] * 3
    assert "not yours" in theirs.text
    if base.startswith("/api/"):
        assert {**theirs.json, "instance": ""} == {**nobodys.json, "instance": ""}
    else:
        assert theirs.text == nobodys.text.replace("f" * 32, ID)
    assert "not yours" not in garbage.text
    assert "nothing at this address" in garbage.text


@pytest.mark.parametrize(
    "path", ["/nothing", "/applications", "/api/v1/applications/x/y", "/assets/x", "/api/v1/products/x"]
)
def test_an_address_that_is_none_is_nobodys(client: FlaskClient, path: str) -> None:
    assert "not yours" not in client.get(path, headers={"Accept-Language": "en"}).text


def test_garbage_is_not_asked_about_twice_and_needs_no_register(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    services.registry_away = True

    assert client.get("/api/v1/applications/not-an-id", headers=citizen).status_code == 404
    assert client.get(f"/api/v1/applications/{ID}", headers=citizen).status_code == 503
    assert [each.citizen for each in services.asked_who] == [CITIZEN]


def test_who_opens_a_certificate_without_being_signed_in_is_shown_the_way_in(client: FlaskClient) -> None:
    headers = {"Accept": BROWSER, "Sec-Fetch-Mode": "navigate", "Accept-Language": "en"}

    answer = client.get(f"/api/v1/certificates/{ID}?lang=fr", headers=headers)

    assert (answer.status_code, answer.mimetype) == (401, "text/html")
    assert f"/sign-in?next=/api/v1/certificates/{ID}&amp;lang=fr" in answer.text


def test_too_much_is_told_in_the_towns_look(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    app.test_client_class = Browser

    answer = app.test_client().get("/?x=" + "y" * 3000, headers={"Accept-Language": "fr"})

    assert (answer.status_code, answer.headers["Content-Language"]) == (414, "fr")
    assert "/assets/town.css" in answer.text


@pytest.mark.parametrize(
    ("path", "broken", "status"),
    [
        (f"/applications/{ID}", RuntimeError("some mistake of ours"), 500),
        (f"/applications/{ID}", ServiceUnavailable("documents"), 503),
        ("/nothing", None, 404),
    ],
)
def test_a_page_about_a_mistake_of_ours_shows_the_number_by_which_the_log_knows_it(
    client: FlaskClient,
    services: FakeServices,
    citizen: dict[str, str],
    path: str,
    broken: Exception | None,
    status: int,
) -> None:
    services.fails = broken

    with capture_logs() as logs:
        answer = client.get(path, headers=citizen | {"Accept": BROWSER, "Accept-Language": "nl"})

    (logged,) = [each["request_id"] for each in logs if each["event"] == "request_answered"]
    assert answer.status_code == status
    assert logged == answer.headers["X-Request-Id"]
    assert (f"<code>{logged}</code>" in answer.text) is ("dit nummer" in answer.text) is (status >= 500)


@pytest.mark.parametrize("slug", PROBLEMS)
def test_each_language_of_a_page_of_no_town_shows_it(slug: str) -> None:
    page = Refusal.of(slug).page(LANGUAGES, request_id=NUMBER)

    assert page.count(NUMBER) == (len(LANGUAGES) if slug in OURS else 0)


def test_the_server_itself_shows_its_own() -> None:
    head = b"GET / HTTP/1.1\r\nAccept: text/html\r\nAccept-Language: en\r\n\r\n"

    _, body = of_head("internal-error", status=500, head=head, request_id=NUMBER)

    assert f"this number: <code>{NUMBER}</code>" in body.decode()
