"""What a department reads, and what it does not."""

import json
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.rates import parse_rates
from services.contracts.errors import EventsGone, FactsGone, FactsNotAllowed, InvalidField, TooManyRequests
from services.contracts.facts.life import Life
from services.contracts.field_errors import field_error
from services.contracts.registry import DepartmentFacts, LookView, ReadDepartmentFacts
from tests.gateway.departments.conftest import Asking
from tests.gateway.fakes import NOW, REFERENCE, FakeDepartment, FakeServices, a_waiting, department_token


def test_events_come_as_they_were_published_to_the_last_byte(asking: Asking, police: FakeDepartment) -> None:
    answer = asking("/events")

    assert answer.content_type == "application/json"
    assert f'"events":[{",".join(police.events)}]' in answer.text
    assert answer.json == {"events": [json.loads(each) for each in police.events], "after": "police.3", "more": False}


def test_pages_follow_each_other(asking: Asking) -> None:
    first = asking("/events?limit=2").json
    second = asking(f"/events?limit=2&after={first['after']}").json

    assert [len(each["events"]) for each in (first, second)] == [2, 1]
    assert [each["more"] for each in (first, second)] == [True, False]


WRONG = {
    "another's": "after=schools.1",
    "empty": "after=",
    "half a character": "after=%ED%A0%80",
    "long": "after=" + "x" * 401,
    "none": "limit=0",
    "many": "limit=101",
    "twice": "after=a&after=b",
    "unknown": "before=a",
}


@pytest.mark.parametrize("query", WRONG.values(), ids=WRONG)
def test_a_wrong_query_is_named(asking: Asking, query: str) -> None:
    answer = asking(f"/events?{query}")

    assert (answer.status_code, answer.json["slug"]) == (400, "invalid-parameter")


def test_an_address_of_64_kb_is_refused_unread(asking: Asking, services: FakeServices) -> None:
    answers = [asking(path) for path in (f"/events?after={'x' * 65536}", f"/facts/{'x' * 65536}")]

    assert [each.status_code for each in answers] == [414, 414]
    assert services.asked == []


def test_what_is_gone_is_said_to_be(asking: Asking, services: FakeServices) -> None:
    services.fails = EventsGone()

    answer = asking("/events?after=police.1", headers={"Accept-Language": "nl"})

    assert (answer.status_code, answer.json["slug"]) == (410, "events-gone")
    assert "Begin zonder" in answer.json["detail"]


def test_facts_of_the_sandbox_are_invented_and_nobody_is_looked_at(asking: Asking, services: FakeServices) -> None:
    services.departments["police"].invented = {"life": Life(alive_on=date(2026, 11, 24))}

    answer = asking(f"/facts/{REFERENCE}")

    assert (answer.json["sandbox"], answer.json["facts"]) == (True, {"life": {"alive_on": "2026-11-24"}})
    assert not any(isinstance(asked, ReadDepartmentFacts) for asked in services.asked)


def test_facts_are_those_of_the_register_and_say_no_id_of_ours(asking: Asking, services: FakeServices) -> None:
    services.department_facts = DepartmentFacts(
        product="life", looked_at=NOW, facts={"life": Life(alive_on=date(2026, 11, 24))}
    )

    answer = asking(f"/facts/{REFERENCE}")

    assert (answer.status_code, answer.json["facts"]) == (200, {"life": {"alive_on": "2026-11-24"}})
    assert answer.json["sandbox"] is False
    assert "an-application" not in answer.text
    asked = services.asked[-1]
    assert (asked.department, asked.title, asked.purpose) == ("police", "Police zone 5387", "to find whoever moved")


def test_a_refusal_of_the_register_is_named(asking: Asking, services: FakeServices) -> None:
    services.department_facts = DepartmentFacts(product="life", looked_at=NOW, facts={}, code="deceased")

    answer = asking(f"/facts/{REFERENCE}")

    assert (answer.status_code, answer.json["facts"], answer.json["code"]) == (200, {}, "deceased")


def test_a_register_that_is_away_is_asked_again_later(asking: Asking, services: FakeServices) -> None:
    services.department_facts = DepartmentFacts(product="life", looked_at=NOW, facts={}, code="register-unavailable")

    answer = asking(f"/facts/{REFERENCE}")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


@pytest.mark.parametrize(
    ("refusal", "status"), [(FactsGone(), 410), (FactsNotAllowed(), 403)], ids=["gone", "not allowed"]
)
def test_what_it_may_not_know_or_is_not_kept_is_told_apart(
    asking: Asking, services: FakeServices, refusal: Exception, status: int
) -> None:
    services.fails = refusal

    assert asking(f"/facts/{REFERENCE}").status_code == status


