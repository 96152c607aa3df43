"""Who may come in with a bearer token."""

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import httpx
import pytest
from flask.testing import FlaskClient
from joserfc.jwk import ECKey

from gateway.auth.bearers import bearer_claims
from gateway.auth.issuers import Issuers, IssuerUnavailable
from gateway.auth.outward import Outward
from services.contracts.sign_in import SignIn
from tests.gateway.fakes import CITIZEN, ISSUER, FakeServices, Provider, streamed, towns

STRANGER = ECKey.generate_key("P-256", {"kid": "first"}, private=True)


def claims_of(issuers: Issuers, token: str, sign_in: SignIn) -> dict[str, Any]:
    return bearer_claims(token, sign_in, issuers, opaque_allowed=False)


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
        {"nbf": time.time() + 86_400},
        {"iss": "https://another.example"},
        {"iss": None},
        {"aud": "loket-elsewhere"},
        {"aud": None},
        {"exp": True},
        {"iat": time.time() + 86_400},
        {"iat": None},
        {"iat": "now"},
        {"nbf": "later"},
        {"sub": None},
        {"sub": ""},
        {"sub": "x" * 300},
        {"sub": ["opaque"]},
        {"client_id": None},
        {"client_id": 7},
        {"sub": "a-program"},  # RFC 9068, section 5: the program's own token
        {"jti": None},
        {"aud": {"loket-24001": True}},
        {"aud": [["loket-24001"]]},
        {"nonce": "this is an ID token"},
        {"at_hash": "this too"},
    ],
)
def test_a_token_that_is_not_right_is_refused(client: FlaskClient, provider: Provider, claims: dict[str, Any]) -> None:
    answer = me(client, provider.token(**claims))

    assert (answer.status_code, answer.json["slug"]) == (401, "bad-token")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="loket"'


@pytest.mark.parametrize("kind", ["at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt"])
def test_an_access_token_says_that_it_is_one(client: FlaskClient, provider: Provider, kind: str) -> None:
    assert me(client, provider.token(header={"typ": kind})).status_code == 200


@pytest.mark.parametrize(
    "kind", [None, "", "JWT", "jwt", "at", "at+jwt ", "application/jwt", "logout+jwt", "id+jwt", 7, ["at+jwt"]]
)
def test_another_kind_of_token_opens_nothing(client: FlaskClient, provider: Provider, kind: Any) -> None:
    """RFC 9068, section 4: an ID token for the same audience, above all."""
    answer = me(client, provider.token(header={"typ": kind}))

    assert (answer.status_code, answer.json["slug"]) == (401, "bad-token")


@pytest.mark.parametrize(
    "header",
    [
        {"crit": ["exp"], "exp": 1},
        {"crit": []},
        {"crit": ["b64"], "b64": False},
        {"b64": False},
        {"alg": "none"},
        {"alg": "ES384"},
        {"alg": "ES256K"},
        {"alg": "HS256"},
        {"alg": ["ES256"]},
        {"kid": 1},
        {"kid": ["first"]},
        {"kid": {"$ne": ""}},
        {"kid": "../../dev/null"},
    ],
)
def test_a_header_that_confuses_is_refused(client: FlaskClient, provider: Provider, header: dict[str, Any]) -> None:
    token = provider.token()
    changed = json.loads(urlsafe_b64decode(token.split(".")[0] + "==")) | header
    forged = urlsafe_b64encode(json.dumps(changed).encode()).rstrip(b"=").decode()

    assert me(client, f"{forged}.{token.split('.', 1)[1]}").status_code == 401
    assert me(client, provider.token(header=header)).status_code == 401


def test_a_header_that_nobody_needs_to_know_is_passed_over(client: FlaskClient, provider: Provider) -> None:
    """RFC 7515, section 4: the control of the test above."""
    assert me(client, provider.token(header={"x-unknown": 1})).status_code == 200


@pytest.mark.parametrize("name", ["jwk", "jku", "x5u", "x5c"])
def test_a_key_that_a_token_brings_along_is_not_looked_at(client: FlaskClient, provider: Provider, name: str) -> None:
    brought = {
        "jwk": STRANGER.as_dict(private=False),
        "jku": "https://evil.example/jwks",
        "x5u": "https://evil.example/chain",
        "x5c": ["MIIB"],
    }
    me(client, provider.token())
    before = list(provider.fetched)

    strange = me(client, provider.token(key=STRANGER, header={name: brought[name]}))
    own = me(client, provider.token(header={name: brought[name]}))

    assert (strange.status_code, own.status_code) == (401, 200)
    assert provider.fetched == before


@pytest.mark.parametrize("head", ["[" * 3000, '{"alg":"ES256",' * 2, '{"alg":"ES256","alg":"none"}', "[]", "7", '"x"'])
def test_a_header_of_another_shape_is_refused(client: FlaskClient, provider: Provider, head: str) -> None:
    encoded = urlsafe_b64encode(head.encode()).rstrip(b"=").decode()

    assert me(client, f"{encoded}.{provider.token().split('.', 1)[1]}").status_code == 401


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
    issuers = provider.issuers(clock=lambda: now[0])
    sign_in = towns()["24001"].sign_in
    claims_of(issuers, provider.token(), sign_in)

    provider.turn_key()
    now[0] += 11
    claims = claims_of(issuers, provider.token(), sign_in)

    assert claims["egovNRN"] == CITIZEN


def test_known_keys_serve_while_the_provider_is_away(provider: Provider) -> None:
    now = [time.time()]
    issuers = provider.issuers(clock=lambda: now[0])
    sign_in = towns()["24001"].sign_in
    claims_of(issuers, provider.token(), sign_in)

    provider.away = True
    now[0] += 700
    claims = claims_of(issuers, provider.token(exp=now[0] + 60), sign_in)

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
        return streamed({"issuer": "https://evil.example", "jwks_uri": "https://evil.example/jwks"})

    issuers = Issuers(outward=Outward(httpx.Client(transport=httpx.MockTransport(answer))))

    with pytest.raises(IssuerUnavailable):
        claims_of(issuers, provider.token(), towns()["24001"].sign_in)
    assert asked == ["sign-in.example"]
