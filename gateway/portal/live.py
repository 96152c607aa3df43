"""An application's page, live: the part of it that changes, as server-sent events."""

from flask import Blueprint, Response, render_template

from gateway.auth.callers import require_citizen
from gateway.counter.applications import Application
from gateway.event_stream import followed
from gateway.portal.application import shown

blueprint = Blueprint("live", __name__, url_prefix="/applications")

SETTLED = "event: settled\ndata: settled\n\n"
"""Nothing more comes: the page lets go."""


@blueprint.before_request
def know_the_citizen() -> None:
    """A page that follows is not somebody at work."""
    require_citizen(in_use=False)


@blueprint.get("/<id:application_id>/live")
def follow_application(application_id: str) -> Response:
    """Now and at each move, until nothing more comes; then 204, and the browser does not connect again."""
    return followed(application_id, _event)


def _event(application: Application) -> str:
    part = render_template("application_part.html", **shown(application))
    lines = "".join(f"data: {line}\n" for line in part.splitlines() if line.strip())
    event = f"id: {application.version}\n{lines}\n"
    return event + SETTLED if application.is_settled else event
