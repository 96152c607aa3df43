"""A citizen's applications: what was begun, what was filed, where each stands, and taking one back."""

from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from gateway.addresses import local
from gateway.counter.applications import Application, own_application, own_applications, withdraw
from gateway.counter.desk import desk
from gateway.counter.drafts import begun
from gateway.counter.products import title_of
from gateway.portal.paging import after, next_page
from gateway.portal.signing_in import signed_in_first
from gateway.tenancy import current_town
from services.contracts.errors import NotWithdrawable
from services.contracts.intake import WITHDRAWABLE, Position, State

blueprint = Blueprint("application", __name__, url_prefix="/applications")

LOOKS = {State.REFUSED: "bad", State.WITHDRAWN: "doubt", State.EXPIRED: "bad"}
"""How a state looks; what has led to a certificate is good, and what is on its road has no colour."""


@blueprint.before_request
def know_the_citizen() -> Response | None:
    """Before anything else: who is not signed in comes back here."""
    return signed_in_first()


@blueprint.get("")
def list_applications() -> str:
    """Newest first, and before them what was begun."""
    place = after()
    found = own_applications(after=Position(submitted_at=place[0], application_id=place[1]) if place else None)
    last = (found.last.submitted_at, found.last.application_id) if found.last else None
    return render_template(
        "applications.html",
        town=current_town(),
        applications=found.applications,
        begun=() if place else begun(),
        kept=title_of(request.args.get("kept", "")),
        look=look,
        more=next_page("application.list_applications", last),
    )


@blueprint.get("/<id:application_id>")
def read_application(application_id: str) -> str:
    """Where it stands. Without scripts the page comes again by itself until nothing more comes."""
    application = own_application(application_id)
    return render_template("application.html", too_late="too-late" in request.args, **shown(application))


@blueprint.post("/<id:application_id>/withdraw")
def take_back(application_id: str) -> Response:
    """Twice is the same; where it has gone too far the page says where it stands."""
    try:
        withdraw(application_id)
    except NotWithdrawable:
        here = local("application.read_application", application_id=application_id, **{"too-late": 1})
        return redirect(here, 303)
    return redirect(local("application.read_application", application_id=application_id), 303)


def look(application: Application) -> str:
    """By which its state is seen before it is read."""
    if application.certificate_id:
        return "good"
    return LOOKS.get(State(application.state), "")


def shown(application: Application) -> dict[str, Any]:
    """What the page says of it, and the part of it that changes."""
    return {
        "town": current_town(),
        "application": application,
        "look": look(application),
        "can_withdraw": application.state in WITHDRAWABLE,
        "desk": desk(),
    }
