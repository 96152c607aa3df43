"""A merge of numbers hides nothing of a citizen's own, whenever it happened, and shows nobody else's."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.app import create_app
from gateway.auth.identity import Citizen
from gateway.auth.issuers import Issuers
from gateway.auth.other_numbers import AWAY_S, OtherNumbers
from gateway.auth.outward import Outward
from services.chassis.asking import ServiceUnavailable
from services.contracts.intake import ReadApplication
from services.contracts.sign_in import SignIn
from tests.gateway.conftest import HOST, Browser, settings
from tests.gateway.fakes import CITIZEN, OTHER, FakeServices, Provider, a_town, write_logo
from tests.gateway.national import National

OLD = "93051822361"
ASKED = {"product": "residence", "language": "nl", "email": "burger@example.be"}
FORMER, CURRENT, STRANGE, NOBODYS, ONE, TWO = (f"{number:032x}" for number in range(6))
"""Ids of applications, and of certificates."""


@pytest.fixture
def merged(services: FakeServices) -> FakeServices:
    """OLD was merged into CITIZEN; an application and a certificate were filed under OLD, others are a stranger's."""
    services.other_numbers = {CITIZEN: (OLD,), OLD: (CITIZEN,)}
    services.put(FORMER, citizen=OLD, state="issued", certificate_id=ONE)
    services.put(CURRENT, citizen=CITIZEN)
    services.put(STRANGE, citizen="90021490495", certificate_id=TWO)
    return services


def listed(client: FlaskClient, headers: dict[str, str]) -> list[str]:
    answer = client.get("/api/v1/applications", headers=headers)
    assert answer.status_code == 200
    return sorted(each["application_id"] for each in answer.json["applications"])


@pytest.mark.parametrize("number", [CITIZEN, OLD])
def test_everything_of_ones_own_is_there_under_either_number(
    client: FlaskClient, merged: FakeServices, provider: Provider, number: str
):
    headers = {"Authorization": f"Bearer {provider.token(number)}"}

    assert listed(client, headers) == [FORMER, CURRENT]
    for id in (FORMER, CURRENT):
        assert client.get(f"/api/v1/applications/{id}", headers=headers).status_code == 200
    assert client.get(f"/api/v1/certificates/{ONE}", headers=headers).status_code == 200
    assert client.post(f"/api/v1/applications/{CURRENT}/withdrawal", headers=headers).json["state"] == "withdrawn"


@pytest.mark.parametrize("address", [f"applications/{STRANGE}", f"certificates/{TWO}", f"applications/{NOBODYS}"])
def test_what_is_somebody_elses_is_not_there(
    client: FlaskClient, merged: FakeServices, citizen: dict[str, str], address: str
):
    assert client.get(f"/api/v1/{address}", headers=citizen).status_code == 404
    assert client.post(f"/api/v1/applications/{STRANGE}/withdrawal", headers=citizen).status_code == 404


def test_one_key_files_once_under_either_number(client: FlaskClient, merged: FakeServices, provider: Provider):
    answers = [
        client.post(
            "/api/v1/applications",
            json=ASKED,
            headers={"Authorization": f"Bearer {provider.token(number)}", "Idempotency-Key": "once"},
        )
        for number in (OLD, CITIZEN)
    ]

    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json == answers[1].json


def test_who_files_waits_for_the_register_only_where_another_number_could_matter(
    client: FlaskClient, merged: FakeServices, citizen: dict[str, str]
):
    """A key that nobody has used before cannot have been used under another number."""

    def file(key: str, **more: str) -> int:
        headers = citizen | {"Idempotency-Key": key}
        return client.post("/api/v1/applications", json=ASKED | more, headers=headers).status_code

    assert (file("new"), file("new"), len(merged.asked_who)) == (202, 202, 0)
    merged.keys["90021490495", "theirs"] = ("digest", STRANGE)
    assert (file("theirs"), len(merged.asked_who)) == (202, 1)
    assert (file("about-somebody", subject=CITIZEN), len(merged.asked_who)) == (202, 2)


def test_a_merge_that_is_taken_back_shows_the_other_nothing_any_more(
    client: FlaskClient, merged: FakeServices, citizen: dict[str, str]
):
    listed(client, citizen)
    merged.other_numbers = {}

    assert listed(client, citizen) == [CURRENT]
    assert client.get(f"/api/v1/applications/{FORMER}", headers=citizen).status_code == 404


def test_what_is_found_at_once_costs_the_register_no_question(
    client: FlaskClient, merged: FakeServices, citizen: dict[str, str]
):
    assert client.get(f"/api/v1/applications/{CURRENT}", headers=citizen).status_code == 200

    assert merged.asked_who == []


