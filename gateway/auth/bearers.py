"""What a bearer access token says, before who it is of."""

from typing import Any

from gateway.auth.issuers import Issuers
from gateway.auth.tokens import BadToken, access_token_claims
from gateway.auth.userinfo import read_userinfo
from services.contracts.sign_in import SignIn


def bearer_claims(token: str, sign_in: SignIn, issuers: Issuers, *, opaque_allowed: bool) -> dict[str, Any]:
    """Raises BadToken or IssuerUnavailable.

    `opaque_allowed` is the demonstration, whose provider gives tokens that only it can read. They do not say for whom
    they were made, so that a token for any other program would serve: never in production.
    """
    issuer, now = issuers.of(sign_in.issuer), issuers.clock()
    if token.count(".") == 2:
        return access_token_claims(token, sign_in, issuer, now=now)
    if opaque_allowed:
        return read_userinfo(token, sign_in, issuer, now=now, seated=False)
    raise BadToken("opaque")
