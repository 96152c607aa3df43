"""Access tokens of departments: signed here, read here, for ten minutes (RFC 9068's claims; RFC 7519).

They are of a kind of their own (`typ`; RFC 8725, section 3.11), under keys that nothing else is signed with, and say
for which town they were made. What they say alone opens nothing: notify looks at each request whether it still holds.
"""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError

from gateway.auth.tokens import BadToken
from services.chassis.locking import KeyRing
from services.contracts.strict_json import read_json
from services.contracts.towns import Town

LIFETIME_S = 600
LEEWAY_S = 30

TYPE = "loket-department+jwt"
ALGORITHM = "HS256"
"""Who signs them is who reads them: a key that others could check them with would serve nobody."""


@dataclass(frozen=True, kw_only=True)
class Access:
    """A department, and the id of what it was admitted with. `thumbprint` is of the certificate without which nobody
    may use the token (RFC 8705, section 3), in hex; None where it has none.
    """

    department: str
    key: str
    thumbprint: str | None = None


class AccessTokens:
    """Signs and reads them, with keys that are derived from those of the sessions and turn with them."""

    def __init__(self, keys: KeyRing, *, new_id: Callable[[], str], clock: Callable[[], float] = time.time) -> None:
        self._keys = keys.derived("department tokens")
        self._new_id = new_id
        self._clock = clock

    def issue(self, access: Access, *, town: Town) -> str:
        """A token that is good at this town's own hosts."""
        now = int(self._clock())
        claims: dict[str, Any] = {
            "iss": town.address,
            "aud": town.address,
            "town": town.refnis,
            "sub": access.department,
            "client_id": access.department,
            "key": access.key,
            "jti": self._new_id(),
            "iat": now,
            "exp": now + LIFETIME_S,
        }
        if access.thumbprint:
            claims["cnf"] = {"x5t#S256": _encoded(access.thumbprint)}
        head = {"alg": ALGORITHM, "typ": TYPE, "kid": self._keys.current}
        return jws.serialize_compact(
            head, json.dumps(claims).encode(), self._keys[self._keys.current], algorithms=[ALGORITHM]
        )

    def read(self, token: str, *, town: Town, thumbprint: str | None) -> Access:
        """Whose it is, where it comes with this certificate or none. Raises BadToken."""
        claims = self._claims(token)
        if (claims.get("iss"), claims.get("aud"), claims.get("town")) != (town.address, town.address, town.refnis):
            raise BadToken("of another town")
        now = self._clock()
        if not claims["iat"] - LEEWAY_S <= now < claims["exp"]:
            raise BadToken("exp")
        bound_to = claims.get("cnf", {}).get("x5t#S256")
        if bound_to is not None and not (thumbprint and hmac.compare_digest(bound_to, _encoded(thumbprint))):
            raise BadToken("cnf")
        return Access(department=claims["sub"], key=claims["key"], thumbprint=thumbprint if bound_to else None)

    def _claims(self, token: str) -> Mapping[str, Any]:
        """Under one of our keys: then everything in it is as we wrote it."""
        if token.count(".") != 2 or not token.isascii():
            raise BadToken("not a signed token")
        try:
            found = jws.deserialize_compact(
                token, lambda seen: self._keys[str(seen.headers().get("kid"))], algorithms=[ALGORITHM]
            )
            if found.headers().get("typ") != TYPE:
                raise BadToken("typ")
            claims = read_json(found.payload)
        except (JoseError, ValueError, TypeError, KeyError, RecursionError):
            raise BadToken("signature") from None
        if not isinstance(claims, dict):
            raise BadToken("claims")
        return claims


def _encoded(thumbprint: str) -> str:
    return urlsafe_b64encode(bytes.fromhex(thumbprint)).rstrip(b"=").decode()