@pytest.mark.parametrize("address", [f"applications/{FORMER}", f"certificates/{ONE}", f"applications/{NOBODYS}"])
def test_while_the_register_is_away_nobody_is_told_that_something_does_not_exist(
    client: FlaskClient, merged: FakeServices, citizen: dict[str, str], address: str
):
    merged.registry_away = True

    answer = client.get(f"/api/v1/{address}", headers=citizen)

    assert (answer.status_code, answer.json["slug"]) == (503, "service-unavailable")
    assert "Retry-After" in answer.headers


def test_while_the_register_is_away_what_is_known_without_it_is_shown_and_filed(
    client: FlaskClient, merged: FakeServices, citizen: dict[str, str]
):
    merged.registry_away = True

    assert listed(client, citizen) == [CURRENT]
    filed = client.post("/api/v1/applications", json=ASKED, headers=citizen | {"Idempotency-Key": "away"})
    assert filed.status_code == 202


class Silent:
    """A registry that does not answer in time."""

    def __init__(self) -> None:
        self.asked = 0

    def ask(self, question: Any, *, timeout_s: float | None = None) -> Any:
        assert timeout_s is not None
        self.asked += 1
        raise ServiceUnavailable("registry")


def test_a_registry_that_does_not_answer_is_waited_for_once_in_a_while():
    silent, now = Silent(), [0.0]
    numbers = OtherNumbers(silent, clock=lambda: now[0])
    asked = []
    for seconds in (0.0, 1.0, AWAY_S - 1.0, 0.0):
        now[0] += seconds
        assert numbers.of(Citizen(national_number=CITIZEN), town="24001") is None
        asked.append(silent.asked)

    assert asked == [1, 1, 2, 2]


@pytest.fixture
def browse(tmp_path: Path, services: FakeServices, mongo_uri: str, database_prefix: str) -> Iterator[Callable[[], Any]]:
    """A browser that signs in, each time as whom the provider says by then."""
    with National("acm") as acm, httpx.Client(trust_env=False, timeout=5) as http:
        sign_in = SignIn(
            issuer=acm.issuer, client_id="loket", national_number_claim="rrn", scopes=("openid", "profile", "rrn")
        )
        app: Flask = create_app(
            settings(write_logo(tmp_path), mongo_uri=mongo_uri, database=database_prefix),
            towns={"24001": a_town("24001", "Aarschot", regime="nl", host=HOST, sign_in=sign_in)},
            services=services,
            issuers=Issuers(outward=Outward(http)),
            sign_in_secrets={"24001": acm.secret},
        )
        app.test_client_class = Browser

        def begin(number: str = CITIZEN) -> FlaskClient:
            browser = app.test_client()
            acm.number = number
            parts = urlsplit(acm.sign_in(browser.get("/sign-in").headers["Location"]))
            assert browser.get(f"{parts.path}?{parts.query}").status_code == 303
            return browser

        yield begin


def test_the_session_keeps_what_the_register_told_at_sign_in(merged: FakeServices, browse: Callable[[], FlaskClient]):
    browser = browse()
    merged.registry_away = True

    assert listed(browser, {}) == [FORMER, CURRENT]
    assert browser.get(f"/api/v1/applications/{FORMER}").status_code == 200
    assert merged.asked[-1] == ReadApplication(
        town="24001", citizen=CITIZEN, application_id=FORMER, other_numbers=(OLD,)
    )


def test_one_may_sign_in_while_the_register_is_away(merged: FakeServices, browse: Callable[[], FlaskClient]):
    merged.registry_away = True
    browser = browse()
    merged.registry_away = False

    assert listed(browser, {}) == [FORMER, CURRENT]


def test_a_merge_between_two_sign_ins_or_within_one_hides_nothing(services: FakeServices, browse: Callable[..., Any]):
    services.put(FORMER, citizen=OTHER)
    before = browse(OTHER)
    assert listed(before, {}) == [FORMER]

    services.other_numbers = {CITIZEN: (OTHER,), OTHER: (CITIZEN,)}
    services.put(CURRENT, citizen=CITIZEN)

    assert listed(browse(CITIZEN), {}) == listed(before, {}) == [FORMER, CURRENT]


def test_a_register_that_tells_without_end_does_not_break_the_session(
    services: FakeServices, browse: Callable[..., Any]
):
    services.other_numbers = {CITIZEN: tuple(f"{n:011}" for n in range(5000))}

    assert browse().get("/api/v1/me").status_code == 200
