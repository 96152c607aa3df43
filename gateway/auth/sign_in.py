"""Signing in and out in a browser."""

import time
from dataclasses import asdict, replace
from hashlib import sha256
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, Flask, current_app, make_response, redirect, request, session, url_for
from werkzeug.wrappers import Response

from gateway.addresses import local
from gateway.auth import callers
from gateway.auth.code_flow import Flow, claims_of_answer, question
from gateway.auth.cookies import SIGN_IN, Cookies
from gateway.auth.identity import Citizen, NoNationalNumber, caller_of
from gateway.auth.issuers import Issuer, Issuers, IssuerUnavailable
from gateway.auth.other_numbers import other_numbers
from gateway.auth.sessions import StandingSessions
from gateway.auth.tokens import BadToken
from gateway.language import language
from gateway.limits import limited
from gateway.problems import RETRY_AFTER_S, Problem, Unavailable, respond
from gateway.sentences import PROBLEMS
from gateway.tenancy import current_town

log = structlog.get_logger()

blueprint = Blueprint("sign_in", __name__, url_prefix="/sign-in")

FLOW_S = 600
"""How long one may take at the identity provider."""

MOST_FLOWS = 4
"""Sign-ins under way in one browser; the cookies of more would make its requests too long."""


def set_up(app: Flask) -> None:
    """The addresses under /sign-in."""
    app.register_blueprint(blueprint)


@blueprint.get("")
def begin() -> Response:
    """To the identity provider, in the reader's language; `?next=` is where to go afterwards, on this site only."""
    with limited(current_app.config["LOKET_SIGN_IN_LIMIT"], scope="sign-in"):
        after = _on_this_site(request.args.get("next", "/"))
        flow = Flow.begin(callback=url_for("sign_in.callback", _external=True), after=after)
        try:
            answer = redirect(question(flow, current_town().sign_in, _issuer(), language=language()), 302)
        except IssuerUnavailable:
            raise Unavailable from None
        _remember(flow, answer)
        return answer


@blueprint.get("/callback")
def callback() -> Response:
    """Back from the identity provider, in the browser that went there: a session of its own, under a new id.

    A code serves once. Who loads the page of a refusal again, or reads it in another language, is told the same.
    """
    cookies: Cookies = current_app.config["LOKET_COOKIES"]
    name = _flow_cookie(request.args.get("state", ""))
    kept = cookies.read(request, name, purpose=SIGN_IN)
    try:
        if "refused" in kept:
            raise Problem(kept["refused"])
        answer = _signed_in(kept.get("flow"))
    except Problem as problem:
        if PROBLEMS[problem.slug][0] == 503:
            raise  # nothing is lost: the same address may be tried again
        answer = make_response(respond(problem.slug, headers=problem.headers))
        if kept:
            until = kept["until"]
            held = {"until": until, "refused": problem.slug}
            cookies.write(answer, current_town(), name, held, purpose=SIGN_IN, until=until)
            return answer
    if name in request.cookies:
        cookies.drop(answer, name)
    return answer


@blueprint.post("/out")
def out() -> Response:
    """End the session, for whoever else has its cookie as well. The identity provider's own is left to it."""
    if callers.end_session():
        return redirect(local("home.read_home"), 303)
    return make_response(respond("sign-out-unfinished", headers={"Retry-After": str(RETRY_AFTER_S)}))


def _signed_in(kept: dict[str, str] | None) -> Response:
    """Raises Problem. The store is asked first: a code serves once, and nobody is let in whose session cannot stand."""
    town, answer = current_town(), request.args
    if not kept or any(len(answer.getlist(name)) > 1 for name in answer):
        raise _refused("no sign-in of this browser")
    flow = Flow(**kept)
    standing: StandingSessions = current_app.config["LOKET_SESSIONS"]
    now = time.time()
    try:
        standing.check()
        claims = claims_of_answer(
            flow,
            answer,
            town.sign_in,
            _issuer(),
            secret=current_app.config["LOKET_SIGN_IN_SECRETS"].get(town.refnis),
            now=now,
        )
        caller = caller_of(
            claims,
            national_number_claim=town.sign_in.national_number_claim,
            test_numbers=town.takes_test_numbers,
        )
        until = now + current_app.config["LOKET_SESSION_SECONDS"]
        id = standing.begin(town=town.refnis, until=until)
    except IssuerUnavailable:
        raise Unavailable from None
    except BadToken as error:
        raise _refused(str(error)) from None
    except NoNationalNumber:
        raise Problem("no-national-number") from None
    callers.end_session()  # of whoever was signed in here before
    session.clear()
    session.update({"id": id, "until": until})
    callers.keep(replace(caller, other_numbers=other_numbers(caller)) if isinstance(caller, Citizen) else caller)
    return redirect(flow.after, 303)


def _remember(flow: Flow, answer: Response) -> None:
    """In a cookie of its own, so that two sign-ins at once do not know each other; the oldest give way."""
    cookies: Cookies = current_app.config["LOKET_COOKIES"]
    until = time.time() + FLOW_S
    under_way = {
        name: cookies.read(request, name, purpose=SIGN_IN).get("until", 0.0)
        for name in cookies.names(request)
        if name.startswith(cookies.sign_in_prefix)
    }
    for name in sorted(under_way, key=lambda name: float(under_way[name]))[: max(0, len(under_way) - MOST_FLOWS + 1)]:
        cookies.drop(answer, name)
    held = {"until": until, "flow": asdict(flow)}
    cookies.write(answer, current_town(), _flow_cookie(flow.state), held, purpose=SIGN_IN, until=until)


def _flow_cookie(state: str) -> str:
    cookies: Cookies = current_app.config["LOKET_COOKIES"]
    return cookies.sign_in_prefix + sha256(state.encode()).hexdigest()[:16]


def _issuer() -> Issuer:
    issuers: Issuers = current_app.config["LOKET_ISSUERS"]
    return issuers.of(current_town().sign_in.issuer)


def _on_this_site(target: str) -> str:
    """A path here, never another host: `//elsewhere` and `https:` are not followed."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return "/"
    is_path = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return target if is_path and target.isprintable() and len(target) <= 300 else "/"


def _refused(reason: str) -> Problem:
    log.info("sign_in_refused", reason=reason, town=current_town().refnis)
    return Problem("sign-in-failed")
