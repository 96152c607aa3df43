"""Signing in at CSAM, ACM/IDM and itsme, from a town's file to a session, over real HTTP."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from gateway.app import create_app
from gateway.auth.issuers import Issuers
from gateway.auth.outward import Outward
from services.contracts.town_files import read_town
from services.contracts.towns import Town
from tests.gateway.conftest import Browser, settings
from tests.gateway.fakes import CITIZEN, LOGO, OTHER, FakeServices
from tests.gateway.national import BENATIONALNUMBER, KEY, LEVEL, Handler, National, answer, hang_up

TOWNS = Path(__file__).with_name("towns")
KINDS = ("csam", "acm", "itsme")


def town_of(national: National, folder: Path) -> Town:
    """The example file of this kind of provider, with its address."""
    text = (TOWNS / f"{national.kind}.yaml").read_text(encoding="utf-8")
    (folder / "aarschot.svg").write_text(LOGO)
    path = folder / "aarschot.yaml"
    path.write_text(text.replace("ISSUER", national.issuer), encoding="utf-8")
    return read_town(path)


@pytest.fixture(params=KINDS)
def national(request: pytest.FixtureRequest) -> Iterator[National]:
    with National(request.param) as provider:
        provider.acr = {"acm": "urn:be:vlaanderen:authmech:itsme"}.get(provider.kind, provider.acr)
        yield provider


@pytest.fixture
def csam() -> Iterator[National]:
    with National("csam") as provider:
        yield provider


Opens = Callable[[National], FlaskClient]


@pytest.fixture
def open_browser(tmp_path: Path, services: FakeServices, mongo_uri: str, database_prefix: str) -> Iterator[Opens]:
    def begin(national: National) -> FlaskClient:
        app = create_app(
            settings(tmp_path, mongo_uri=mongo_uri, database=database_prefix),
            towns={"24001": town_of(national, tmp_path)},
            services=services,
            issuers=Issuers(outward=Outward(http)),
            sign_in_secrets={"24001": national.secret},
        )
        app.test_client_class = Browser
        return app.test_client()

    with httpx.Client(trust_env=False, timeout=5) as http:
        yield begin


def back_from(national: National, browser: FlaskClient) -> str:
    """Sign in there; the path and query that the browser comes back with."""
    begun = browser.get("/sign-in")
    assert begun.status_code == 302, begun.text
    parts = urlsplit(national.sign_in(begun.headers["Location"]))
    return f"{parts.path}?{parts.query}"


def sign_in(national: National, browser: FlaskClient) -> Any:
    return browser.get(back_from(national, browser))


def is_refused(national: National, browser: FlaskClient) -> bool:
    done = sign_in(national, browser)
    return done.status_code == 403 and browser.get("/api/v1/me").status_code == 401


def test_a_citizen_signs_in(national: National, open_browser: Opens) -> None:
    browser = open_browser(national)

    done = sign_in(national, browser)

    assert done.status_code == 303, done.text
    assert browser.get("/api/v1/me").json["national_number"] == CITIZEN


def test_each_provider_is_asked_for_what_it_wants(national: National, open_browser: Opens) -> None:
    sign_in(national, open_browser(national))

    asked = national.questions[0]
    wanted = {
        "csam": {"scope": "openid profile egovnrn", "acr_values": f"{LEVEL}450"},
        "acm": {
            "scope": "openid profile rrn",
            "acr_values": "urn:be:vlaanderen:authmech:eid urn:be:vlaanderen:authmech:itsme",
        },
        "itsme": {"scope": "openid service:TEST_LOKET email"},
    }[national.kind]
    assert {name: asked.get(name) for name in wanted} == wanted
    assert asked["brand"] == "town"  # what the endpoint's own address holds is kept
    claims = {"id_token": {BENATIONALNUMBER: {"essential": True}}} if national.kind == "itsme" else None
    assert json.loads(asked.get("claims", "null")) == claims


@pytest.mark.parametrize(
    ("acr", "enters"),
    [
        (f"{LEVEL}450", True),
        (f"{LEVEL}500", True),
        (f"{LEVEL}400", False),
        (f"{LEVEL}4500", False),
        (f"{LEVEL}450 ", False),
        (f"{LEVEL}450".upper(), False),
        ("", False),
        ("0", False),
        (None, False),
        ([f"{LEVEL}450"], False),
        ({f"{LEVEL}450": True}, False),
    ],
)
def test_a_lower_level_than_the_town_demands_does_not_pass(
    csam: National, open_browser: Opens, acr: Any, enters: bool
) -> None:
    csam.id_token = {"acr": acr}
    browser = open_browser(csam)

    assert is_refused(csam, browser) is not enters


def test_a_level_said_by_userinfo_alone_does_not_pass(csam: National, open_browser: Opens) -> None:
    csam.id_token, csam.userinfo = {"acr": None}, {"acr": f"{LEVEL}450"}

    assert is_refused(csam, open_browser(csam))


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://another.example"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": None},
        {"aud": ["loket-aarschot", "another-client"], "azp": None},
        {"aud": ["loket-aarschot", "another-client"], "azp": "another-client"},
        {"azp": "another-client"},
        {"exp": time.time() - 120},
        {"exp": None},
        {"iat": time.time() + 86_400},
        {"iat": None},
        {"nbf": time.time() + 86_400},
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": ""},
        {"nonce": 7},
        {"sub": None},
        {"sub": ""},
        {"sub": "another"},
        {"at_hash": "AAAA"},
    ],
)
def test_an_id_token_that_is_not_right_lets_nobody_in(
    csam: National, open_browser: Opens, claims: dict[str, Any]
) -> None:
    csam.id_token = claims

    assert is_refused(csam, open_browser(csam))


def test_an_id_token_for_two_names_the_one_it_was_given_to(csam: National, open_browser: Opens) -> None:
    csam.id_token = {"aud": ["another", "loket-aarschot"], "azp": "loket-aarschot"}

    assert sign_in(csam, open_browser(csam)).status_code == 303


@pytest.mark.parametrize("header", [{"typ": "at+jwt"}, {"kid": "unknown"}])
def test_another_kind_of_token_is_no_id_token(csam: National, open_browser: Opens, header: dict[str, Any]) -> None:
    csam.id_token_header = header

    assert is_refused(csam, open_browser(csam))


def test_a_code_serves_only_whoever_began(csam: National, open_browser: Opens) -> None:
    """The verifier of PKCE and the state are in the cookie of the browser that began, and nowhere else."""
    mine, theirs = open_browser(csam), open_browser(csam)
    back = back_from(csam, theirs)
    own = dict(parse_qsl(urlsplit(back_from(csam, mine)).query))
    code = dict(parse_qsl(urlsplit(back).query))["code"]

    assert mine.get(back).status_code == 403
    assert mine.get("/sign-in/callback", query_string={"code": code, "state": own["state"]}).status_code == 403
    assert mine.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize("more", ["&iss=https://another.example", "&iss=", "&error=access_denied", "&code=second"])
def test_an_answer_with_more_in_it_is_refused(csam: National, open_browser: Opens, more: str) -> None:
    browser = open_browser(csam)

    assert browser.get(back_from(csam, browser) + more).status_code == 403
    assert browser.get("/api/v1/me").status_code == 401


def test_who_says_that_it_names_itself_must_do_so(csam: National, open_browser: Opens) -> None:
    """RFC 9207: an answer that another provider slipped in would not bear this one's name."""
    csam.metadata = {"authorization_response_iss_parameter_supported": True}
    browser = open_browser(csam)

    assert is_refused(csam, browser)
    assert browser.get(f"{back_from(csam, browser)}&iss={csam.issuer}").status_code == 303


