"""What signed tokens say: access tokens (RFC 9068), ID tokens and userinfo (OpenID Connect Core 1.0).

One kind is never taken for another: each has its own `typ`, or its own claims (RFC 8725, sections 3.11 and 3.12).
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from gateway.auth.issuers import Issuer
from services.contracts.sign_in import SignIn
from services.contracts.strict_json import read_json

ALGORITHMS = {
    **{f"{family}{bits}": "RSA" for family in ("RS", "PS") for bits in (256, 384, 512)},
    **{f"ES{bits}": "EC" for bits in (256, 384, 512)},
    "Ed25519": "OKP",
}
"""Signatures with a public key only, and the kind of key: never `none`, never HMAC (RFC 8725, sections 3.1 and 3.2)."""

ACCESS_TOKEN = frozenset({"at+jwt", "application/at+jwt"})
LEEWAY_S = 30
LONGEST_SUBJECT = 255


class BadToken(Exception):
    """The token is not what it should be. The text says why: for our log, never for whom it came from."""


def access_token_claims(token: str, sign_in: SignIn, issuer: Issuer, *, now: float) -> dict[str, Any]:
    """RFC 9068, sections 2.2 and 4. Raises BadToken or IssuerUnavailable."""
    header, claims = _verified(token, issuer)
    if str(header.get("typ", "")).lower() not in ACCESS_TOKEN:
        raise BadToken("no access token")  # an ID token is for signing in, not for calling an API
    _check(claims, sign_in, now=now)
    for name in ("sub", "client_id", "jti"):
        _text(claims, name)
    if claims["sub"] == claims["client_id"]:
        raise BadToken("a program's own, of no person")  # RFC 9068, section 5
    if "nonce" in claims or "at_hash" in claims:
        raise BadToken("an ID token")
    return claims


def id_token_claims(
    token: str, sign_in: SignIn, issuer: Issuer, *, nonce: str, access_token: str, now: float
) -> dict[str, Any]:
    """OpenID Connect Core 1.0, section 3.1.3.7, and the level that the town demands. Raises BadToken or
    IssuerUnavailable.
    """
    header, claims = _verified(token, issuer)
    if str(header.get("typ", "JWT")).lower() in ACCESS_TOKEN:
        raise BadToken("an access token")
    _check(claims, sign_in, now=now)
    _text(claims, "sub")
    shared = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if ("azp" in claims or shared) and claims.get("azp") != sign_in.client_id:
        raise BadToken("azp")
    said = claims.get("nonce")
    if not isinstance(said, str) or not hmac.compare_digest(said.encode(), nonce.encode()):
        raise BadToken("nonce")
    if "at_hash" in claims and claims["at_hash"] != _half_hash(access_token, header["alg"]):
        raise BadToken("at_hash")
    if sign_in.levels and claims.get("acr") not in sign_in.levels:
        raise BadToken("acr")
    return claims


def unlocked(token: str, secret: str | None) -> str:
    """A signed token out of the one that was encrypted with the client secret, as itsme does (OpenID Connect Core 1.0,
    section 10.2: `dir`, with the secret's SHA-256). What is only signed is handed back as it is. Raises BadToken.
    """
    if token.count(".") != 4:
        return token
    if secret is None:
        raise BadToken("encrypted, and this town has no client secret")
    try:
        key = OctKey.import_key(hashlib.sha256(secret.encode()).digest())
        plaintext = jwe.decrypt_compact(token, key, algorithms=["dir", "A256GCM"]).plaintext
    except (JoseError, ValueError, TypeError, KeyError):
        raise BadToken("encrypted otherwise than with the client secret: have the provider sign it only") from None
    return (plaintext or b"").decode("latin-1")


def userinfo_claims(token: str, sign_in: SignIn, issuer: Issuer, *, now: float) -> dict[str, Any]:
    """Userinfo as a signed JWT (OpenID Connect Core 1.0, section 5.3.2). Raises BadToken or IssuerUnavailable."""
    if token.count(".") == 4:
        raise BadToken("encrypted userinfo: have the provider sign it only")
    header, claims = _verified(token, issuer)
    if str(header.get("typ", "JWT")).lower() in ACCESS_TOKEN:
        raise BadToken("an access token")
    _check(claims, sign_in, now=now, lasting=True)
    return claims


def _verified(token: str, issuer: Issuer) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims under the issuer's own keys: keys and addresses in a header (`jwk`, `jku`, `x5u`, `x5c`) are
    not looked at (RFC 8725, section 3.10). Raises BadToken or IssuerUnavailable.
    """
    if token.count(".") != 2 or not token.isascii():
        raise BadToken("not a signed token")
    header = _object(token.partition(".")[0])
    algorithm, kid = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise BadToken("alg")
    if "crit" in header or "b64" in header:
        raise BadToken("crit")  # no extension is understood here (RFC 7515, section 4.1.11)
    if not (kid is None or isinstance(kid, str)):
        raise BadToken("kid")
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    for key in issuer.keys(kid):
        if key.key_type != ALGORITHMS[algorithm] or key.get("alg", algorithm) != algorithm:
            continue
        try:
            payload = jws.deserialize_compact(token, key, registry=registry).payload
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        return header, _json_object(payload)
    raise BadToken("signature")


def _check(claims: Mapping[str, Any], sign_in: SignIn, *, now: float, lasting: bool = False) -> None:
    """Who said it, for whom, and when. `lasting` is userinfo, which need not say when."""
    if claims.get("iss") != sign_in.issuer:
        raise BadToken("iss")
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if sign_in.client_id not in audiences:
        raise BadToken("aud")
    if (not lasting or "exp" in claims) and _moment(claims, "exp") + LEEWAY_S <= now:
        raise BadToken("exp")
    if (not lasting or "iat" in claims) and _moment(claims, "iat") - LEEWAY_S > now:
        raise BadToken("iat")
    if "nbf" in claims and _moment(claims, "nbf") - LEEWAY_S > now:
        raise BadToken("nbf")


def _moment(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadToken(name)
    return value


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_SUBJECT:
        raise BadToken(name)
    return value


def _half_hash(access_token: str, algorithm: str) -> str:
    """OpenID Connect Core 1.0, section 3.1.3.6."""
    name = f"sha{algorithm[2:]}" if algorithm[2:] in ("256", "384", "512") else "sha512"
    digest = hashlib.new(name, access_token.encode()).digest()
    return urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


def _object(part: str) -> dict[str, Any]:
    try:
        return _json_object(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError:
        raise BadToken("not base64url") from None


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = read_json(body)
    except ValueError:
        raise BadToken("not JSON") from None
    if not isinstance(value, dict):
        raise BadToken("not an object")
    return value
