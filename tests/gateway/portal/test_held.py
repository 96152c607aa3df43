"""What is sent after a sign-in has ended is kept by the browser, for who filled it in and for nobody else."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.contracts.catalogue import offered, products
from tests.gateway.conftest import Browser
from tests.gateway.fakes import OTHER, FakeServices, Provider, towns

FORM = "/products/household-composition/form"
FILLED = {"fields.purpose": "housing", "subject": "", "language": "nl", "email": "somebody@example.org"}
OWN_PAGE = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"}


@pytest.fixture
def app(make_app: Callable[..., Flask], stored: dict[str, str]) -> Flask:
    return make_app(mongo_uri=stored["LOKET_MONGO_URI"], database=stored["LOKET_DATABASE"])


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """One machine, whoever sits before it."""
    app.test_client_class = Browser
    return app.test_client()


@pytest.fixture
def other(provider: Provider) -> dict[str, str]:
    return {"Authorization": f"Bearer {provider.token(number=OTHER)}"}


def whose(page: Any) -> str:
    found = re.search(r'name="whose" value="([0-9a-f]+)"', page.text)
    assert found
    return found[1]


def send(browser: FlaskClient, page: Any, **more: str) -> Any:
    """Without a sign-in."""
    return browser.post(FORM, data=FILLED | {"whose": whose(page)} | more, headers=OWN_PAGE)


def is_filled(page: Any) -> bool:
    return "somebody@example.org" in page.text and '<option value="housing" selected>' in page.text


@pytest.mark.parametrize("below", ["", "/kept"])
def test_it_is_there_again_after_signing_in(browser: FlaskClient, citizen: dict[str, str], below: str) -> None:
    name = whose(browser.get(FORM, headers=citizen))
    sent = browser.post(f"{FORM}{below}", data=FILLED | {"whose": name}, headers=OWN_PAGE)
    assert sent.status_code == 401
    assert "kept in this browser" in sent.text
    assert f"/sign-in?next={FORM}" in unescape(sent.text)
    assert "somebody@example.org" not in sent.headers["Set-Cookie"]

    returned = browser.get(FORM, headers=citizen | {"Accept-Language": "en"})
    later = browser.get(FORM, headers=citizen | {"Accept-Language": "en"})

    assert "You are signed in again" in returned.text
    assert "You are signed in again" not in later.text
    assert is_filled(returned)
    assert is_filled(later)


def test_somebody_else_is_told_nothing_of_it(
    browser: FlaskClient, citizen: dict[str, str], other: dict[str, str]
) -> None:
    send(browser, browser.get(FORM, headers=citizen))

    assert not is_filled(browser.get(FORM, headers=other))
    assert is_filled(browser.get(FORM, headers=citizen))


def test_what_was_gone_on_with_elsewhere_since_stays(app: Flask, browser: FlaskClient, citizen: dict[str, str]) -> None:
    send(browser, browser.get(FORM, headers=citizen))
    app.test_client().post(FORM, data=FILLED | {"email": "later@example.org", "keep": "1"}, headers=citizen)

    assert "later@example.org" in browser.get(FORM, headers=citizen).text


@pytest.mark.parametrize("more", [{"whose": ""}, {"whose": "é" * 64}, {"whose": "a"}, {"email": "a" * 3000}])
def test_what_is_nobodys_or_too_long_for_a_browser_is_not_kept(
    browser: FlaskClient, citizen: dict[str, str], more: dict[str, str]
) -> None:
    sent = send(browser, browser.get(FORM, headers=citizen), **more)

    assert sent.status_code == 401
    assert "Set-Cookie" not in sent.headers
    assert "kept in this browser" not in sent.text


def test_the_longest_form_fits_a_cookie_whatever_its_letters(browser: FlaskClient, citizen: dict[str, str]) -> None:
    name = whose(browser.get(FORM, headers=citizen))
    for product in offered(towns()["24001"], products()).values():
        fields = {f"fields.{each.name}": "ж" * each.max_length for each in product.fields if each.kind == "text"}
        data = FILLED | fields | {"whose": name, "email": "ж" * 100, "subject": "another", "number": "ж" * 40}
        sent = browser.post(f"/products/{product.id}/form", data=data, headers=OWN_PAGE)

        assert "kept in this browser" in sent.text
        assert len(sent.headers["Set-Cookie"]) < 3200


def test_a_page_of_somebody_who_is_no_longer_signed_in_changes_nothing_of_who_is(
    browser: FlaskClient, citizen: dict[str, str], other: dict[str, str]
) -> None:
    stale = whose(browser.get(FORM, headers=citizen))

    sent = browser.post(FORM, data=FILLED | {"whose": stale}, headers=other)
    browser.post(f"{FORM}/kept", data=FILLED | {"whose": stale}, headers=other)

    assert sent.location == f"{FORM}?somebody-else=1"
    assert "was not kept under your name" in browser.get(sent.location, headers=other | {"Accept-Language": "en"}).text
    assert not is_filled(browser.get(FORM, headers=other))


def test_whoever_signs_in_to_press_a_button_comes_back_to_its_page(
    browser: FlaskClient, services: FakeServices
) -> None:
    services.put("mine")

    answer = browser.post("/applications/mine/withdraw", headers=OWN_PAGE)

    assert answer.status_code == 401
    assert "/sign-in?next=/applications/mine" in unescape(answer.text)
    assert "withdraw" not in answer.text
