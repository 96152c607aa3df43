"""How many requests one client may send."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pymongo.database import Database

from gateway.app import create_app
from gateway.limits import RETRIES, RETRIES_OF_A_KEY
from gateway.shared_counts import SharedCounts
from services.contracts.documents import Verification
from services.contracts.errors import InvalidField
from services.contracts.field_errors import field_error
from tests.gateway.conftest import Browser, settings
from tests.gateway.counter.test_verification import upload
from tests.gateway.fakes import CITIZEN, OTHER, FakeServices, Provider, towns, write_logo

MakeApp = Callable[..., Flask]
ASKED = {"product": "residence"}


def bearer(provider: Provider, number: str = CITIZEN) -> dict[str, str]:
    return {"Authorization": f"Bearer {provider.token(number)}"}


def file(client: FlaskClient, headers: dict[str, str], key: str, body: Any = None, **other: Any) -> int:
    sent = headers | {"Idempotency-Key": key}
    return int(client.post("/api/v1/applications", json=body or ASKED, headers=sent, **other).status_code)


def test_a_citizen_may_file_only_so_many(limited_client: Any, provider: Provider, services: FakeServices) -> None:
    client = limited_client(applications_limit="2 per hour")

    statuses = [file(client, bearer(provider), f"key-{number}") for number in range(4)]

    assert statuses == [202, 202, 429, 429]
    assert len(services.asked) == 2


def test_two_citizens_with_the_same_key_do_not_share_a_count(limited_client: Any, provider: Provider) -> None:
    client = limited_client(applications_limit="1 per hour", changes_limit="1 per hour")
    mine, theirs = bearer(provider), bearer(provider, OTHER)

    assert [file(client, mine, "k"), file(client, theirs, "k"), file(client, mine, "l")] == [202, 202, 429]
    assert file(client, theirs, "l") == 429


def test_an_answer_of_429_says_when_there_is_room_again(limited_client: Any, provider: Provider) -> None:
    now = [3600.0 * 500_000 + 600.25]
    client = limited_client(applications_limit="1 per hour", now=now)
    file(client, bearer(provider), "a")

    answer = client.post("/api/v1/applications", json=ASKED, headers=bearer(provider) | {"Idempotency-Key": "b"})
    now[0] += int(answer.headers["Retry-After"]) - 1
    too_early = file(client, bearer(provider), "b")
    now[0] += 1
    in_time = file(client, bearer(provider), "b")

    assert (answer.status_code, answer.json["slug"], answer.headers["Retry-After"]) == (
        429,
        "too-many-requests",
        "3000",
    )
    assert (too_early, in_time) == (429, 202)


def test_the_same_key_again_costs_nothing_and_has_an_end(limited_client: Any, provider: Provider) -> None:
    now = [6000.0]
    client = limited_client(applications_limit="2 per day", changes_limit="2 per day", now=now)

    again = [file(client, bearer(provider), "first") for _ in range(RETRIES_OF_A_KEY.most + 1)]
    flooded = file(client, bearer(provider), "first")
    now[0] += 60

    assert set(again) == {202}
    assert flooded == 429
    assert file(client, bearer(provider), "first") == 202
    assert [file(client, bearer(provider), key) for key in ("second", "third")] == [202, 429]


@pytest.mark.parametrize("key", ["", '"', 'a"b', "x" * 256, "ä"])
def test_what_is_no_key_costs_each_time(limited_client: Any, provider: Provider, key: str) -> None:
    client = limited_client(changes_limit="3 per hour")

    assert [file(client, bearer(provider), key) for _ in range(5)] == [400, 400, 400, 429, 429]


def test_a_key_that_is_never_accepted_is_no_way_to_flood(
    limited_client: Any, provider: Provider, services: FakeServices
) -> None:
    client = limited_client()

    statuses = [file(client, bearer(provider), "bad", {"product": 1}) for _ in range(RETRIES_OF_A_KEY.most + 5)]

    assert statuses == [422] * (RETRIES_OF_A_KEY.most + 1) + [429] * 4
    assert not services.applications


@pytest.mark.parametrize("same_key", [True, False])
def test_a_mistyped_form_is_not_an_application(
    limited_client: Any, provider: Provider, services: FakeServices, same_key: bool
) -> None:
    client = limited_client(applications_limit="2 per hour")

    def send(number: int) -> int:
        return file(client, bearer(provider), "key" if same_key else f"bad-{number}")

    services.fails = InvalidField(fields={"email": field_error("not-an-e-mail-address")})
    mistyped = [send(number) for number in range(20)]
    services.fails = None
    corrected = [file(client, bearer(provider), key) for key in ("key", "other", "third")]

    assert mistyped == [422] * 20
    assert corrected == [202, 202, 429]


def test_many_keys_together_have_no_more_retries_than_one_client_may(limited_client: Any, provider: Provider) -> None:
    client = limited_client(changes_limit="1000 per minute", applications_limit="1000 per minute")
    keys = [f"k{number}" for number in range(20)]

    statuses = [file(client, bearer(provider), key) for _ in range(8) for key in keys]

    assert statuses.count(202) == len(keys) + RETRIES.most
    assert statuses.count(429) == len(keys) * 7 - RETRIES.most


def test_a_retry_that_we_asked_for_with_503_costs_nothing(
    limited_client: Any, provider: Provider, services: FakeServices
) -> None:
    client = limited_client(applications_limit="1 per hour", changes_limit="1 per hour")
    services.away = True
    away = [file(client, bearer(provider), "k") for _ in range(12)]
    services.away = False

    assert away == [503] * 12
    assert [file(client, bearer(provider), "k"), file(client, bearer(provider), "l")] == [202, 429]


def test_what_was_answered_with_503_without_a_key_is_given_back_up_to_a_point(
    limited_client: Any, services: FakeServices
) -> None:
    client = limited_client(verifications_limit="2 per minute")
    services.away = True
    away = [client.get("/v/K7QM-4XWP-2HZ9-TR56").status_code for _ in range(RETRIES.most + 4)]
    services.away = False

    assert away == [503] * (RETRIES.most + 2) + [429] * 2
    assert client.get("/v/K7QM-4XWP-2HZ9-TR56").status_code == 429

    other = {"REMOTE_ADDR": "192.0.2.9"}
    services.away = True
    client.get("/v/K7QM-4XWP-2HZ9-TR56", environ_base=other)
    services.away = False
    statuses = [client.get("/v/K7QM-4XWP-2HZ9-TR56", environ_base=other).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/applications"),
        ("POST", "/api/v1/applications/mine/withdrawal"),
        ("POST", "/api/v1/verifications"),
        ("POST", "/sign-in/out"),
        ("POST", "/v"),
        ("PUT", "/api/v1/products"),
        ("DELETE", "/nowhere"),
        ("PROPFIND", "/"),
    ],
)
def test_every_unsafe_request_counts_by_address(limited_client: Any, method: str, path: str) -> None:
    client = limited_client(changes_limit="2 per minute", verifications_limit="100 per minute")

    statuses = [client.open(path, method=method).status_code for _ in range(3)]
    other = client.open(path, method=method, environ_base={"REMOTE_ADDR": "192.0.2.7"})

    assert 429 not in statuses[:2]
    assert statuses[2] == 429
    assert other.status_code == statuses[0]
    assert client.get("/api/v1/products").status_code == 200


def test_who_is_signed_in_counts_apart_from_the_address(
    limited_client: Any, provider: Provider, services: FakeServices
) -> None:
    services.put("mine")
    client = limited_client(changes_limit="1 per minute")
    withdrawal = "/api/v1/applications/mine/withdrawal"

    assert client.post(withdrawal).status_code == 401
    assert client.post(withdrawal).status_code == 429
    assert client.post(withdrawal, headers=bearer(provider)).status_code == 200
    assert client.post(withdrawal, headers=bearer(provider)).status_code == 429
    assert client.post(withdrawal, headers=bearer(provider, OTHER)).status_code == 404
    assert client.post(withdrawal, headers={"Authorization": "Bearer a.b.c"}).status_code == 429


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("fe80::1%eth0", "fe80::2", True),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("", "no address", True),
    ],
)
def test_addresses_are_told_apart_by_line(limited_client: Any, one: str, other: str, shared: bool) -> None:
    client = limited_client(verifications_limit="1 per minute")

    first, second = (client.get("/v/K7QM", environ_base={"REMOTE_ADDR": address}) for address in (one, other))

    assert (first.status_code, second.status_code) == (200, 429 if shared else 200)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "statuses"),
    [
        (0, ["198.51.100.1", "198.51.100.2"], [200, 429]),
        (1, ["198.51.100.1", "198.51.100.2"], [200, 200]),
        (1, ["203.0.113.1, 198.51.100.1", "203.0.113.2, 198.51.100.1"], [200, 429]),
        (2, ["203.0.113.1, 198.51.100.1", "203.0.113.2, 198.51.100.1"], [200, 200]),
    ],
)
def test_only_our_own_proxies_say_who_the_client_is(
    limited_client: Any, proxies: int, forwarded: list[str], statuses: list[int]
) -> None:
    client = limited_client(verifications_limit="1 per minute", proxies=proxies)

    answers = [client.get("/v/K7QM", headers={"X-Forwarded-For": each}) for each in forwarded]

    assert [answer.status_code for answer in answers] == statuses


def test_one_request_counts_once_however_much_it_looks_up(limited_client: Any, services: FakeServices) -> None:
    client = limited_client(verifications_limit="2 per minute")
    services.verification = Verification(verdict="untouched", number="24001-2026-000017")

    statuses = [client.post("/v/K7QM-4XWP-2HZ9-TR56", **upload()).status_code for _ in range(3)]

    assert statuses == [200, 200, 429]
    assert len(services.asked) == 4


def test_the_store_holds_nobody_in_the_clear(
    tmp_path: Any, database: Database[dict[str, Any]], services: FakeServices, provider: Provider
) -> None:
    app = create_app(
        settings(write_logo(tmp_path)),
        towns=towns(),
        services=services,
        issuers=provider.issuers(),
        counts=SharedCounts(database),
    )
    app.test_client_class = Browser
    client = app.test_client()
    address = {"REMOTE_ADDR": "198.51.100.77"}

    file(client, bearer(provider), "the-key", environ_base=address)
    client.post("/v", environ_base=address)
    client.get("/v/K7QM-4XWP-2HZ9-TR56", environ_base=address)
    kept = json.dumps(list(database.counts.find()), default=str)

    assert database.counts.count_documents({}) == 8  # 3 windows and 2 tickets of the citizen, 3 windows of the address
    assert not [each for each in (CITIZEN, "198.51.100", "the-key", "K7QM", "burger@", "24001") if each in kept]


def test_another_site_cannot_use_up_what_its_visitor_may_send(limited_client: Any) -> None:
    client = limited_client(changes_limit="1 per hour")
    evil = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}

    assert [client.post("/sign-in/out", headers=evil).status_code for _ in range(3)] == [403] * 3
    assert [client.post("/sign-in/out").status_code for _ in range(2)] == [303, 429]
