"""Who is given a token, and where it opens anything."""

import base64
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jws
from joserfc.jwk import OctKey

from gateway.rates import parse_rates
from services.chassis.locking import KeyRing
from services.contracts.errors import NotAdmitted
from tests.gateway.conftest import Browser
from tests.gateway.departments.conftest import Asking
from tests.gateway.fakes import FakeDepartment, FakeServices, Provider, department_token
from tests.keys import KEY, RING

GRANT = {"grant_type": "client_credentials"}
POLICE = {"client_id": "police", "client_secret": "key-1.secret"}


def token(client: FlaskClient, *, headers: dict[str, str] | None = None, **form: str) -> Any:
    return client.post("/departments/token", data=GRANT | form, headers=headers or {})


def basic(name: str, secret: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'{name}:{secret}'.encode()).decode()}"}


def test_a_secret_is_exchanged_for_a_token_that_opens_what_is_the_departments(
    anonymous: FlaskClient, asking: Asking
) -> None:
    in_the_form = token(anonymous, **POLICE)
    in_the_header = token(anonymous, headers=basic("police", "key-1.secret"))

    for answer in (in_the_form, in_the_header):
        assert (answer.status_code, answer.json["token_type"], answer.json["expires_in"]) == (200, "Bearer", 600)
        assert answer.headers["Cache-Control"] == "no-store"
        assert asking("/me", token=answer.json["access_token"]).json["department"] == "police"


REFUSED: dict[str, tuple[dict[str, str], dict[str, str], str]] = {
    "a wrong secret": ({"client_id": "police", "client_secret": "key-1.other"}, {}, "invalid_client"),
    "no secret": ({"client_id": "police"}, {}, "invalid_client"),
    "nobody": ({"client_secret": "key-1.secret"}, {}, "invalid_client"),
    "another department": ({"client_id": "schools", "client_secret": "key-1.secret"}, {}, "invalid_client"),
    "a long secret": ({"client_id": "police", "client_secret": "x" * 60_000}, {}, "invalid_client"),
    "a long name": ({"client_id": "p" * 60_000, "client_secret": "key-1.secret"}, {}, "invalid_client"),
    "a bearer token": (POLICE, {"Authorization": "Bearer key-1.secret"}, "invalid_client"),
    "no base64": ({}, {"Authorization": "Basic ***"}, "invalid_client"),
    "no colon": ({}, {"Authorization": f"Basic {base64.b64encode(b'police').decode()}"}, "invalid_client"),
    "two ways at once": (POLICE, basic("police", "key-1.secret"), "invalid_request"),
    "two names": ({"client_id": "schools"}, basic("police", "key-1.secret"), "invalid_request"),
    "another grant": (POLICE | {"grant_type": "password"}, {}, "unsupported_grant_type"),
    "no grant": (POLICE | {"grant_type": ""}, {}, "invalid_request"),
}


@pytest.mark.parametrize(("form", "headers", "error"), REFUSED.values(), ids=REFUSED)
def test_nothing_else_is(
    anonymous: FlaskClient, police: FakeDepartment, form: dict[str, str], headers: dict[str, str], error: str
) -> None:
    answer = token(anonymous, headers=headers, **form)

    assert answer.json["error"] == error
    assert answer.status_code == (401 if error == "invalid_client" else 400)
    assert "access_token" not in answer.json


def test_what_is_sent_twice_or_is_no_form_is_refused(anonymous: FlaskClient, police: FakeDepartment) -> None:
    twice = anonymous.post(
        "/departments/token",
        data="grant_type=client_credentials&client_id=police&client_id=police&client_secret=key-1.secret",
        content_type="application/x-www-form-urlencoded",
    )
    no_form = anonymous.post("/departments/token", json=GRANT | POLICE)

    assert (twice.status_code, twice.json["error"]) == (400, "invalid_request")
    assert no_form.status_code == 415


def test_a_refusal_is_in_the_readers_language(anonymous: FlaskClient, police: FakeDepartment) -> None:
    answer = token(anonymous, headers={"Accept-Language": "de"}, client_id="police")

    assert (answer.json["title"], answer.content_type) == (
        "Der Dienst wird nicht zugelassen",
        "application/problem+json",
    )


def test_no_other_town_lets_it_in(anonymous: FlaskClient, police: FakeDepartment) -> None:
    answer = anonymous.post("/departments/token", data=GRANT | POLICE, base_url="http://etterbeek.localhost")

    assert answer.status_code == 401


