"""Bearer tokens of the demonstration's identity provider, through the same code flow as a browser (OpenID Connect)."""

import secrets
from urllib.parse import parse_qs, urlsplit

import httpx

from deploy.demo.generator.hard_cases import HARD_CASES
from deploy.demo.people import address_of, citizen_claims, number_of, officer_claims, sub_of
from deploy.demo.secrets import demo_secrets
from deploy.local.control import Control
from deploy.local.embedded.part import PartError
from deploy.local.stack import Stack
from services.contracts.towns import Town

CALLBACK = "http://127.0.0.1/callback"
"""Never fetched: the code is read from the redirect."""


def citizen_token(stack: Stack, town: Town, citizen: str) -> str:
    """A token that says who the citizen with this national number, or this key in HARD_CASES, is. Raises PartError."""
    digits = number_of(citizen)
    if digits is None:
        raise PartError(
            "that is no national number (eleven digits such as 85.07.30-033.28, check digits included) and no key of"
            " deploy/demo/HARD_CASES.md, such as demo-citizen"
        )
    sub = sub_of(digits, issuer=stack.issuer)
    claims = citizen_claims(digits, email=address_of(sub), claim_names={town.sign_in.national_number_claim})
    return _token(stack, town, sub, claims)


def officer_token(stack: Stack, town: Town, name: str) -> str:
    """A token of town staff. Raises PartError."""
    return _token(stack, town, name, officer_claims())


def _token(stack: Stack, town: Town, sub: str, claims: dict[str, object]) -> str:
    if not stack.is_embedded("sign-in") or stack.profile != "demo":
        raise PartError("tokens are given out by the demonstration only; here the town's identity provider does")
    Control(stack).require("sign-in")
    secret = demo_secrets(stack.var, towns=[town.refnis])[f"LOKET_SIGN_IN_{town.refnis}_SECRET"]
    with httpx.Client(base_url=stack.issuer, timeout=10, trust_env=False) as provider:
        try:
            introduce(provider, sub, claims)
            return code_flow(provider, client_id=town.sign_in.client_id, secret=secret, sub=sub)
        except httpx.HTTPError as error:
            raise PartError(f"the demonstration's sign-in does not answer ({error}); see `loket status`") from None


def introduce(provider: httpx.Client, sub: str, claims: dict[str, object]) -> None:
    """Tell the provider who `sub` is, unless it knows them from the start."""
    if sub not in HARD_CASES:
        provider.put(f"/users/{sub}", json=claims).raise_for_status()


def code_flow(provider: httpx.Client, *, client_id: str, secret: str, sub: str) -> str:
    """An access token for whom the provider knows as `sub`. Raises PartError, and httpx.HTTPError."""
    question = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": CALLBACK,
        "scope": "openid email",
        "state": secrets.token_urlsafe(16),
        "nonce": secrets.token_urlsafe(16),
    }
    answer = provider.post("/oauth2/authorize", params=question, data={"sub": sub})
    code = parse_qs(urlsplit(answer.headers.get("Location", "")).query).get("code")
    if not code:
        raise PartError(
            f"the demonstration's sign-in gave no code (HTTP {answer.status_code}); see `loket logs sign-in`"
        )
    grant = {
        "grant_type": "authorization_code",
        "code": code[0],
        "redirect_uri": CALLBACK,
    }
    token = provider.post("/oauth2/token", data=grant, auth=(client_id, secret))
    token.raise_for_status()
    return str(token.json()["access_token"])
