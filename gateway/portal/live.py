"""An application's page, live: the part of it that changes, as server-sent events."""

from collections.abc import Generator, Iterator
from contextlib import closing

from flask import Blueprint, Response, render_template, request, stream_with_context

from gateway.auth.callers import require_citizen
from gateway.counter.applications import Application, own_application
from gateway.counter.following import follow
from gateway.portal.application import shown

blueprint = Blueprint("live", __name__, url_prefix="/applications")

EVENTS = "text/event-stream"
RETRY_MS = 3000
SETTLED = "event: settled\ndata: settled\n\n"
"""Nothing more comes: the page lets go."""


@blueprint.before_request
def know_the_citizen() -> None:
    """A page that follows is not somebody at work."""
    require_citizen(in_use=False)


@blueprint.get("/<id:application_id>/live")
def follow_application(application_id: str) -> Response:
    """Now and at each move, until nothing more comes; then 204, and the browser does not connect again."""
    application = own_application(application_id, watching=True)
    seen = request.headers.get("Last-Event-ID", type=int)
    if application.is_settled and seen == application.version:
        return Response(status=204)
    if request.method == "HEAD":
        return Response(content_type=EVENTS)
    response = Response(stream_with_context(_events(follow(application, seen=seen))), content_type=EVENTS)
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _events(moves: Generator[Application | None]) -> Iterator[str]:
    with closing(moves):
        yield f"retry: {RETRY_MS}\n\n"
        for application in moves:
            yield _event(application) if application else ": still here\n\n"
            if application and application.is_settled:
                yield SETTLED


def _event(application: Application) -> str:
    part = render_template("application_part.html", **shown(application))
    lines = "".join(f"data: {line}\n" for line in part.splitlines() if line.strip())
    return f"id: {application.version}\n{lines}\n"
