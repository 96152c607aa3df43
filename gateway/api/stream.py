"""An application, live: server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

import json
from typing import Any

from flask import Response

from gateway.api.applications import shown
from gateway.api.schemas.applications import ApplicationShape
from gateway.auth.callers import require_citizen
from gateway.counter.applications import Application
from gateway.event_stream import EVENTS, followed
from gateway.resources.blueprints import offer, resource
from gateway.resources.refusals import OWN_APPLICATION, described

blueprint = resource("stream", "/api/v1/applications", "An application, live")

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
    return followed(application_id, _event)


def _event(application: Application) -> str:
    data: dict[str, Any] = ApplicationShape().dump(shown(application))
    return f"id: {application.version}\nevent: application\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