@pytest.mark.parametrize(
    "reference",
    ["0" * 32, "%ED%A0%80", "%00", "..%2Fme", "a.b", "x" * 81, "'%20OR%201=1"],
    ids=["of nobody", "half a character", "NUL", "a path", "a dot", "long", "a query"],
)
def test_a_reference_that_it_has_not_heard_of_is_not_found(
    asking: Asking, services: FakeServices, reference: str
) -> None:
    answer = asking(f"/facts/{reference}")

    assert answer.status_code == 404
    assert not any(type(each).__name__ == "ReadDepartmentFacts" for each in services.asked)


def test_another_departments_reference_is_not_found(asking: Asking, services: FakeServices) -> None:
    services.departments["schools"] = FakeDepartment()

    assert asking(f"/facts/{REFERENCE}", token=department_token("schools")).status_code == 404


def test_it_reads_what_is_kept_of_it(asking: Asking) -> None:
    told = asking("/me").json

    assert (told["purpose"], told["told"], told["waiting"], told["parked"]) == ("to find whoever moved", 3, 2, 0)
    assert told["heard"] == [{"event": "certificate-issued", "product": "*"}]
    assert (told["answers"], told["refusals_untold"]) == ([], 0)


def test_it_reads_as_whom_it_is_asked(asking: Asking, police: FakeDepartment) -> None:
    police.waiting = (a_waiting(),)

    assert asking("/me").json["answers"] == ["police"]


def test_the_sandbox_tells_what_is_asked_for(asking: Asking) -> None:
    answer = asking("/sandbox/events", method="POST", json={"events": ["certificate-issued"]})

    assert (answer.status_code, answer.json["events"][0]["source"]) == (201, "/towns/00000")


def test_who_has_the_sandbox_tell_too_much_is_told_when_to_go_on(
    make_app: Callable[..., Flask], police: FakeDepartment
) -> None:
    """Its other requests are none of these."""
    client = make_app(department_sandbox_limit=parse_rates("1 per hour")).test_client()
    asking = {"headers": {"Authorization": f"Bearer {department_token()}"}, "base_url": "http://aarschot.localhost"}

    answers = [client.post("/departments/sandbox/events", json={"events": []}, **asking) for _ in range(2)]

    assert [each.status_code for each in answers] == [201, 429]
    assert 1 <= int(answers[1].headers["Retry-After"]) <= 3600
    assert client.get("/departments/events", **asking).status_code == 200


def test_so_is_who_asks_in_many_towns(asking: Asking, services: FakeServices) -> None:
    """That notify knows alone."""
    services.fails = TooManyRequests("4711")

    answer = asking("/sandbox/events", method="POST", json={"events": []})

    assert (answer.status_code, answer.json["slug"]) == (429, "too-many-requests")
    assert answer.headers["Retry-After"] == "4711"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"events": "certificate-issued"}', 422),
        (b'{"events": [1]}', 422),
        (b'{"events": null}', 422),
        (b"{}", 422),
        (b'{"events": [], "town": "24001"}', 422),
        (json.dumps({"events": ["x"] * 51}).encode(), 422),
        (json.dumps({"events": ["x" * 201]}).encode(), 422),
        (b'{"events": ["\\ud800"]}', 400),
        (b'{"events": ["\\u0000"]}', 400),
        (b'{"events": [], "events": []}', 400),
        (b"[" * 9000, 400),
        (b'{"events": ["' + b"x" * 65536 + b'"]}', 413),
    ],
    ids=["a text", "a number", "null", "nothing", "more", "many", "long", "half", "NUL", "twice", "deep", "64 KB"],
)
def test_a_wrong_wish_is_refused_before_anybody_is_asked(
    asking: Asking, services: FakeServices, body: bytes, status: int
) -> None:
    answer = asking("/sandbox/events", method="POST", data=body, content_type="application/json")

    assert answer.status_code == status
    assert services.asked == []


def test_an_event_that_there_is_not_is_named(asking: Asking, services: FakeServices) -> None:
    services.fails = InvalidField(fields={"events": field_error("not-a-choice", choices=["alive"])})

    answer = asking("/sandbox/events", method="POST", json={"events": ["no-such-event"]})

    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "events")


@pytest.mark.parametrize(
    ("language", "who"),
    [
        ("nl", "Een andere overheidsdienst: Police zone 5387"),
        ("fr", "Un autre service public\N{NO-BREAK SPACE}: Police zone 5387"),
        ("de", "Eine andere Behörde: Police zone 5387"),
        ("en", "Another public service: Police zone 5387"),
    ],
)
def test_a_citizen_reads_which_department_looked_and_why(
    client: FlaskClient, citizen: dict[str, str], services: FakeServices, language: str, who: str
) -> None:
    services.looks = (
        LookView(
            at=NOW,
            by="department",
            product="life",
            facts=("life",),
            purpose="department",
            sources=("population",),
            outcome="given",
            department="Police zone 5387",
            reason="to find whoever moved",
        ),
    )

    (look,) = client.get("/api/v1/me/looks", headers=citizen | {"Accept-Language": language}).json["looks"]

    assert (look["who"], look["reason"], look["by"]) == (who, "to find whoever moved", "department")
