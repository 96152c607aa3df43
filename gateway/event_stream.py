"""An application that is followed, as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html)
of whatever kind.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing

from flask import Response, request, stream_with_context

from gateway.counter.applications import Application, own_application
from gateway.counter.following import follow

EVENTS = "text/event-stream"
RETRY_MS = 3000


def followed(application_id: str, written: Callable[[Application], str]) -> Response:
    """Now and at each move, as `written`, until nothing more comes; then 204, and the client does not connect again.
    Raises what `own_application` raises."""
    application, seen = own_application(application_id, watching=True), _seen()
    if application.is_settled and seen == application.version:
        return Response(status=204)
    if request.method == "HEAD":
        return Response(content_type=EVENTS)
    events = _events(follow(application, seen=seen), written)
    response = Response(stream_with_context(events), content_type=EVENTS)
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _events(moves: Generator[Application | None], written: Callable[[Application], str]) -> Iterator[str]:
    with closing(moves):
        yield f"retry: {RETRY_MS}\n\n"
        for application in moves:
            yield written(application) if application else ": still here\n\n"


def _seen() -> int | None:
    text = request.headers.get("Last-Event-ID", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
