"""The pages of a department, in a browser without scripts."""

import html
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.rates import parse_rates
from services.contracts.department_webhooks import RotateWebhookKey
from services.contracts.errors import WebhookDisabled
from services.contracts.notify import AdmitDepartment
from tests.gateway.conftest import Browser
from tests.gateway.fakes import FakeDepartment, FakeServices, a_webhook

HOOK = "/department/webhooks/hook-1"
SIGNED_IN = {"department": "police", "secret": "key-1.secret"}


@pytest.fixture
def app(make_app: Callable[..., Flask], stored: dict[str, str]) -> Flask:
    return make_app(mongo_uri=stored["LOKET_MONGO_URI"], database=stored["LOKET_DATABASE"])


@pytest.fixture
def department(services: FakeServices) -> FakeDepartment:
    services.departments["police"] = FakeDepartment(webhooks=("hook-1",), deliveries=30, facts=("residence",))
    return services.departments["police"]


@pytest.fixture
def anonymous(app: Flask, department: FakeDepartment) -> FlaskClient:
    """Nobody is signed in yet; reads English."""
    app.test_client_class = Browser
    browser = app.test_client()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    browser.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return browser


@pytest.fixture
def browser(anonymous: FlaskClient) -> FlaskClient:
    """Of the police, who are signed in."""
    answer = anonymous.post("/department/sign-in", data=SIGNED_IN)
    assert (answer.status_code, answer.location) == (303, "/department")
    return anonymous


def told(answer: Any) -> str:
    assert answer.status_code == 200, answer.text
    return " ".join(html.unescape(answer.text).split())


def asked(services: FakeServices, kind: type) -> list[Any]:
    return [each for each in services.asked if isinstance(each, kind)]


@pytest.mark.parametrize("path", ["/department", HOOK])
def test_who_is_not_signed_in_signs_in_first(anonymous: FlaskClient, services: FakeServices, path: str) -> None:
    answer = anonymous.get(path)

    assert (answer.status_code, answer.location) == (303, "/department/sign-in")
    assert not services.asked


@pytest.mark.parametrize(
    "shown",
    [
        {"secret": "key-1.other"},
        {"department": "schools"},
        {"secret": ""},
        {"department": "no such name"},
        {"secret": "x" * 10_000},
        {"department": "<script>"},
    ],
)
def test_whom_nobody_knows_sees_the_form_again(anonymous: FlaskClient, shown: dict[str, str]) -> None:
    answer = anonymous.post("/department/sign-in", data=SIGNED_IN | shown)

    assert answer.status_code == 401
    assert "We do not know this name with this secret" in answer.text
    assert "Set-Cookie" not in answer.headers
    assert "key-1" not in answer.text
    assert "<script>alert" not in answer.text
    assert anonymous.get("/department").status_code == 303


def test_secrets_are_guessed_here_no_faster(
    make_app: Callable[..., Flask], stored: dict[str, str], department: FakeDepartment, services: FakeServices
) -> None:
    """What is tried here and at the API counts as one."""
    stores = {"mongo_uri": stored["LOKET_MONGO_URI"], "database": stored["LOKET_DATABASE"]}
    browser = make_app(sign_in_limit=parse_rates("3 per hour"), **stores).test_client()
    form = {"grant_type": "client_credentials", "client_id": "police", "client_secret": "wrong"}

    told = [browser.post("/departments/token", data=form).status_code]
    told += [browser.post("/department/sign-in", data=SIGNED_IN | {"secret": "wrong"}).status_code for _ in range(3)]

    assert told == [401, 401, 401, 429]
    assert browser.post("/department/sign-in", data=SIGNED_IN).status_code == 429
    assert len(asked(services, AdmitDepartment)) == 3


def test_it_reads_what_it_receives_and_why_and_how_far_behind_it_is(browser: FlaskClient) -> None:
    page = told(browser.get("/department"))

    for said in (
        "Police zone 5387",
        "to find whoever moved",
        "<code>certificate-issued</code>: every product",
        "Main residence",
        "Waiting for you at the broker (AMQP)</dt><dd>2<",
        "<code>key-1</code>",
        f'href="{HOOK}"',
    ):
        assert said in page
    assert "key-1.secret" not in page


def test_every_attempt_is_told_page_by_page(browser: FlaskClient) -> None:
    first = told(browser.get(HOOK))
    assert first.count("<summary>") == 20

    address = first[first.index(f"{HOOK}?cursor=") :].partition('"')[0]
    second = told(browser.get(address))

    assert second.count("<summary>") == 10
    assert 'rel="next"' not in second


def test_what_is_parked_is_sent_again(browser: FlaskClient) -> None:
    answer = browser.post(f"{HOOK}/replay")

    assert answer.status_code == 303
    assert "Sent once more: 30" in told(browser.get(answer.location))


