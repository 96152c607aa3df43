"""Signing in and out in a browser: OpenID Connect's code flow with PKCE (RFC 7636), by Authlib."""

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
import structlog
from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Blueprint, Flask, current_app, redirect, request, session, url_for
from joserfc.errors import JoseError
from werkzeug.wrappers import Response

from gateway.auth.callers import current_caller, keep
from gateway.auth.identity import Caller, NoNationalNumber, caller_of
from gateway.limits import limited
from gateway.problems import RETRY_AFTER_S, Problem
from gateway.tenancy import Towns, current_town

log = structlog.get_logger()

blueprint = Blueprint("sign_in", __name__, url_prefix="/sign-in")


def set_up(app: Flask, towns: Towns, *, secrets: Mapping[str, str]) -> None:
    """One client per town; nothing is fetched before somebody signs in."""
    oauth = OAuth(app)
    for town in towns.by_refnis.values():
        secret = secrets.get(town.refnis)
        oauth.register(
            town.refnis,
            server_metadata_url=f"{town.sign_in.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_id=town.sign_in.client_id,
            client_secret=secret,
            client_kwargs={
                "scope": "openid profile email",
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": "client_secret_basic" if secret else "none",
                "default_timeout": 5,
            },
        )
    app.config["LOKET_OAUTH"] = oauth
    app.register_blueprint(blueprint)


@blueprint.get("")
def begin() -> Response:
    """To the identity provider; `?next=` is where to go afterwards, on this site only."""
    with limited(current_app.config["LOKET_SIGN_IN_LIMIT"], scope="sign-in"):
        session["next"] = _on_this_site(request.args.get("next", "/"))
        client = _client()
        callback = url_for("sign_in.callback", _external=True)
        try:
            answer: Response = client.authorize_redirect(callback)
        except (requests.RequestException, ValueError, RuntimeError) as error:
            raise _away(error) from error
        return answer


@blueprint.get("/callback")
def callback() -> Response:
    """Back from the identity provider: the session is made anew, with the caller in it and nothing else."""
    after = _on_this_site(session.get("next", "/"))
    try:
        token = _client().authorize_access_token()
    except (OAuthError, JoseError, KeyError, TypeError) as error:
        log.info("sign_in_refused", error=type(error).__name__, town=current_town().refnis)
        raise Problem("sign-in-failed") from None
    except (requests.RequestException, ValueError, RuntimeError) as error:
        raise _away(error) from error
    session.clear()
    keep(_caller(token))
    session["until"] = time.time() + current_app.config["LOKET_SESSION_SECONDS"]
    return redirect(after, 303)


@blueprint.post("/out")
def out() -> Response:
    """Forget the session. The identity provider's own is left to it."""
    current_caller()
    session.clear()
    return redirect("/", 303)


def _client() -> Any:
    oauth: OAuth = current_app.config["LOKET_OAUTH"]
    return oauth.create_client(current_town().refnis)


def _caller(token: dict[str, object]) -> Caller:
    """Some providers say the national number in the ID token, others only at their userinfo endpoint."""
    claim = current_town().sign_in.national_number_claim
    claims = token.get("userinfo")
    if not isinstance(claims, dict):
        raise Problem("sign-in-failed")
    try:
        return caller_of(claims, national_number_claim=claim)
    except NoNationalNumber:
        pass
    try:
        more = _client().userinfo(token=token)
        if more.get("sub") != claims.get("sub"):  # OpenID Connect Core 1.0, section 5.3.2
            raise Problem("sign-in-failed")
        return caller_of({**claims, **more}, national_number_claim=claim)
    except (NoNationalNumber, requests.RequestException, KeyError, ValueError):
        raise Problem("no-national-number") from None


def _on_this_site(target: str) -> str:
    """A path here, never another host: `//elsewhere` and `https:` are not followed."""
    parts = urlsplit(target)
    is_path = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return target if is_path and target.isprintable() and len(target) <= 300 else "/"


def _away(error: Exception) -> Problem:
    log.warning("identity_provider_away", error=type(error).__name__, town=current_town().refnis)
    return Problem("service-unavailable", headers={"Retry-After": str(RETRY_AFTER_S)})
