"""OpenID Connect's code flow with PKCE: the question that goes with the browser, and what comes of the answer.

OpenID Connect Core 1.0, section 3.1; RFC 7636; RFC 9207; RFC 9700.
"""

import hmac
import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlencode, urlsplit, urlunsplit

from gateway.auth.identity import number_in
from gateway.auth.issuers import Issuer, IssuerUnavailable
from gateway.auth.outward import Answer, Outward
from gateway.auth.tokens import BadToken, id_token_claims, unlocked
from gateway.auth.userinfo import read_userinfo
from services.contracts.sign_in import SignIn
from services.contracts.strict_json import read_json


@dataclass(frozen=True, kw_only=True)
class Flow:
    """One sign-in under way, kept by the browser it began in and by nobody else. `after` is a path on this site."""

    state: str
    nonce: str
    verifier: str
    callback: str
    after: str

    @classmethod
    def begin(cls, *, callback: str, after: str) -> "Flow":
        """With secrets of its own."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(state=state, nonce=nonce, verifier=verifier, callback=callback, after=after)


def question(flow: Flow, sign_in: SignIn, issuer: Issuer, *, language: str) -> str:
    """Where the browser is sent, to be spoken to in a language (OpenID Connect Core 1.0, section 3.1.2.1).

    Raises IssuerUnavailable.
    """
    address = issuer.metadata().authorization_endpoint
    if not address:
        raise IssuerUnavailable
    asked = {
        "response_type": "code",
        "client_id": sign_in.client_id,
        "redirect_uri": flow.callback,
        "scope": " ".join(sign_in.scopes),
        "state": flow.state,
        "nonce": flow.nonce,
        "code_challenge": _base64url(sha256(flow.verifier.encode()).digest()),
        "code_challenge_method": "S256",
        "ui_locales": language,
    }
    if sign_in.acr_values:
        asked["acr_values"] = " ".join(sign_in.acr_values)
    if claims := _claims_parameter(sign_in):
        asked["claims"] = json.dumps(claims, separators=(",", ":"))
    parts = urlsplit(address)
    query = urlencode([*parse_qsl(parts.query), *asked.items()])
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def claims_of_answer(
    flow: Flow, answer: Mapping[str, str], sign_in: SignIn, issuer: Issuer, *, secret: str | None, now: float
) -> dict[str, Any]:
    """Who signed in, as the provider says it. Raises BadToken, where nobody did, or IssuerUnavailable.

    `answer` is the query that the browser came back with.
    """
    if not hmac.compare_digest(answer.get("state", "").encode(), flow.state.encode()):
        raise BadToken("state")
    if answer.get("iss", issuer.address) != issuer.address or ("iss" not in answer and issuer.metadata().names_itself):
        raise BadToken("another issuer answers")  # RFC 9207
    if "error" in answer or not answer.get("code"):
        raise BadToken("the provider says no")
    tokens = _redeem(flow, answer["code"], sign_in, issuer, secret=secret)
    access_token = tokens.get("access_token")
    if not isinstance(access_token, str) or not isinstance(tokens.get("id_token"), str):
        raise BadToken("no ID token")
    id_token = unlocked(tokens["id_token"], secret)
    claims = id_token_claims(id_token, sign_in, issuer, nonce=flow.nonce, access_token=access_token, now=now)
    if claims.get("loket_role") == "officer" or number_in(claims, sign_in.national_number_claim, test_numbers=True):
        return claims
    more = read_userinfo(access_token, sign_in, issuer, now=now)  # some say the number there only
    if more.get("sub") != claims["sub"]:
        raise BadToken("userinfo about somebody else")  # OpenID Connect Core 1.0, section 5.3.2
    return {**more, **claims}


def _claims_parameter(sign_in: SignIn) -> dict[str, dict[str, Any]]:
    """OpenID Connect Core 1.0, section 5.5: the national number is essential, the rest is welcome."""
    places = {"userinfo": sign_in.claims.userinfo, "id_token": sign_in.claims.id_token}
    return {
        place: {name: {"essential": True} if name == sign_in.national_number_claim else None for name in names}
        for place, names in places.items()
        if names
    }


def _redeem(flow: Flow, code: str, sign_in: SignIn, issuer: Issuer, *, secret: str | None) -> dict[str, Any]:
    """The tokens for a code (OpenID Connect Core 1.0, section 3.1.3)."""
    metadata = issuer.metadata()
    if not metadata.token_endpoint:
        raise IssuerUnavailable
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": flow.callback,
        "code_verifier": flow.verifier,
    }
    basic = None
    if secret is None:
        form["client_id"] = sign_in.client_id
    elif "client_secret_basic" in metadata.token_endpoint_auth_methods:
        basic = (quote_plus(sign_in.client_id), quote_plus(secret))  # RFC 6749, section 2.3.1
    else:
        form |= {"client_id": sign_in.client_id, "client_secret": secret}

    def exchange(outward: Outward) -> Answer:
        return outward.post(metadata.token_endpoint, form, basic=basic)

    answer = issuer.ask(exchange)
    if answer.status >= 500 or answer.status == 429:
        raise IssuerUnavailable
    if answer.status != 200:
        raise BadToken(f"the token endpoint answers HTTP {answer.status}")
    try:
        tokens = read_json(answer.body)
    except ValueError:
        raise BadToken("the token endpoint's answer is not JSON") from None
    if not isinstance(tokens, dict) or str(tokens.get("token_type", "")).lower() != "bearer":
        raise BadToken("the token endpoint gave no bearer token")
    return tokens


def _base64url(digest: bytes) -> str:
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
