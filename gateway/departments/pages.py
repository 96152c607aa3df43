"""The pages of a department: what it receives and why, how its webhooks get on, and what it may have done by itself."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import wraps
from typing import Any

from flask import Blueprint, current_app, g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from gateway.addresses import local
from gateway.counter.products import title_of
from gateway.departments import browsing, own
from gateway.limits import limited
from gateway.paths import READING
from gateway.problems import Problem
from gateway.resources.parameters import CURSOR, Wrong, cursor_of
from gateway.sentences import LOOKED_AT
from gateway.tenancy import current_town
from services.contracts.department_webhooks import MOST_OVERLAP_HOURS, DeliveryPlace, Progress, WebhookState
from services.contracts.departments import LONGEST_SECRET, is_department_id
from services.contracts.errors import NotAdmitted, WebhookDisabled
from services.contracts.feed_schemas import told_events
from services.contracts.notify import Pass

blueprint = Blueprint("department_pages", __name__, url_prefix="/department", template_folder="templates")

OVERLAPS = (0, 24, 7 * 24, MOST_OVERLAP_HOURS)
"""Hours for which the key before signs as well, to choose from."""

Page = Callable[..., Response]


def of_department(page: Page) -> Page:
    """A page that needs a department to be signed in; who is not, or is let in no more, signs in first."""

    @wraps(page)
    def shown(**values: Any) -> Response:
        asked_by = browsing.signed_in()
        if asked_by is None:
            if request.method not in READING:
                raise Problem("not-admitted")
            return redirect(local("department_pages.read_sign_in"), 303)
        try:
            return page(asked_by, **values)
        except NotAdmitted:
            answer = redirect(local("department_pages.read_sign_in", ended=1), 303)
            browsing.end(answer)
            return answer

    return shown


@blueprint.get("/sign-in")
def read_sign_in() -> Response:
    """With the name and a secret that the town gave; a certificate alone signs nobody in here."""
    return _page("department/sign_in.html", ended="ended" in request.args)


@blueprint.post("/sign-in")
def sign_in() -> Response:
    """To the department's page; the form again where it is not let in, which does not say what of it was wrong."""
    department, secret = request.form.get("department", "").strip(), request.form.get("secret", "").strip()
    with limited(current_app.config["LOKET_SIGN_IN_LIMIT"], scope="department-token"):
        try:
            if not is_department_id(department) or not 0 < len(secret) <= LONGEST_SECRET:
                raise NotAdmitted
            access = own.admitted(department, secret=secret)
        except NotAdmitted:
            g.problem = "not-admitted"
            page = _page("department/sign_in.html", refused=True, name=department[:LONGEST_SECRET])
            page.status_code = 401
            page.headers["WWW-Authenticate"] = 'Bearer realm="loket"'
            return page
    answer = redirect(local("department_pages.read_department"), 303)
    browsing.begin(access, answer)
    return answer


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """The session is over, for whoever else has its cookie, too."""
    answer = redirect(local("department_pages.read_sign_in"), 303)
    browsing.end(answer)
    return answer


@blueprint.get("")
@of_department
def read_department(asked_by: Pass) -> Response:
    """What it hears of this town and why, how far behind it is, by what it is let in."""
    told = request.args.get("told", type=int)
    return _page("department/own.html", own=own.read(asked_by), events=sorted(told_events()), told=told)


@blueprint.post("/sandbox")
@of_department
def tell_sandbox(asked_by: Pass) -> Response:
    """One event of the sandbox, or one of each."""
    name = request.form.get("event", "")
    if name and name not in told_events():
        raise Problem("not-found")
    told = own.tell_sandbox(asked_by, (name,) if name else ())
    return redirect(local("department_pages.read_department", told=len(told.events)), 303)


@blueprint.get("/webhooks/<id:webhook>")
@of_department
def read_webhook(asked_by: Pass, webhook: str) -> Response:
    """How it gets on, and every attempt."""
    return _webhook(asked_by, webhook)


@blueprint.post("/webhooks/<id:webhook>/replay")
@of_department
def replay(asked_by: Pass, webhook: str) -> Response:
    """What is parked once more; with `all` what was delivered, too. While it is disabled the page says so."""
    try:
        done = own.replay(asked_by, webhook, parked_only="all" not in request.form)
    except WebhookDisabled:
        return redirect(local("department_pages.read_webhook", webhook=webhook, disabled=1), 303)
    return redirect(local("department_pages.read_webhook", webhook=webhook, replayed=done.replayed), 303)


@blueprint.post("/webhooks/<id:webhook>/switch")
@of_department
def switch(asked_by: Pass, webhook: str) -> Response:
    """Off or on, as the button said; pressed twice it is the same."""
    own.switch(asked_by, webhook, is_disabled=request.form.get("to") == "off")
    return redirect(local("department_pages.read_webhook", webhook=webhook), 303)


@blueprint.post("/webhooks/<id:webhook>/keys")
@of_department
def rotate(asked_by: Pass, webhook: str) -> Response:
    """A new key, shown this once. A form that was sent twice makes no second one: it names the key that it replaces."""
    hours = request.form.get("hours", type=int)
    found = own.own_webhook(asked_by, webhook)
    if hours not in OVERLAPS:
        raise Problem("bad-request")
    if request.form.get("before") != _newest(found.keys):
        return _webhook(asked_by, webhook, key_changed=True)
    return _webhook(asked_by, webhook, fresh=own.rotate(asked_by, webhook, overlap_hours=hours))


def _webhook(asked_by: Pass, webhook: str, **values: Any) -> Response:
    progress = request.args.get("progress")
    place = _place()
    page = own.deliveries(
        asked_by,
        webhook,
        after=DeliveryPlace(at=place[0], id=place[1]) if place else None,
        limit=20,
        progress=progress if progress in list(Progress) else None,
    )
    found = own.own_webhook(asked_by, webhook)
    last = cursor_of(page.next.at, page.next.id) if page.next else None
    return _page(
        "department/webhook.html",
        webhook=found,
        newest=_newest(found.keys),
        overlaps=OVERLAPS,
        deliveries=page.deliveries,
        progress=progress if progress in list(Progress) else None,
        more=local("department_pages.read_webhook", webhook=webhook, cursor=last, progress=progress) if last else None,
        replayed=request.args.get("replayed", type=int),
        is_disabled=found.state == WebhookState.DISABLED,
        was_disabled="disabled" in request.args,
        **values,
    )


def _newest(keys: tuple[Any, ...]) -> str:
    return max((each.made_at.isoformat() for each in keys), default="")


def _place() -> tuple[datetime, str] | None:
    with suppress(Wrong):
        return CURSOR.read(request.args.get("cursor", ""))
    return None


def _page(template: str, **values: Any) -> Response:
    return make_response(
        render_template(template, town=current_town(), title_of=title_of, looked_at=LOOKED_AT, **values)
    )
