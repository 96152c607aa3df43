"""What stands behind the `?`: pages of a list, and whatever nobody knows."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from gateway.resources.parameters import cursor_of
from tests.gateway.fakes import NOW, OTHER, FakeServices

LIST = "/api/v1/applications"


def put(services: FakeServices, count: int) -> None:
    for number in range(count):
        services.put(f"a{number:03}", submitted_at=NOW + timedelta(minutes=number // 4))


def ids(answer: Any) -> list[str]:
    return [each["application_id"] for each in answer.json["applications"]]


def test_following_next_shows_all_once_while_new_ones_come(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    put(services, 23)
    services.put("somebody's", citizen=OTHER)
    seen: list[str] = []
    address: str | None = f"{LIST}?limit=5&lang=fr"

    while address:
        answer = client.get(address, headers=citizen)
        seen += ids(answer)
        services.put(f"new-{len(seen)}", submitted_at=NOW + timedelta(days=1))
        address = answer.json["next"]
        assert answer.headers.get("Link") == (f'<{address}>; rel="next"' if address else None)
        assert answer.headers["Content-Language"] == "fr"

    assert seen == [f"a{number:03}" for number in reversed(range(23))]


def test_a_page_that_nobody_bounds_has_fifty(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    put(services, 51)

    first = client.get(LIST, headers=citizen)
    rest = client.get(first.json["next"], headers=citizen)

    assert (len(ids(first)), ids(rest), rest.json["next"]) == (50, ["a000"], None)


CURSOR = cursor_of(NOW, "a")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("limit=0", {"limit": ("not-a-number", {"least": 1, "most": 100})}),
        ("limit=101", {"limit": ("not-a-number", {"least": 1, "most": 100})}),
        ("limit=-1", {"limit": ("not-a-number", {"least": 1, "most": 100})}),
        ("limit=1.0", {"limit": ("not-a-number", {"least": 1, "most": 100})}),
        ("limit=%D9%A1", {"limit": ("not-a-number", {"least": 1, "most": 100})}),
        ("limit=", {"limit": ("not-a-number", {"least": 1, "most": 100})}),
        ("limit=" + "9" * 1000, {"limit": ("not-a-number", {"least": 1, "most": 100})}),
        ("limit=5&limit=5", {"limit": ("repeated-parameter", {})}),
        ("cursor=", {"cursor": ("not-a-cursor", {})}),
        ("cursor=!!!!", {"cursor": ("not-a-cursor", {})}),
        (f"cursor={CURSOR}=", {"cursor": ("not-a-cursor", {})}),
        (f"cursor={CURSOR}AAAA", {"cursor": ("not-a-cursor", {})}),
        (f"cursor={CURSOR[:-4]}", {"cursor": ("not-a-cursor", {})}),
        (f"cursor={CURSOR.swapcase()}", {"cursor": ("not-a-cursor", {})}),
        ("cursor=OTk5OTk5OTk5OTk5OTk5OTk5OTk5OS5h", {"cursor": ("not-a-cursor", {})}),
        ("cursor=" + "A" * 1000, {"cursor": ("not-a-cursor", {})}),
        ("lang=xx", {"lang": ("not-a-choice", {"choices": ["nl", "fr", "de", "en"]})}),
        ("page=2", {"page": ("unknown-parameter", {"choices": ["cursor", "lang", "limit"]})}),
        ("Limit=2", {"Limit": ("unknown-parameter", {"choices": ["cursor", "lang", "limit"]})}),
        (
            "state=issued&limit=x",
            {
                "state": ("unknown-parameter", {"choices": ["cursor", "lang", "limit"]}),
                "limit": ("not-a-number", {"least": 1, "most": 100}),
            },
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str], query: str, told: dict[str, Any]
) -> None:
    answer = client.get(f"{LIST}?{query}", headers=citizen)

    assert (answer.status_code, answer.json["slug"]) == (400, "invalid-parameter")
    assert {each["field"]: (each["slug"], each["parameters"]) for each in answer.json["errors"]} == told
    assert all(each["in"] == "query" and "pointer" not in each and each["detail"] for each in answer.json["errors"])
    assert services.asked == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/me"),
        ("GET", "/api/v1/products"),
        ("GET", "/api/v1/products/life"),
        ("POST", "/api/v1/applications"),
        ("GET", "/api/v1/applications/mine"),
        ("GET", "/api/v1/applications/mine/stream"),
        ("POST", "/api/v1/applications/mine/withdrawal"),
        ("GET", "/api/v1/certificates/c"),
        ("GET", "/api/v1/verifications/ABCD"),
        ("POST", "/api/v1/verifications"),
        ("GET", "/api/v1/openapi.json"),
        ("GET", "/api/v1/asyncapi.yaml"),
    ],
)
def test_every_address_refuses_what_it_does_not_know(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str], method: str, path: str
) -> None:
    services.put("mine")

    answer = client.open(f"{path}?lang=de&limit=3", method=method, headers=citizen)

    assert (answer.status_code, answer.json["slug"]) == (400, "invalid-parameter")
    assert answer.json["errors"] == [
        {
            "field": "limit",
            "in": "query",
            "slug": "unknown-parameter",
            "parameters": {"choices": ["lang"]},
            "detail": "Dieser Parameter ist hier nicht bekannt. Bekannt sind: lang.",
        }
    ]
    assert services.asked == []


def test_a_page_takes_whatever_another_site_adds_to_its_address(client: FlaskClient) -> None:
    assert client.get("/v?utm_source=newsletter").status_code == 200
