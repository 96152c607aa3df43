"""What the gateway tells operators: logs, traces, metrics and health. No path, query, code or name is in them."""

import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pymongo
import structlog
from flask import Flask, Response, g, request
from kombu import Connection
from opentelemetry import trace
from prometheus_client import Counter, Histogram
from pymongo.database import Database
from pymongo.errors import PyMongoError

from services.chassis import request_ids
from services.chassis.addresses import LOST
from services.chassis.tracing import span
from services.chassis.version_metric import tell_version

log = structlog.get_logger()

REQUESTS = Counter("loket_gateway_requests", "Requests by route, method and status", ["route", "method", "status"])
SECONDS = Histogram("loket_gateway_seconds", "Time until the answer's first byte", ["route"])

REQUEST_ID = "X-Request-Id"
"""Header of every answer; a client's own is taken where it is a UUID (services/chassis/request_ids.py)."""

OPEN_TO_ALL_HOSTS = frozenset({"/healthz", "/readyz"})
"""For whoever shares the load among gateways: yes or no. Why not, and the metrics, are told on the operators' port
alone (gateway/serving/operations.py)."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
READY_FOR_S = 2.0
LOOK_S = 2.0
"""How long the store may take to say that it is there."""


def set_up(app: Flask, *, ready: Callable[[], bool]) -> None:
    """Observe every request, and answer /healthz and /readyz."""
    tell_version()
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_close)
    app.add_url_rule("/healthz", "healthz", lambda: _fact(True))
    app.add_url_rule("/readyz", "readyz", lambda: _fact(ready()))


def broker_check(amqp_uri: str) -> Callable[[], bool]:
    """Whether the broker takes connections; asked at most every READY_FOR_S."""
    known: list[Any] = [float("-inf"), False]

    def ready() -> bool:
        if time.monotonic() - known[0] > READY_FOR_S:
            known[1] = _reaches(amqp_uri)
            known[0] = time.monotonic()
        return bool(known[1])

    return ready


def store_check(database: Database[Any]) -> Callable[[], bool]:
    """Whether the store answers. Without it nothing personal is shown, but what anybody may see is."""

    def there() -> bool:
        try:
            with pymongo.timeout(LOOK_S):
                return bool(database.client.admin.command("ping"))
        except PyMongoError:
            return False

    return there


def _reaches(amqp_uri: str) -> bool:
    connection = Connection(amqp_uri, connect_timeout=2)
    try:
        connection.ensure_connection(max_retries=1, interval_start=0, reraise_as_library_errors=False)
    except LOST:
        return False
    connection.release()
    return True


def _begin() -> None:
    g.began = time.monotonic()
    g.span = ExitStack()
    given = request.headers.get(REQUEST_ID, "")
    g.request_id = given if request_ids.is_request_id(given) else request_ids.make()
    g.span.enter_context(request_ids.on_behalf_of(g.request_id))
    # the trace of a stranger is continued, never trusted: it is an id and nothing else
    g.span.enter_context(span(f"{_method()} {_route()}", parent=_traceparent()))


def _end(response: Response) -> Response:
    began = g.get("began")
    if began is None:
        return response
    response.headers[REQUEST_ID] = g.request_id
    seconds, route, method = time.monotonic() - began, _route(), _method()
    REQUESTS.labels(route, method, str(response.status_code)).inc()
    SECONDS.labels(route).observe(seconds)
    trace.get_current_span().set_attribute("http.response.status_code", response.status_code)
    if request.path not in OPEN_TO_ALL_HOSTS:
        town = g.get("town")
        log.info(
            "request_answered",
            route=route,
            method=method,
            status=response.status_code,
            ms=round(seconds * 1000, 1),
            town=town.refnis if town else None,
            problem=g.get("problem"),
            request_id=g.request_id,
        )
    return response


def _close(_error: BaseException | None) -> None:
    stack: ExitStack | None = g.pop("span", None)
    if stack:
        stack.close()


def _route() -> str:
    return request.url_rule.rule if request.url_rule else "none"


def _method() -> str:
    return request.method if request.method in _METHODS else "other"


def _traceparent() -> str | None:
    given = request.headers.get("traceparent", "")
    return given if len(given) == 55 and given.isascii() else None


def _fact(ok: bool) -> Response:
    return Response(json.dumps({"ok": ok}), status=200 if ok else 503, content_type="application/json")
