"""The userinfo endpoint (OpenID Connect Core 1.0, section 5.3): claims as JSON, or as a signed JWT."""

from typing import Any

from gateway.auth.issuers import Issuer
from gateway.auth.tokens import BadToken, userinfo_claims
from services.contracts.sign_in import SignIn
from services.contracts.strict_json import read_json

SIGNED = "application/jwt"


def read_userinfo(
    access_token: str, sign_in: SignIn, issuer: Issuer, *, now: float, seated: bool = True
) -> dict[str, Any]:
    """What the provider says of whoever the token was given for. Raises BadToken or IssuerUnavailable.

    A signed answer is verified as the provider's own, made for this town. The caller compares its `sub`. `seated` is as
    `Issuer.ask` has it.
    """
    address = issuer.metadata().userinfo_endpoint
    if not address:
        raise BadToken("no userinfo endpoint")
    accept = f"application/json, {SIGNED}"
    answer = issuer.ask(lambda outward: outward.get(address, bearer=access_token, accept=accept), seated=seated)
    if answer.status != 200:
        raise BadToken(f"userinfo answers HTTP {answer.status}")
    if answer.media_type == SIGNED:
        return userinfo_claims(answer.body.decode("latin-1").strip(), sign_in, issuer, now=now)
    if answer.media_type != "application/json":
        raise BadToken("userinfo is neither JSON nor a signed JWT")
    try:
        claims = read_json(answer.body)
    except ValueError:
        raise BadToken("userinfo is not JSON") from None
    if not isinstance(claims, dict) or not isinstance(claims.get("sub"), str):
        raise BadToken("userinfo names nobody")
    return claims
