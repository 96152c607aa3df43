"""How a town's citizens sign in: the part `sign_in` of a town's file (OpenID Connect Core 1.0, code flow).

What the three national providers want, `issuer` and `client_id` aside:

    # CSAM (FAS): the level is asked for, and checked
    scopes: [openid, profile, egovnrn]
    national_number_claim: egovNRN
    acr_values: ["urn:be:fedict:iam:fas:Level450"]
    acr_accepted: ["urn:be:fedict:iam:fas:Level450", "urn:be:fedict:iam:fas:Level500"]

    # ACM/IDM
    scopes: [openid, profile, rrn]
    national_number_claim: rrn

    # itsme: the scope names the service that was agreed on, the number is asked for in the request
    scopes: [openid, "service:OUR_SERVICE", eid]
    national_number_claim: http://itsme.services/v2/claim/BENationalNumber
    claims: {id_token: ["http://itsme.services/v2/claim/BENationalNumber"]}
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

SCOPES = ("openid", "profile", "email")

_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")
"""A scope-token of RFC 6749, section 3.3; names of claims and levels hold nothing else either."""


@dataclass(frozen=True, kw_only=True)
class ClaimsAsked:
    """Claims that the request names one by one (OpenID Connect Core 1.0, section 5.5), by where they are to be said."""

    userinfo: tuple[str, ...] = ()
    id_token: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """The identity provider, what it is asked for, and what its answer must hold.

    `acr_values` are the levels asked for, the preferred first. With `acr_accepted`, nobody comes in whose ID token
    names no level of those; without it, the levels asked for are those accepted. Where neither is given, the provider
    alone decides how sure it is of a citizen.
    """

    issuer: str
    client_id: str
    national_number_claim: str
    scopes: tuple[str, ...] = SCOPES
    claims: ClaimsAsked = field(default_factory=ClaimsAsked)
    acr_values: tuple[str, ...] = ()
    acr_accepted: tuple[str, ...] = ()

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels of which an ID token must name one; empty where the town demands none."""
        return self.acr_accepted or self.acr_values


def sign_in_problems(sign_in: SignIn) -> Iterator[tuple[str, str]]:
    """Each mistake as the field's name and its mend."""
    if mend := _issuer_problem(sign_in.issuer):
        yield "issuer", mend
    for name in ("client_id", "national_number_claim"):
        value = getattr(sign_in, name)
        if not value or not value.isprintable() or value != value.strip():
            yield name, "write it as the provider gave it, without spaces around it"
    lists = {
        "scopes": sign_in.scopes,
        "claims.userinfo": sign_in.claims.userinfo,
        "claims.id_token": sign_in.claims.id_token,
        "acr_values": sign_in.acr_values,
        "acr_accepted": sign_in.acr_accepted,
    }
    for name, values in lists.items():
        if wrong := [value for value in values if not _SCOPE.fullmatch(value)]:
            yield name, f"{wrong[0]!r} is not one value: write a list, each value apart, e.g. [openid, profile]"
        elif len(set(values)) != len(values):
            yield name, "a value stands here twice; write it once"
        elif name == "scopes" and "openid" not in values:
            yield name, "add openid: without it there is no ID token (OpenID Connect Core 1.0, section 3.1.2.1)"
    if sign_in.acr_accepted and (lower := [level for level in sign_in.acr_values if level not in sign_in.acr_accepted]):
        yield "acr_accepted", f"add {lower[0]}, which acr_values ask for, or ask for another level"


def _issuer_problem(issuer: str) -> str | None:
    try:
        parts = urlsplit(issuer)
        is_here = parts.hostname in ("127.0.0.1", "localhost", "::1")
        has_place = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return "an https address, as the provider's discovery document names it"
    if not has_place or not (parts.scheme == "https" or (parts.scheme == "http" and is_here)):
        return "an https address, as the provider's discovery document names it"
    if parts.query or parts.fragment or "@" in parts.netloc or not issuer.isascii() or not issuer.isprintable():
        return "only scheme, host and path (OpenID Connect Discovery 1.0, section 3)"
    return None
