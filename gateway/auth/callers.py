"""Who calls: from the Authorization header, else from the session."""

from flask import current_app, g, request, session

from gateway.auth.bearers import bearer_claims
from gateway.auth.identity import Caller, Citizen, NoNationalNumber, Officer, caller_of
from gateway.auth.issuers import Issuers, IssuerUnavailable
from gateway.auth.sessions import SessionsAway, StandingSessions
from gateway.auth.tokens import BadToken
from gateway.problems import Problem, Unavailable
from gateway.tenancy import current_town

LONGEST_TOKEN = 8192


def current_caller(*, in_use: bool = True) -> Caller | None:
    """None where nobody is signed in. `in_use` is False for a page that looks again by itself: it keeps no session
    from idling out.

    Raises Problem for a token that is not valid, and SessionsAway where nobody can say whether the session stands.
    """
    if "caller" not in g:
        g.caller = _from_header() if "Authorization" in request.headers else _from_session(in_use=in_use)
    caller: Caller | None = g.caller
    return caller


def require_caller(*, in_use: bool = True) -> Caller:
    """Raises Problem `not-signed-in`, and what `current_caller` raises."""
    caller = current_caller(in_use=in_use)
    if caller is None:
        raise Problem("not-signed-in")
    return caller


def require_citizen(*, in_use: bool = True) -> Citizen:
    """Raises Problem `not-signed-in` or `citizens-only`, and what `current_caller` raises."""
    caller = require_caller(in_use=in_use)
    if isinstance(caller, Officer):
        raise Problem("citizens-only")
    return caller


def require_officer() -> Officer:
    """Raises Problem `not-signed-in` or `officers-only`, and what `current_caller` raises."""
    caller = require_caller()
    if isinstance(caller, Citizen):
        raise Problem("officers-only")
    return caller


def still_citizen() -> None:
    """For an answer that lasts: as `require_citizen`, asked anew and not as somebody's use of the session."""
    forget()
    require_citizen(in_use=False)


def forget() -> None:
    """Have the next question about the caller look anew."""
    g.pop("caller", None)


def keep(caller: Caller) -> None:
    """Put the caller into the session."""
    if isinstance(caller, Citizen):
        session["citizen"] = {
            "national_number": caller.national_number,
            "email": caller.email,
            "other_numbers": list(caller.other_numbers),
        }
    else:
        session["officer"] = {"name": caller.name}


def end_session() -> bool:
    """End this browser's session for good. False where the store is away: then the browser forgets who it was, and
    keeps the id alone, so that signing out again ends it.
    """
    id, until = session.get("id") or session.get("leaving"), session.get("until")
    session.clear()
    if id is None:
        return True
    try:
        _standing().end(id)
    except SessionsAway:
        session.update({"leaving": id, "until": until})
        return False
    return True


def _from_session(*, in_use: bool) -> Caller | None:
    id = session.get("id")
    if not isinstance(id, str):
        return None
    if not _standing().stands(id, town=current_town().refnis, in_use=in_use):
        session.clear()
        return None
    if "citizen" in session:
        kept = session["citizen"]
        return Citizen(**{**kept, "other_numbers": tuple(kept.get("other_numbers", ()))})
    if "officer" in session:
        return Officer(**session["officer"])
    return None


def _standing() -> StandingSessions:
    standing: StandingSessions = current_app.config["LOKET_SESSIONS"]
    return standing


def _from_header() -> Caller:
    scheme, _, token = request.headers["Authorization"].partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or len(token) > LONGEST_TOKEN or not token.isascii():
        raise Problem("bad-token")
    issuers: Issuers = current_app.config["LOKET_ISSUERS"]
    town = current_town()
    sign_in = town.sign_in
    try:
        claims = bearer_claims(token, sign_in, issuers, opaque_allowed=current_app.config["LOKET_OPAQUE_TOKENS"])
    except BadToken:
        raise Problem("bad-token") from None
    except IssuerUnavailable:
        raise Unavailable from None
    try:
        return caller_of(
            claims,
            national_number_claim=sign_in.national_number_claim,
            test_numbers=town.takes_test_numbers,
        )
    except NoNationalNumber:
        raise Problem("no-national-number") from None
