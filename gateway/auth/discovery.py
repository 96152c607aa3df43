"""A provider's discovery document and key set (OpenID Connect Discovery 1.0; RFC 7517), read strictly."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey

from gateway.auth.outward import NoAnswer, Outward
from services.contracts.strict_json import read_json

Key = RSAKey | ECKey | OKPKey

RSA_BITS = (2048, 8192)
"""Shorter is broken (RFC 7518, section 3.3); longer costs whoever verifies."""


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """What a discovery document says (section 3); what it leaves out is empty."""

    authorization_endpoint: str = ""
    token_endpoint: str = ""
    userinfo_endpoint: str = ""
    token_endpoint_auth_methods: tuple[str, ...] = ("client_secret_basic",)
    names_itself: bool = False
    """Its answers to the browser bear `iss` (RFC 9207)."""


@dataclass(frozen=True, kw_only=True)
class Discovered:
    """`fetched` is in seconds since 1970."""

    metadata: Metadata
    keys: tuple[Key, ...]
    fetched: float


def discover(issuer: str, outward: Outward, *, now: float) -> Discovered:
    """Sections 4.2 and 4.3. Raises NoAnswer, or ValueError for an answer that cannot be used."""
    found = _document(f"{issuer.rstrip('/')}/.well-known/openid-configuration", outward)
    if found.get("issuer") != issuer:
        raise ValueError("another issuer answers")
    methods = found.get("token_endpoint_auth_methods_supported")
    metadata = Metadata(
        authorization_endpoint=_endpoint(found, "authorization_endpoint", issuer),
        token_endpoint=_endpoint(found, "token_endpoint", issuer),
        userinfo_endpoint=_endpoint(found, "userinfo_endpoint", issuer),
        token_endpoint_auth_methods=(
            tuple(map(str, methods)) if isinstance(methods, list) else Metadata.token_endpoint_auth_methods
        ),
        names_itself=found.get("authorization_response_iss_parameter_supported") is True,
    )
    keys = _usable_keys(_document(_endpoint(found, "jwks_uri", issuer), outward))
    if not keys:
        raise ValueError("no usable key")
    return Discovered(metadata=metadata, keys=keys, fetched=now)


def _document(address: str, outward: Outward) -> dict[str, Any]:
    answer = outward.get(address)
    if answer.status != 200:
        raise NoAnswer(f"HTTP {answer.status}")
    document = read_json(answer.body)
    if isinstance(document, dict):
        return document
    raise ValueError("not an object")


def _endpoint(found: dict[str, Any], name: str, issuer: str) -> str:
    """https like the issuer itself; plain http only where the issuer is, which a town's file allows here alone."""
    address = found.get(name, "")
    if isinstance(address, str):
        parts = urlsplit(address)
        if not address or (parts.scheme in ("https", urlsplit(issuer).scheme) and parts.netloc):
            return address
    raise ValueError(f"{name} is not an address")


def _usable_keys(found: dict[str, Any]) -> tuple[Key, ...]:
    """Public keys to verify with; what is not understood is passed over (RFC 7517, section 5)."""
    shown = found.get("keys")
    keys = [_key(each) for each in shown] if isinstance(shown, list) else []
    return tuple(key for key in keys if key is not None)


def _key(shown: Any) -> Key | None:
    if not isinstance(shown, dict) or shown.get("use", "sig") != "sig" or "verify" not in _operations(shown):
        return None
    try:
        key = JWKRegistry.import_key(shown)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    if isinstance(key, RSAKey):
        return key if RSA_BITS[0] <= key.raw_value.key_size <= RSA_BITS[1] else None
    return key if isinstance(key, ECKey | OKPKey) else None


def _operations(shown: dict[str, Any]) -> list[Any]:
    operations = shown.get("key_ops", ["verify"])
    return operations if isinstance(operations, list) else []