def test_a_token_opens_nothing_in_another_town(asking: Asking, police: FakeDepartment) -> None:
    police.towns = ("24001", "21005")

    here = asking("/me", token=department_token(town="21005"))
    there = asking("/me", base_url="http://etterbeek.localhost")

    assert [(each.status_code, each.json["slug"]) for each in (here, there)] == [(401, "bad-token")] * 2


def test_a_token_ends(asking: Asking) -> None:
    old = department_token(clock=lambda: time.time() - 601)
    young = department_token(clock=lambda: time.time() + 120)

    assert [asking("/me", token=each).json["slug"] for each in (old, young)] == ["bad-token"] * 2


def test_who_is_let_in_no_more_is_refused_at_once(asking: Asking, services: FakeServices) -> None:
    before = asking("/me")
    of_an_old_secret = asking("/me", token=department_token(key="key-0"))
    services.departments.clear()
    after = asking("/me")

    assert before.status_code == 200
    assert [(each.status_code, each.json["slug"]) for each in (of_an_old_secret, after)] == [(401, "not-admitted")] * 2


def forged(change: Callable[[dict[str, Any], dict[str, Any]], None], *, key: bytes | None = None) -> str:
    """A token like ours, signed with the key that is given, or with the gateway's own."""
    head, body, _ = department_token().split(".")
    header, claims = (json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in (head, body))
    change(header, claims)
    ours = KeyRing.parse(RING).derived("department tokens")["1"]
    signing = OctKey.import_key(key) if key else ours
    registry = jws.JWSRegistry(algorithms=["HS256", "HS512", "none"], strict_check_header=False)
    return jws.serialize_compact(header, json.dumps(claims).encode(), signing, registry=registry)


def unsigned() -> str:
    _head, body, _ = department_token().split(".")
    return f"{urlsafe_b64encode(json.dumps({'alg': 'none', 'kid': '1'}).encode()).decode().rstrip('=')}.{body}."


BAD: dict[str, Callable[[], str]] = {
    "under the sessions' own key": lambda: forged(lambda *_: None, key=base64.urlsafe_b64decode(KEY)),
    "under another key": lambda: forged(lambda *_: None, key=b"x" * 32),
    "of another kind": lambda: forged(lambda header, _: header.update(typ="at+jwt")),
    "with another algorithm": lambda: forged(lambda header, _: header.update(alg="HS512")),
    "under a key that there is not": lambda: forged(lambda header, _: header.update(kid="2")),
    "for another town": lambda: forged(lambda _, claims: claims.update(town="21005")),
    "for nobody": lambda: forged(lambda _, claims: claims.pop("aud")),
    "unsigned": unsigned,
    "cut off": lambda: department_token()[:-1],
    "five parts": lambda: f"{department_token()}.a.b",
    "8 KB": lambda: "x" * 8000,
    "no ASCII": lambda: "é.é.é",
}


@pytest.mark.parametrize("make", BAD.values(), ids=BAD)
def test_no_other_token_is_taken(asking: Asking, make: Callable[[], str]) -> None:
    answer = asking("/me", token=make())

    assert (answer.status_code, answer.json["slug"]) == (401, "bad-token")


@pytest.mark.parametrize("path", ["/me", "/events", "/facts/0123"])
def test_without_a_token_nothing_is_told(anonymous: FlaskClient, police: FakeDepartment, path: str) -> None:
    answer = anonymous.get(f"/departments{path}")

    assert (answer.status_code, answer.json["slug"]) == (401, "token-missing")


def test_a_citizens_token_opens_nothing_here_and_a_departments_nothing_there(
    anonymous: FlaskClient, asking: Asking, citizen: dict[str, str], services: FakeServices
) -> None:
    here = asking("/events", token=citizen["Authorization"].removeprefix("Bearer "))
    bearer = {"Authorization": f"Bearer {department_token()}"}
    there = [anonymous.get(f"/api/v1{path}", headers=bearer) for path in ("/me", "/me/looks", "/applications")]
    filed = anonymous.post(
        "/api/v1/applications", json={"product": "life"}, headers=bearer | {"Idempotency-Key": '"a"'}
    )

    assert (here.status_code, here.json["slug"]) == (401, "bad-token")
    assert [(each.status_code, each.json["slug"]) for each in (*there, filed)] == [(401, "bad-token")] * 4
    assert services.asked == []


