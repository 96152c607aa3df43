"""Who calls: from the Authorization header, else from the session."""

import hmac
from hashlib import sha256
from urllib.parse import urlsplit

from flask import current_app, g, request, session

from gateway.auth.identity import Caller, Citizen, NoNationalNumber, Officer, caller_of
from gateway.auth.issuers import BadToken, Issuers, IssuerUnavailable
from gateway.problems import RETRY_AFTER_S, Problem
from gateway.tenancy import current_town

_SAFE = {"GET", "HEAD", "OPTIONS"}
LONGEST_TOKEN = 8192


def current_caller() -> Caller | None:
    """None where nobody is signed in. Raises Problem for a token that is not valid, or a change from another site."""
    if "caller" not in g:
        g.caller = _from_header() if "Authorization" in request.headers else _from_session()
    caller: Caller | None = g.caller
    return caller


def require_caller() -> Caller:
    """Raises Problem `not-signed-in`."""
    caller = current_caller()
    if caller is None:
        raise Problem("not-signed-in")
    return caller


def require_citizen() -> Citizen:
    """Raises Problem `not-signed-in` or `citizens-only`."""
    caller = require_caller()
    if isinstance(caller, Officer):
        raise Problem("citizens-only")
    return caller


def pseudonym() -> str:
    """The citizen in a form that a counter may keep: nothing can be guessed back without the key."""
    key: bytes = current_app.config["LOKET_PSEUDONYM_KEY"]
    known = f"{current_town().refnis}:{require_citizen().national_number}"
    return hmac.new(key, known.encode(), sha256).hexdigest()[:32]


def keep(caller: Caller) -> None:
    """Put the caller, and nothing else, into the session."""
    if isinstance(caller, Citizen):
        session["citizen"] = {"national_number": caller.national_number, "email": caller.email}
    else:
        session["officer"] = {"name": caller.name}


def _from_session() -> Caller | None:
    if "until" not in session:
        return None
    if request.method not in _SAFE and not _is_same_origin():
        raise Problem("cross-site")
    if "citizen" in session:
        return Citizen(**session["citizen"])
    if "officer" in session:
        return Officer(**session["officer"])
    return None


def _is_same_origin() -> bool:
    """Browsers tell where a change comes from (Fetch Metadata; RFC 6454), and no page can make them lie."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    origin = request.headers.get("Origin", "")
    return bool(origin) and urlsplit(origin).netloc == request.host


def _from_header() -> Caller:
    scheme, _, token = request.headers["Authorization"].partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or len(token) > LONGEST_TOKEN or not token.isascii():
        raise Problem("bad-token")
    issuers: Issuers = current_app.config["LOKET_ISSUERS"]
    sign_in = current_town().sign_in
    try:
        claims = issuers.claims(token, sign_in)
    except BadToken:
        raise Problem("bad-token") from None
    except IssuerUnavailable:
        raise Problem("service-unavailable", headers={"Retry-After": str(RETRY_AFTER_S)}) from None
    try:
        return caller_of(claims, national_number_claim=sign_in.national_number_claim)
    except NoNationalNumber:
        raise Problem("no-national-number") from None