def test_while_it_is_off_nothing_is_sent_again_and_the_page_says_so(
    browser: FlaskClient, services: FakeServices
) -> None:
    def refuse(question: Any) -> None:
        if type(question).__name__ == "ReplayDeliveries":
            raise WebhookDisabled

    services.on_ask = refuse
    assert "Turn it on first" in told(browser.get(browser.post(f"{HOOK}/replay").location))


def test_a_webhook_is_turned_off_and_on_by_what_the_button_says(browser: FlaskClient, services: FakeServices) -> None:
    for to in ("off", "off", "on"):
        assert browser.post(f"{HOOK}/switch", data={"to": to}).status_code == 303

    switched = [each.is_disabled for each in services.asked if type(each).__name__ == "SwitchWebhook"]
    assert switched == [True, True, False]


def test_a_new_key_is_shown_once_and_a_second_press_makes_none(browser: FlaskClient, services: FakeServices) -> None:
    before = max(each.made_at for each in a_webhook("hook-1").keys).isoformat()
    form = {"before": before, "hours": "24"}

    assert "whpk_public" in told(browser.post(f"{HOOK}/keys", data=form))
    assert "whpk_public" not in told(browser.get(HOOK))
    again = told(browser.post(f"{HOOK}/keys", data=form | {"before": "2020-01-01T00:00:00+00:00"}))

    assert "This key was changed already" in again
    assert "whpk_public" not in again
    assert [each.overlap_hours for each in asked(services, RotateWebhookKey)] == [24]


@pytest.mark.parametrize("hours", ["", "-1", "5000", "x"])
def test_no_other_overlap_is_taken_than_what_can_be_chosen(
    browser: FlaskClient, services: FakeServices, hours: str
) -> None:
    assert browser.post(f"{HOOK}/keys", data={"hours": hours}).status_code == 400
    assert not asked(services, RotateWebhookKey)


def test_it_has_itself_told_of_the_sandbox(browser: FlaskClient) -> None:
    answer = browser.post("/department/sandbox", data={"event": "certificate-issued"})

    assert "Events of the sandbox that were told to you: 1" in told(browser.get(answer.location))
    assert browser.post("/department/sandbox", data={"event": "no-such"}).status_code == 404


def test_another_departments_webhook_is_not_there(browser: FlaskClient, services: FakeServices) -> None:
    services.departments["schools"] = FakeDepartment(webhooks=("hook-2",))

    assert browser.get("/department/webhooks/hook-2").status_code == 404
    for what in ("replay", "switch", "keys"):
        sent = browser.post(f"/department/webhooks/hook-2/{what}", data={"hours": "24"})
        assert sent.status_code == 404


@pytest.mark.parametrize("path", [f"{HOOK}/{what}" for what in ("replay", "switch", "keys")] + ["/department/sandbox"])
def test_without_a_sign_in_and_from_another_site_nothing_is_done(
    browser: FlaskClient, app: Flask, services: FakeServices, path: str
) -> None:
    stranger = app.test_client()
    before = len(services.asked)

    assert stranger.post(path, data={"hours": "24"}).status_code == 401
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert browser.post(path, data={"hours": "24"}, headers=headers).status_code == 403
    assert len(services.asked) == before


def test_signed_out_the_cookie_opens_nothing_whoever_has_it(browser: FlaskClient, app: Flask) -> None:
    cookie = browser.get_cookie("loket-department", domain="aarschot.localhost")
    assert cookie
    assert (cookie.http_only, cookie.same_site, cookie.path) == (True, "Lax", "/")

    assert browser.post("/department/sign-out").location == "/department/sign-in"

    thief = app.test_client()
    thief.set_cookie("loket-department", cookie.value, domain="aarschot.localhost")
    assert thief.get("/department").status_code == 303


def test_the_session_of_one_town_is_none_in_another_and_is_no_citizens(browser: FlaskClient, app: Flask) -> None:
    cookie = browser.get_cookie("loket-department", domain="aarschot.localhost")
    assert cookie
    other = app.test_client()
    other.set_cookie("loket-department", cookie.value, domain="etterbeek.localhost")
    other.set_cookie("loket", cookie.value, domain="aarschot.localhost")

    assert other.get("/department", base_url="http://etterbeek.localhost").status_code == 303
    assert other.get("/applications").status_code == 303
    assert browser.get("/departments/me").status_code == 401


def test_who_is_let_in_no_more_is_signed_out_at_once(
    browser: FlaskClient, services: FakeServices, department: FakeDepartment
) -> None:
    services.departments["police"] = replace(department, towns=())

    answer = browser.get("/department")

    assert (answer.status_code, answer.location) == (303, "/department/sign-in?ended=1")
    assert "let in no more" in told(browser.get(answer.location))
    services.departments["police"] = department
    assert browser.get("/department").status_code == 303


def test_while_notify_is_away_the_page_says_so_and_the_sign_in_stays(
    browser: FlaskClient, services: FakeServices
) -> None:
    services.away = True
    assert browser.get("/department").status_code == 503

    services.away = False
    assert browser.get("/department").status_code == 200
