"""An application, live: server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).

A stream waits in a greenlet and asks again at each move. It ends after a while, and the client connects anew. Where
there are too many, a stream says the state once and asks the client to come back, so that it polls instead of failing.
"""

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from flask import Response, current_app, request, stream_with_context

from gateway.api.applications import own_application, shown
from gateway.api.schemas.applications import ApplicationShape
from gateway.auth.callers import require_citizen, still_citizen
from gateway.live import Movements
from gateway.problems import Problem
from gateway.resources.blueprints import offer, resource
from gateway.resources.refusals import OWN_APPLICATION, described
from services.chassis.asking import ServiceFailed, ServiceUnavailable
from services.contracts.errors import DomainError
from services.contracts.intake import ApplicationView

blueprint = resource("stream", "/api/v1/applications", "An application, live")

EVENTS = "text/event-stream"
RETRY_MS = 3000

WATCHES_AGAIN_S = 240.0
"""Intake hints to who said within five minutes that they watch."""

LAST_EVENT_ID = {
    "name": "Last-Event-ID",
    "in": "header",
    "description": "The id of the last event that was seen: what is not newer does not come again",
    "schema": {"type": "string", "pattern": "^[0-9]{1,9}$"},
}

SAID = """\
Server-sent events. Each is called `application`, its `id` is the version and its `data` an Application, as that is read
by `readApplication`: the first one at once, then one at each change. Lines that begin with a colon are signs of life.
The stream ends once nothing more comes by itself: at `delivered`, `refused`, `withdrawn` and `expired`, and at `issued`
where the timeline says that you could not be told (`address-malformed`, `address-refused`, `message-refused`,
`not-told`). Asked again with the id of that last event, it is 204. It also ends after a while, and then the client
connects again (`retry` says in how many milliseconds) with Last-Event-ID, as every EventSource does. Where too many
follow at once it ends after the first event.
"""


@blueprint.before_request
def know_the_citizen() -> None:
    """Before anything is read of what they sent. A page that follows is not somebody at work."""
    require_citizen(in_use=False)


@blueprint.get("/<id:application_id>/stream")
@blueprint.response(200, {"type": "string"}, content_type=EVENTS, description=SAID)
@blueprint.alt_response(204, description="It has ended and you know it: do not connect again")
@described(*OWN_APPLICATION, asked=(LAST_EVENT_ID,))
def follow_application(application_id: str) -> Response:
    """Your application now and at each move, until nothing more comes. An event's id is the version."""
    offer(EVENTS)
    view = own_application(application_id, watching=True)
    seen = _seen()
    if view.is_settled and seen == view.version:
        return Response(status=204)
    if request.method == "HEAD":
        return Response(content_type=EVENTS)
    movements: Movements = current_app.config["LOKET_MOVEMENTS"]
    events = _events(
        view,
        seen,
        movements=movements,
        read=lambda: _looked_again(application_id),
        seconds=current_app.config["LOKET_STREAM_SECONDS"],
        heartbeat=current_app.config["LOKET_HEARTBEAT_SECONDS"],
    )
    response = Response(stream_with_context(events), content_type=EVENTS)
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _looked_again(application_id: str) -> ApplicationView:
    """As `own_application`, for as long as the sign-in stands."""
    still_citizen()
    return own_application(application_id, watching=True)


def _events(
    view: ApplicationView,
    seen: int | None,
    *,
    movements: Movements,
    read: Callable[[], ApplicationView],
    seconds: float,
    heartbeat: float,
) -> Iterator[str]:
    yield f"retry: {RETRY_MS}\n\n"
    deadline = time.monotonic() + seconds
    with movements.watch(view.application_id) as moved:
        while True:
            if view.version != seen:
                seen = view.version
                yield _event(view)
            if view.is_settled or moved is None or movements.is_closing or time.monotonic() >= deadline:
                return
            if not moved.wait(max(0.01, min(heartbeat, WATCHES_AGAIN_S, deadline - time.monotonic()))):
                yield ": still here\n\n"
            moved.clear()
            with contextlib.suppress(ServiceUnavailable, ServiceFailed):
                try:
                    view = read()
                except (DomainError, Problem):
                    return  # gone, or signed out, or nobody knows


def _event(view: ApplicationView) -> str:
    data: dict[str, Any] = ApplicationShape().dump(shown(view))
    return f"id: {view.version}\nevent: application\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _seen() -> int | None:
    text = request.headers.get("Last-Event-ID", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
