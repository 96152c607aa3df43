"""Who may come in with a bearer token."""

import time
from typing import Any

import httpx
import pytest
from flask.testing import FlaskClient
from joserfc.jwk import ECKey

from gateway.auth.issuers import Issuers, IssuerUnavailable
from tests.gateway.fakes import CITIZEN, ISSUER, FakeServices, Provider, towns

STRANGER = ECKey.generate_key("P-256", {"kid": "first"}, private=True)


def me(client: FlaskClient, token: str, **headers: str) -> Any:
    return client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}", **headers})


def test_a_token_names_the_citizen(client: FlaskClient, provider: Provider) -> None:
    answer = me(client, provider.token())

    assert (answer.status_code, answer.json["national_number"], answer.json["role"]) == (200, CITIZEN, "citizen")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("number", ["85.07.30-033.28", "85.07.30-033-28", CITIZEN])
def test_a_national_number_is_read_as_it_is_written(client: FlaskClient, provider: Provider, number: str) -> None:
    assert me(client, provider.token(number)).json["national_number"] == CITIZEN


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": time.time() - 120},
        {"exp": None},
        {"exp": "soon"},
        {"nbf": time.time() + 600},
        {"iss": "https://another.example"},
        {"iss": None},
        {"aud": "loket-elsewhere"},
        {"aud": None},
        {"nonce": "this is an ID token"},
        {"at_hash": "this too"},
    ],
)
def test_a_token_that_is_not_right_is_refused(client: FlaskClient, provider: Provider, claims: dict[str, Any]) -> None:
    answer = me(client, provider.token(**claims))

    assert (answer.status_code, answer.json["slug"]) == (401, "bad-token")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="loket"'


def test_a_token_for_another_town_is_refused(client: FlaskClient, provider: Provider) -> None:
    token = provider.token(town="21005")

    assert me(client, token).status_code == 401
    assert me(client, token, Host="etterbeek.localhost").status_code == 200


def test_unsigned_forged_and_confused_tokens_are_refused(client: FlaskClient, provider: Provider) -> None:
    head, body, signature = provider.token().split(".")
    none = "eyJhbGciOiJub25lIn0"

    for token in (
        f"{none}.{body}.",
        f"{none}.{body}.{signature}",
        provider.token(key=STRANGER),
        provider.hmac_token(),
        f"{head}.{body}x.{signature}",
        "a.b.c",
        "..",
        "opaque",
        "x" * 9000,
    ):
        assert me(client, token).status_code == 401, token[:40]


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "bearer é", "Token x"])
def test_another_authorization_is_refused(client: FlaskClient, header: str) -> None:
    assert client.get("/api/v1/me", headers={"Authorization": header}).status_code == 401


@pytest.mark.parametrize(
    "number", [None, "", "85073003329", "8507300332", "abc", 85073003328, {"$gt": ""}, ["85073003328"]]
)
def test_without_a_valid_national_number_nobody_is_a_citizen(
    client: FlaskClient, provider: Provider, number: Any
) -> None:
    answer = me(client, provider.token(number))

    assert (answer.status_code, answer.json["slug"]) == (403, "no-national-number")


def test_a_new_key_is_fetched_when_its_id_is_unknown(client: FlaskClient, provider: Provider) -> None:
    me(client, provider.token())
    before = len(provider.fetched)
    me(client, provider.token())
    assert len(provider.fetched) == before

    provider.turn_key()
    answer = me(client, provider.token())

    assert answer.status_code == 401  # too soon after the last time
    assert len(provider.fetched) == before


def test_keys_are_fetched_again_after_a_pause(provider: Provider) -> None:
    now = [time.time()]
    issuers = Issuers(http=provider.client(), clock=lambda: now[0])
    sign_in = towns()["24001"].sign_in
    issuers.claims(provider.token(), sign_in)

    provider.turn_key()
    now[0] += 11
    claims = issuers.claims(provider.token(), sign_in)

    assert claims["egovNRN"] == CITIZEN


def test_known_keys_serve_while_the_provider_is_away(provider: Provider) -> None:
    now = [time.time()]
    issuers = Issuers(http=provider.client(), clock=lambda: now[0])
    sign_in = towns()["24001"].sign_in
    issuers.claims(provider.token(), sign_in)

    provider.away = True
    now[0] += 700
    claims = issuers.claims(provider.token(exp=now[0] + 60), sign_in)

    assert claims["iss"] == ISSUER


def test_a_provider_that_is_away_is_503(client: FlaskClient, provider: Provider, services: FakeServices) -> None:
    provider.away = True

    answer = me(client, provider.token())

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert not services.asked


def test_the_provider_is_never_asked_at_another_address(provider: Provider) -> None:
    """A token's own header may name keys; nobody fetches those."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(200, json={"issuer": "https://evil.example", "jwks_uri": "https://evil.example/jwks"})

    issuers = Issuers(http=httpx.Client(transport=httpx.MockTransport(answer)))

    with pytest.raises(IssuerUnavailable):
        issuers.claims(provider.token(), towns()["24001"].sign_in)
    assert asked == ["sign-in.example"]
