"""What a department reads of its webhooks and has done there, and what is refused before anybody is asked."""

import pytest

from services.contracts.department_webhooks import DeliveryPlace
from services.contracts.errors import InvalidField, WebhookDisabled
from services.contracts.field_errors import field_error
from tests.gateway.departments.conftest import Asking
from tests.gateway.fakes import NOW, FakeDepartment, FakeServices, department_token

HOOK = "4f1e2d3c"
REPLAY = {"parked_only": True}
KEY = {"overlap_hours": 24}
CHANGES = {"replays": REPLAY, "switch": {"is_disabled": True}, "keys": KEY}


@pytest.fixture(autouse=True)
def hook(police: FakeDepartment) -> None:
    """The police have one; three events were brought there."""
    police.webhooks, police.deliveries = (HOOK,), 3


def test_it_reads_where_it_is_told(asking: Asking) -> None:
    (webhook,) = asking("/me").json["webhooks"]

    assert (webhook["webhook"], webhook["url"]) == (HOOK, "https://hooks.police.example/loket")
    assert "whsec_" not in asking("/me").text


def test_it_reads_what_was_tried_page_by_page(asking: Asking, services: FakeServices) -> None:
    first = asking(f"/webhooks/{HOOK}/deliveries?limit=2&progress=delivered").json
    second = asking(f"/webhooks/{HOOK}/deliveries?limit=2&cursor={first['next']}").json

    assert [each["event"][-1] for each in (*first["deliveries"], *second["deliveries"])] == ["3", "2", "1"]
    assert second["next"] is None
    assert services.asked[0].progress == "delivered"
    assert services.asked[1].after == DeliveryPlace(at=NOW, id="2")


WRONG = {
    "another's place": "cursor=police.1",
    "half a character": "cursor=%ED%A0%80",
    "a long place": "cursor=" + "x" * 301,
    "none": "limit=0",
    "what": "progress=gone",
    "unknown": "after=a",
}


@pytest.mark.parametrize("query", WRONG.values(), ids=WRONG)
def test_a_wrong_query_is_named(asking: Asking, services: FakeServices, query: str) -> None:
    answer = asking(f"/webhooks/{HOOK}/deliveries?{query}")

    assert (answer.status_code, answer.json["slug"]) == (400, "invalid-parameter")
    assert services.asked == []


def test_it_has_sent_again_what_it_wants(asking: Asking, services: FakeServices) -> None:
    answer = asking(f"/webhooks/{HOOK}/replays", method="POST", json=REPLAY)

    assert (answer.status_code, answer.json) == (201, {"replayed": 3, "next": None})
    asked = services.asked[-1]
    assert (asked.asked_by.department, asked.asked_by.town, asked.webhook) == ("police", "24001", HOOK)
    assert (asked.since, asked.parked_only) == (None, True)


def test_it_has_itself_disabled(asking: Asking) -> None:
    answer = asking(f"/webhooks/{HOOK}/switch", method="POST", json={"is_disabled": True})

    assert (answer.status_code, answer.json["state"], answer.json["disabled_by"]) == (200, "disabled", "asked")


def test_it_is_told_its_new_key_and_nobody_keeps_the_answer(asking: Asking) -> None:
    answer = asking(f"/webhooks/{HOOK}/keys", method="POST", json=KEY | {"signature": "v1a"})

    assert (answer.status_code, answer.json["key"]) == (201, "whpk_public")
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_is_disabled_is_said_to_be(asking: Asking, services: FakeServices) -> None:
    services.fails = WebhookDisabled()

    answer = asking(f"/webhooks/{HOOK}/replays", method="POST", json=REPLAY)

    assert (answer.status_code, answer.json["slug"]) == (409, "webhook-disabled")


def test_what_is_no_moment_is_named(asking: Asking, services: FakeServices) -> None:
    services.fails = InvalidField(fields={"since": field_error("not-a-moment-or-event")})

    answer = asking(f"/webhooks/{HOOK}/replays", method="POST", json=REPLAY | {"since": "yesterday"})

    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "since")


BODIES = {
    "nothing": {},
    "no truth": {"parked_only": 1},
    "a word for it": {"parked_only": "true"},
    "null for it": {"parked_only": None},
    "null for a place": {"since": None, "parked_only": True},
    "a number": {"since": 1, "parked_only": True},
    "long": {"since": "x" * 65, "parked_only": True},
    "more": REPLAY | {"town": "21005"},
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_wrong_wish_to_have_sent_again_asks_nobody(asking: Asking, services: FakeServices, body: object) -> None:
    answer = asking(f"/webhooks/{HOOK}/replays", method="POST", json=body)

    assert (answer.status_code, services.asked) == (422, [])


HOURS = {"past": -1, "long": 721, "endless": 10**12, "a truth": True, "a half": 1.5, "a text": "24", "null": None}


@pytest.mark.parametrize("hours", HOURS.values(), ids=HOURS)
def test_a_wrong_overlap_asks_nobody(asking: Asking, services: FakeServices, hours: object) -> None:
    answer = asking(f"/webhooks/{HOOK}/keys", method="POST", json=KEY | {"overlap_hours": hours})

    assert (answer.status_code, services.asked) == (422, [])


@pytest.mark.parametrize(
    ("body", "status"),
    [(b'{"since": "\\ud800", "parked_only": true}', 400), (b'{"since": "' + b"\\\\" * 32768 + b'"}', 413)],
    ids=["half a character", "64 KB of backslashes"],
)
def test_a_hostile_body_asks_nobody(asking: Asking, services: FakeServices, body: bytes, status: int) -> None:
    answer = asking(f"/webhooks/{HOOK}/replays", method="POST", data=body, content_type="application/json")

    assert (answer.status_code, services.asked) == (status, [])


@pytest.mark.parametrize("change", CHANGES)
def test_anothers_is_not_found_and_who_is_nobody_is_refused(
    asking: Asking, services: FakeServices, change: str
) -> None:
    services.departments["schools"] = FakeDepartment()
    path, sent = f"/webhooks/{HOOK}/{change}", {"method": "POST", "json": CHANGES[change]}

    answers = [
        asking(path, token=department_token("schools"), **sent),
        asking(f"/webhooks/%ED%A0%80/{change}", **sent),
        asking(path, token=department_token(town="21005"), **sent),
        asking(path, token="x", **sent),
    ]

    assert [each.status_code for each in answers] == [404, 404, 401, 401]