def test_a_session_lets_no_citizen_in(anonymous: FlaskClient, police: FakeDepartment) -> None:
    anonymous.set_cookie("loket", "anything", domain="aarschot.localhost")

    assert anonymous.get("/departments/me").json["slug"] == "token-missing"


def a_certificate() -> tuple[str, str]:
    """One that nobody else has signed, as PEM in a header, and its thumbprint."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "police")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM).decode()
    return quote(pem, safe=""), made.fingerprint(hashes.SHA256()).hex()


def behind_a_proxy(make_app: Callable[..., Flask]) -> FlaskClient:
    app = make_app(proxies=1)
    app.test_client_class = Browser
    return app.test_client()


def test_behind_the_proxy_a_certificate_lets_its_department_in(
    make_app: Callable[..., Flask], police: FakeDepartment
) -> None:
    shown, police.thumbprint = a_certificate()
    client = behind_a_proxy(make_app)
    with_it = {"X-Client-Certificate": shown}

    answer = token(client, headers=with_it, client_id="police")

    assert answer.status_code == 200
    bearer = {"Authorization": f"Bearer {answer.json['access_token']}"}
    another = {"X-Client-Certificate": a_certificate()[0]}
    assert client.get("/departments/me", headers=bearer | with_it).status_code == 200
    for other in ({}, another):
        stolen = client.get("/departments/me", headers=bearer | other)
        assert (stolen.status_code, stolen.json["slug"]) == (401, "bad-token")


def test_without_a_proxy_a_header_with_a_certificate_is_a_strangers_word(
    anonymous: FlaskClient, asking: Asking, police: FakeDepartment
) -> None:
    shown, police.thumbprint = a_certificate()
    forged_header = {"X-Client-Certificate": shown}

    asked = token(anonymous, headers=forged_header, client_id="police")
    used = asking("/me", token=department_token(thumbprint=police.thumbprint), headers=forged_header)

    assert (asked.status_code, asked.json["error"]) == (401, "invalid_client")
    assert (used.status_code, used.json["slug"]) == (401, "bad-token")


NO_CERTIFICATES = {
    "empty": "",
    "a thumbprint": "ab" * 32,
    "no PEM": "-----BEGIN%20CERTIFICATE-----%0Ax",
    "no base64": "-----BEGIN%20CERTIFICATE-----%0A***%0A-----END%20CERTIFICATE-----",
    "no UTF-8": "%ff%fe",
    "long": "x" * 8000,
}


@pytest.mark.parametrize("shown", NO_CERTIFICATES.values(), ids=NO_CERTIFICATES)
def test_what_is_no_certificate_lets_nobody_in(
    make_app: Callable[..., Flask], police: FakeDepartment, shown: str
) -> None:
    answer = token(behind_a_proxy(make_app), headers={"X-Client-Certificate": shown}, client_id="police")

    assert answer.status_code == 401


def test_guesses_are_counted_by_address(make_app: Callable[..., Flask], police: FakeDepartment) -> None:
    client = make_app(sign_in_limit=parse_rates("2 per hour")).test_client()
    base = {"base_url": "http://aarschot.localhost"}

    answers = [
        client.post("/departments/token", data=GRANT | POLICE | {"client_secret": f"key-1.{guess}"}, **base)
        for guess in range(3)
    ]

    assert [each.status_code for each in answers] == [401, 401, 429]


def test_one_departments_requests_are_counted_apart_from_anothers(
    make_app: Callable[..., Flask], services: FakeServices, police: FakeDepartment
) -> None:
    services.departments["schools"] = FakeDepartment()
    client = make_app(departments_limit=parse_rates("2 per hour")).test_client()

    def ask(department: str) -> int:
        bearer = {"Authorization": f"Bearer {department_token(department)}"}
        return client.get("/departments/me", headers=bearer, base_url="http://aarschot.localhost").status_code

    assert [ask("police") for _ in range(3)] == [200, 200, 429]
    assert ask("schools") == 200


def test_notify_is_asked_about_the_department_by_its_town(
    anonymous: FlaskClient, police: FakeDepartment, services: FakeServices
) -> None:
    services.fails = NotAdmitted()

    assert token(anonymous, **POLICE).json["slug"] == "not-admitted"
    assert services.asked[-1].town == "24001"


def test_a_citizens_provider_is_not_asked(asking: Asking, provider: Provider) -> None:
    asking("/me")

    assert provider.fetched == []