def test_userinfo_as_plain_json_serves_too(csam: National, open_browser: Opens) -> None:
    csam.userinfo_as = "json"

    assert sign_in(csam, open_browser(csam)).status_code == 303


@pytest.mark.parametrize("form", ["signed", "json"])
def test_userinfo_about_somebody_else_lets_nobody_in(csam: National, open_browser: Opens, form: str) -> None:
    csam.userinfo_as, csam.userinfo_subject = form, "subject-2"

    assert is_refused(csam, open_browser(csam))


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://another.example"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": None},
        {"sub": None},
        {"exp": time.time() - 120},
        {"iat": time.time() + 86_400},
        {"egovNRN": "85073003329"},
    ],
)
def test_signed_userinfo_that_is_not_right_lets_nobody_in(
    csam: National, open_browser: Opens, claims: dict[str, Any]
) -> None:
    csam.userinfo = claims

    assert is_refused(csam, open_browser(csam))


def _forged(csam: National) -> str:
    stranger = type(KEY).generate_key(2048, {"kid": "signing", "alg": "RS256"}, private=True)
    return csam.signed(_claims(csam), key=stranger)


def _claims(csam: National) -> dict[str, Any]:
    return {"iss": csam.issuer, "aud": "loket-aarschot", "sub": "subject-1", "egovNRN": OTHER}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (_forged, "application/jwt"),
        (lambda csam: csam.signed(_claims(csam), {"typ": "at+jwt"}), "application/jwt"),
        (lambda csam: csam.signed(_claims(csam)), "application/json"),
        (lambda csam: csam.signed(_claims(csam)), "text/html"),
        (lambda _: "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkExMjhHQ00ifQ.a.b.c.d", "application/jwt"),
        (lambda csam: f"eyJhbGciOiJub25lIn0.{csam.signed(_claims(csam)).split('.')[1]}.", "application/jwt"),
        (lambda _: json.dumps({"sub": "subject-1", "egovNRN": OTHER}), "application/jwt"),
        (lambda _: json.dumps({"sub": "subject-1", "egovNRN": OTHER}), "text/plain"),
        (lambda _: json.dumps(["subject-1", OTHER]), "application/json"),
        (lambda _: "{" * 100_000, "application/json"),
        (lambda _: '{"sub":"subject-1","sub":"subject-2"}', "application/json"),
        (lambda _: b"\xff\xfe", "application/jwt"),
    ],
)
def test_userinfo_of_another_shape_lets_nobody_in(
    csam: National, open_browser: Opens, content: Callable[[National], str], kind: str
) -> None:
    csam.instead["/op/userinfo"] = lambda handler: answer(handler, 200, content(csam), kind=kind)

    assert is_refused(csam, open_browser(csam))


