"""What a town would look like if what an officer has chosen were published: a page, a certificate, a mail."""

import base64
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, current_app, g, make_response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from gateway.asking import ask
from gateway.auth.callers import require_officer
from gateway.language import language
from gateway.limits import by_officer, limited
from gateway.officers import drafting
from gateway.portal import assets, home, notices, verification
from gateway.portal.signing_in import signed_in_first
from gateway.problems import Problem
from gateway.security import FRAMED
from gateway.tenancy import current_town
from services.contracts.documents import PreviewCertificate
from services.contracts.notify import PreviewMail

blueprint = Blueprint("previews", __name__, url_prefix="/setup/preview")

PAGES: dict[str, Callable[[], str | Response]] = {
    "home": home.read_home,
    "check": verification.read_form,
    "accessibility": notices.read_accessibility,
    "privacy": notices.read_privacy,
}
"""Of the portal, that may be looked at so."""

MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""A mail brings its styles with it."""


@blueprint.before_request
def know_the_officer() -> BaseResponse | None:
    """Before anything else."""
    g.look = replace(assets.look(), is_drawn=True)
    return signed_in_first(require_officer)


@blueprint.after_request
def tell_in_the_frame(answer: BaseResponse) -> BaseResponse:
    """Why there is nothing to look at now; a browser's own page would say that we cannot be trusted."""
    if answer.status_code >= HTTPStatus.BAD_REQUEST:
        answer.headers.update(FRAMED)
    return answer


@blueprint.get("/page/<name>")
def read_page(name: str) -> Response:
    """A page of the portal, as somebody sees it who is not signed in."""
    if name not in PAGES:
        raise Problem("not-found")
    g.town = drafting.sound(drafting.chosen())
    g.look = assets.Look(colours=_address("read_colours"), logo=_address("read_logo"), is_drawn=True)
    g.caller = None
    return _framed(PAGES[name]())


@blueprint.get("/town.css")
def read_colours() -> Response:
    """The colours of such a page."""
    css = assets.style_of(drafting.sound(drafting.chosen()).colours)
    return Response(css, content_type="text/css; charset=utf-8")


@blueprint.get("/logo")
def read_logo() -> Response:
    """Its logo."""
    return assets.drawing(drafting.sound_setup(drafting.chosen()).logo.encode(), {})


@blueprint.get("/certificate.png")
def read_certificate() -> Response:
    """The first page of a specimen, in the reader's language where the town has it."""
    with limited(current_app.config["LOKET_PREVIEWS_LIMIT"], scope="previews", key=by_officer):
        picture = ask(PreviewCertificate(**_asked()))
        return Response(base64.b64decode(picture.png), content_type="image/png")


@blueprint.get("/mail")
def read_mail() -> Response:
    """The mail that a certificate is ready, as a page."""
    with limited(current_app.config["LOKET_PREVIEWS_LIMIT"], scope="previews", key=by_officer):
        mail = ask(PreviewMail(**_asked()))
        answer = _framed(mail.html)
        answer.headers["Content-Security-Policy"] = MAIL_POLICY
        return answer


def _asked() -> dict[str, Any]:
    setup = drafting.sound_setup(drafting.chosen())
    languages = setup.of_town(current_town()).languages
    reader = language()
    chosen = reader if reader in languages else languages[0]
    return {"town": current_town().refnis, "setup": setup, "language": chosen}


def _address(endpoint: str) -> str:
    """With what tells one draft from the next."""
    return url_for(f"previews.{endpoint}", r=request.args.get("r", ""))


def _framed(page: str | Response) -> Response:
    answer = make_response(page)
    answer.headers.update(FRAMED)
    return answer
