"""Identity providers: their discovery document, their keys, and what their tokens say."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from services.contracts.towns import SignIn

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519")
"""Signatures with a public key only: never `none`, never HMAC (RFC 8725, sections 3.1 and 3.2)."""

LEEWAY_S = 30
FRESH_S = 600
REFRESH_PAUSE_S = 10
"""An unknown key id has the keys fetched again, but no more often than this."""


class BadToken(Exception):
    """The token is not what it should be; why is told to nobody."""


class IssuerUnavailable(Exception):
    """The identity provider does not answer."""


@dataclass
class _Known:
    metadata: dict[str, Any] = field(default_factory=dict)
    keys: KeySet | None = None
    fetched: float = float("-inf")


class Issuers:
    """All identity providers of this deployment, each fetched when first needed and kept for a while."""

    def __init__(
        self, *, opaque_allowed: bool = False, http: httpx.Client | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self._known: dict[str, _Known] = {}
        self._lock = threading.Lock()
        self._http = http or httpx.Client(timeout=5, follow_redirects=False)
        self._clock = clock
        self._opaque_allowed = opaque_allowed

    def claims(self, token: str, sign_in: SignIn) -> dict[str, Any]:
        """What a bearer access token says. Raises BadToken or IssuerUnavailable."""
        if token.count(".") == 2:
            return self._signed(token, sign_in)
        if self._opaque_allowed:
            return self._userinfo(token, sign_in)
        raise BadToken

    def _signed(self, token: str, sign_in: SignIn) -> dict[str, Any]:
        try:
            decoded = self._decode(token, sign_in.issuer)
        except (JoseError, ValueError, KeyError, TypeError):
            raise BadToken from None
        claims = dict(decoded.claims)
        self._check(claims, sign_in)
        return claims

    def _decode(self, token: str, issuer: str) -> jwt.Token:
        try:
            return jwt.decode(token, self._keys(issuer), algorithms=ALGORITHMS)
        except InvalidKeyIdError:
            return jwt.decode(token, self._keys(issuer, again=True), algorithms=ALGORITHMS)

    def _check(self, claims: dict[str, Any], sign_in: SignIn) -> None:
        """RFC 9068, section 4. An ID token (it has a nonce or a hash) is for signing in, not for calling an API."""
        now = self._clock()
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        expires, begins = claims.get("exp"), claims.get("nbf", 0)
        if (
            claims.get("iss") != sign_in.issuer
            or sign_in.client_id not in audiences
            or not isinstance(expires, int | float)
            or not isinstance(begins, int | float)
            or expires + LEEWAY_S <= now
            or begins - LEEWAY_S > now
            or "nonce" in claims
            or "at_hash" in claims
        ):
            raise BadToken

    def _userinfo(self, token: str, sign_in: SignIn) -> dict[str, Any]:
        """The demo's provider gives opaque tokens. They do not say for whom they were made: never in production."""
        address = self._metadata(sign_in.issuer).get("userinfo_endpoint", "")
        try:
            answer = self._http.get(address, headers={"Authorization": f"Bearer {token}"})
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise IssuerUnavailable from error
        if answer.status_code >= 500:
            raise IssuerUnavailable
        if answer.status_code != 200:
            raise BadToken
        claims = answer.json()
        if not isinstance(claims, dict):
            raise BadToken
        return claims

    def _metadata(self, issuer: str) -> dict[str, Any]:
        return self._fresh(issuer).metadata

    def _keys(self, issuer: str, *, again: bool = False) -> KeySet:
        keys = self._fresh(issuer, again=again).keys
        assert keys is not None
        return keys

    def _fresh(self, issuer: str, *, again: bool = False) -> _Known:
        with self._lock:
            known = self._known.get(issuer, _Known())
            age = self._clock() - known.fetched
            if age < (REFRESH_PAUSE_S if again else FRESH_S):
                return known
            try:
                self._known[issuer] = self._fetch(issuer)
            except (httpx.HTTPError, ValueError, KeyError, TypeError, JoseError) as error:
                if known.keys is None:
                    raise IssuerUnavailable from error
                known.fetched = self._clock() - FRESH_S + REFRESH_PAUSE_S  # what we have serves until it answers again
                return known
            return self._known[issuer]

    def _fetch(self, issuer: str) -> _Known:
        """OpenID Connect Discovery 1.0, sections 4.2 and 4.3."""
        metadata = self._http.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration").raise_for_status().json()
        if metadata["issuer"] != issuer:
            raise ValueError("another issuer answers")
        keys = self._http.get(metadata["jwks_uri"]).raise_for_status().json()
        return _Known(metadata=metadata, keys=KeySet.import_key_set(keys), fetched=self._clock())