@pytest.fixture
def itsme() -> Iterator[National]:
    with National("itsme") as provider:
        yield provider


def test_an_id_token_encrypted_under_another_secret_lets_nobody_in(itsme: National, open_browser: Opens) -> None:
    itsme.locked_with = "another"

    assert is_refused(itsme, open_browser(itsme))


def test_encryption_is_no_signature(itsme: National, open_browser: Opens) -> None:
    """Whoever knows the client secret, as the town itself does, is not the provider."""
    stranger = type(KEY).generate_key(2048, {"kid": "signing", "alg": "RS256"}, private=True)
    browser = open_browser(itsme)
    assert sign_in(itsme, browser).status_code == 303
    browser.post("/sign-in/out", headers={"Sec-Fetch-Site": "same-origin"})

    for inner in ("not signed", json.dumps({"sub": "subject-1"}), itsme.locked("twice"), ""):
        tokens = {"access_token": "a", "token_type": "Bearer", "id_token": itsme.locked(inner)}
        itsme.instead["/op/token"] = lambda handler, tokens=tokens: answer(handler, 200, tokens)
        assert is_refused(itsme, browser)
    itsme.instead.clear()
    itsme.key, known = stranger, itsme.key
    itsme.instead["/op/keys"] = lambda handler: answer(handler, 200, {"keys": [known.as_dict(private=False)]})
    assert is_refused(itsme, browser)


def test_encrypted_userinfo_is_refused_with_the_mend(csam: National, open_browser: Opens) -> None:
    csam.instead["/op/userinfo"] = lambda handler: answer(handler, 200, "e30.a.b.c.d", kind="application/jwt")

    with capture_logs() as logs:
        assert is_refused(csam, open_browser(csam))

    assert any("encrypted userinfo: have the provider sign it only" in str(each) for each in logs)


@pytest.mark.parametrize(
    "tokens",
    [
        {"access_token": "a", "token_type": "Bearer"},
        {"access_token": "a", "token_type": "Bearer", "id_token": None},
        {"access_token": ["a"], "token_type": "Bearer", "id_token": "a.b.c"},
        {"access_token": "a", "token_type": "mac", "id_token": "a.b.c"},
        {"access_token": "a", "token_type": "Bearer", "id_token": "a.b.c.d.e"},
        [],
        "no",
    ],
)
def test_an_answer_of_the_token_endpoint_of_another_shape_lets_nobody_in(
    csam: National, open_browser: Opens, tokens: Any
) -> None:
    csam.instead["/op/token"] = lambda handler: answer(handler, 200, tokens)

    assert is_refused(csam, open_browser(csam))


def _redirects(handler: Handler) -> None:
    answer(handler, 302, {}, Location=f"http://{handler.headers['Host']}/op/elsewhere")


def _huge(handler: Handler) -> None:
    answer(handler, 200, b'{"x":"' + b"x" * 3_000_000 + b'"}')


def _compressed(handler: Handler) -> None:
    answer(handler, 200, b"\x1f\x8b\x08", Content_Encoding="gzip")


def _fails(handler: Handler) -> None:
    answer(handler, 500, {})


@pytest.mark.parametrize("place", [".well-known/openid-configuration", "keys", "token", "userinfo"])
@pytest.mark.parametrize("behaves", [_redirects, _huge, _compressed, _fails, hang_up])
def test_an_answer_that_cannot_be_taken_lets_nobody_in_and_is_not_followed(
    csam: National, open_browser: Opens, place: str, behaves: Callable[[Handler], None]
) -> None:
    csam.instead[f"/op/{place}"] = behaves
    browser = open_browser(csam)

    begun = browser.get("/sign-in")
    done = sign_in(csam, browser) if begun.status_code == 302 else begun

    assert done.status_code in (403, 503)
    assert ("Retry-After" in done.headers) == (done.status_code == 503)
    assert browser.get("/api/v1/me").status_code == 401
    assert "/op/elsewhere" not in csam.asked


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://another.example"},
        {"issuer": None},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "/auth"},
        {"authorization_endpoint": 7},
        {"token_endpoint": "file:///etc/passwd"},
        {"jwks_uri": None},
        {"jwks_uri": "ftp://127.0.0.1/keys"},
        {"jwks_uri": "http://[::1"},
    ],
)
def test_a_discovery_document_that_cannot_be_used_is_503(
    csam: National, open_browser: Opens, metadata: dict[str, Any]
) -> None:
    csam.metadata = metadata

    assert open_browser(csam).get("/sign-in").status_code == 503


def test_a_provider_that_fails_for_a_moment_costs_no_new_sign_in(csam: National, open_browser: Opens) -> None:
    csam.instead["/op/token"] = _fails
    browser = open_browser(csam)
    back = back_from(csam, browser)

    first = browser.get(back)
    csam.instead.clear()
    again = browser.get(back)

    assert (first.status_code, again.status_code) == (503, 303)
