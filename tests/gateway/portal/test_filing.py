"""The way from a product to an application, in a browser without scripts."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.contracts.errors import InvalidField
from services.contracts.field_errors import field_error
from services.contracts.intake import CheckApplication, SubmitApplication
from tests.gateway.conftest import Browser
from tests.gateway.fakes import FakeServices

PRODUCT = "/products/household-composition"
FILLED = {"fields.purpose": "housing", "subject": "", "language": "nl", "email": "somebody@example.org"}


@pytest.fixture
def app(make_app: Callable[..., Flask], stored: dict[str, str]) -> Flask:
    return make_app(mongo_uri=stored["LOKET_MONGO_URI"], database=stored["LOKET_DATABASE"])


@pytest.fixture
def browser(app: Flask, citizen: dict[str, str]) -> FlaskClient:
    """Of a citizen who reads English."""
    app.test_client_class = Browser
    browser = app.test_client()
    browser.environ_base["HTTP_AUTHORIZATION"] = citizen["Authorization"]
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def submitted(services: FakeServices) -> list[SubmitApplication]:
    return [each for each in services.asked if isinstance(each, SubmitApplication)]


def version(page: Any) -> str:
    found = re.search(r'name="version" value="([0-9a-f]+)"', page.text)
    assert found
    return found[1]


def review(browser: FlaskClient, **other: str) -> Any:
    answer = browser.post(f"{PRODUCT}/form", data=FILLED | other)
    assert (answer.status_code, answer.location) == (303, f"{PRODUCT}/review")
    return browser.get(f"{PRODUCT}/review")


def test_a_product_tells_all_before_anybody_signs_in(client: FlaskClient, services: FakeServices) -> None:
    page = client.get(PRODUCT, headers={"Accept-Language": "en"})

    assert page.status_code == 200
    for told in ("For yourself", "Free of charge", "A few seconds", "picture.png", f"{PRODUCT}/form"):
        assert told in page.text
    assert client.get(f"{PRODUCT}/picture.png").data.startswith(b"\x89PNG")
    assert not services.asked


@pytest.mark.parametrize("below", ["", "/picture.png", "/form", "/review"])
def test_what_the_town_has_not_is_not_there(browser: FlaskClient, below: str) -> None:
    assert browser.get(f"/products/no-such-thing{below}").status_code == 404


def test_who_is_not_signed_in_comes_back_to_the_form_in_their_language(client: FlaskClient) -> None:
    answer = client.get(f"{PRODUCT}/form?lang=fr")

    assert answer.status_code == 303
    assert unescape(answer.location) == f"/sign-in?next={PRODUCT}/form?lang%3Dfr&lang=fr"


def test_a_form_that_is_sent_without_a_sign_in_is_refused_and_changes_nothing(
    client: FlaskClient, services: FakeServices
) -> None:
    assert client.post(f"{PRODUCT}/form", data=FILLED).status_code == 401
    assert client.post(f"{PRODUCT}/review").status_code == 401
    assert not services.asked


def test_the_whole_way(browser: FlaskClient, services: FakeServices) -> None:
    form = browser.get(f"{PRODUCT}/form")
    assert "Household" in form.text
    assert "Why do you know this?" in form.text

    page = review(browser)
    assert "somebody@example.org" in page.text
    assert not submitted(services)

    filed = browser.post(f"{PRODUCT}/review", data={"version": version(page)})
    assert (filed.status_code, filed.location) == (303, "/applications/application-1")
    (asked,) = submitted(services)[:1]
    assert (asked.product, asked.fields, asked.subject, asked.email) == (
        "household-composition",
        {"purpose": "housing"},
        None,
        "somebody@example.org",
    )
    assert browser.get(filed.location).status_code == 200


def test_pressed_twice_it_is_filed_once_and_the_back_button_leads_on(
    browser: FlaskClient, services: FakeServices
) -> None:
    shown = version(review(browser))
    first = browser.post(f"{PRODUCT}/review", data={"version": shown})
    again = browser.post(f"{PRODUCT}/review", data={"version": shown})
    back = browser.get(f"{PRODUCT}/review")

    assert first.location == again.location == back.location == "/applications/application-1"
    assert len(services.applications) == 1


def test_after_that_a_new_one_begins_empty_and_is_another(browser: FlaskClient, services: FakeServices) -> None:
    browser.post(f"{PRODUCT}/review", data={"version": version(review(browser))})

    form = browser.get(f"{PRODUCT}/form")
    assert "somebody@example.org" not in form.text
    second = browser.post(f"{PRODUCT}/review", data={"version": version(review(browser))})

    assert second.location == "/applications/application-2"
    assert len(services.applications) == 2


def test_a_window_that_shows_something_else_than_is_kept_files_nothing(
    browser: FlaskClient, services: FakeServices
) -> None:
    old = version(review(browser))
    review(browser, **{"fields.purpose": "school"})

    page = browser.post(f"{PRODUCT}/review", data={"version": old})

    assert page.status_code == 200
    assert "You changed this in another window" in page.text
    assert not services.applications


def test_mistakes_keep_what_was_typed_and_stand_beside_their_field(
    browser: FlaskClient, services: FakeServices
) -> None:
    def refuse(question: Any) -> None:
        if isinstance(question, CheckApplication):
            raise InvalidField(
                fields={"email": field_error("not-an-e-mail-address"), "fields.purpose": field_error("required")}
            )

    services.on_ask = refuse
    page = browser.post(f"{PRODUCT}/form", data=FILLED | {"email": "some<body@"})

    assert page.status_code == 422
    assert 'value="some&lt;body@"' in page.text
    assert 'id="email-error"' in page.text
    assert '<a href="#email">' in page.text
    assert '<a href="#fields.purpose">' in page.text
    assert page.text.count("autofocus") == 1
    assert "<title>Please check what you filled in" in page.text
    services.on_ask = lambda _question: None
    assert 'value="some&lt;body@"' in browser.get(f"{PRODUCT}/form").text


def test_it_is_kept_for_later_and_listed_and_can_be_deleted(browser: FlaskClient) -> None:
    kept = browser.post(f"{PRODUCT}/form", data=FILLED | {"keep": "1"})
    assert kept.status_code == 303

    listed = browser.get(kept.location)
    assert "Kept: Certificate of household composition" in listed.text
    assert f'href="{PRODUCT}/form"' in listed.text

    browser.post(f"{PRODUCT}/form/forget")
    assert f'href="{PRODUCT}/form"' not in browser.get("/applications").text


def test_a_script_keeps_it_without_a_word(browser: FlaskClient, services: FakeServices) -> None:
    assert browser.post(f"{PRODUCT}/form/kept", data=FILLED | {"email": "half an addr"}).status_code == 204
    assert 'value="half an addr"' in browser.get(f"{PRODUCT}/form").text
    assert not [each for each in services.asked if isinstance(each, CheckApplication)]


@pytest.mark.parametrize("text", ["\\" * 10_000, "\ud800", "<script>alert(1)</script>", "{{ 7 * 7 }}", "\x00"])
def test_whatever_is_typed_comes_back_as_text(browser: FlaskClient, text: str) -> None:
    page = browser.post(
        f"{PRODUCT}/form",
        data={"fields.purpose": text.encode("utf-8", "surrogatepass"), "keep": "1"},
    )

    assert page.status_code in (303, 400, 413)
    assert browser.get(f"{PRODUCT}/form").status_code == 200
    assert "<script>" not in browser.get(f"{PRODUCT}/form").text


def test_while_the_register_is_away_the_form_is_open(browser: FlaskClient, services: FakeServices) -> None:
    services.away = True
    page = browser.get(f"{PRODUCT}/form")

    assert page.status_code == 200
    assert "fields.purpose" in page.text


def test_while_the_store_is_away_nothing_is_lost_in_silence(
    make_app: Callable[..., Flask], citizen: dict[str, str]
) -> None:
    app = make_app()
    app.test_client_class = Browser

    answer = app.test_client().post(f"{PRODUCT}/form", data=FILLED, headers=citizen)

    assert answer.status_code == 503
    assert "Retry-After" in answer.headers


def test_an_application_is_taken_back_once_and_where_it_has_gone_too_far_the_page_says_so(
    browser: FlaskClient, services: FakeServices
) -> None:
    services.put("mine")
    page = browser.get("/applications/mine")
    assert "Take this application back" in page.text
    assert '<meta http-equiv="refresh"' in page.text

    for _ in range(2):
        assert browser.post("/applications/mine/withdraw").status_code == 303
    services.put("made")
    services.move("made", "issued", certificate_id="c1")
    late = browser.get(browser.post("/applications/made/withdraw").location)
    assert "gone too far" in late.text
    assert "Take this application back" not in late.text


@pytest.mark.parametrize("path", ["/applications", "/certificates", "/looks", "/me", "/me/export.json"])
def test_pages_of_ones_own_are_nobody_elses(browser: FlaskClient, client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 303
    answer = browser.get(path)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
