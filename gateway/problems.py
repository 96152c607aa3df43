"""Everything that goes wrong, told once: problem+json (RFC 9457) or a page, in the reader's language."""

import uuid
from collections.abc import Mapping
from typing import Any

import structlog
from flask import Flask, Response, g, json, make_response, render_template, request
from gunicorn.http.errors import NoMoreData, ParseException
from werkzeug.exceptions import HTTPException

from gateway.field_errors import flatten, in_words
from gateway.language import language, translate
from gateway.sentences import PROBLEMS
from gateway.serving.line import BodyTooSlow
from services.chassis.asking import ServiceFailed, ServiceUnavailable
from services.chassis.logs import raised_at
from services.contracts.errors import DomainError
from services.contracts.field_errors import FieldErrors

log = structlog.get_logger()

RETRY_AFTER_S = 5
"""When to try again what a service or the broker could not answer."""

_HTTP_SLUGS = {
    400: "bad-request",
    401: "not-signed-in",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    408: "too-slow",
    413: "too-large",
    414: "too-long",
    415: "unsupported-media-type",
    421: "unknown-town",
    422: "invalid-field",
    429: "too-many-requests",
    431: "too-long",
}


class Problem(Exception):
    """A request cannot be served. `fields` says what is wrong with which field."""

    def __init__(
        self, slug: str, *, fields: FieldErrors | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(slug)
        self.slug = slug
        self.fields = dict(fields or {})
        self.headers = dict(headers or {})


def register(app: Flask) -> None:
    """Every exception leaves through here."""
    app.register_error_handler(Problem, _on_problem)
    app.register_error_handler(DomainError, _on_domain_error)
    app.register_error_handler(ServiceUnavailable, _on_unavailable)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(BodyTooSlow, _on_slow_body)
    for broken in (ParseException, NoMoreData):
        app.register_error_handler(broken, _on_broken_body)
    app.register_error_handler(Exception, _on_error)


def respond(
    slug: str, *, fields: FieldErrors | None = None, headers: Mapping[str, str] | None = None, status: int | None = None
) -> Response:
    """The answer for a problem's slug."""
    known = slug if slug in PROBLEMS else "bad-request"
    default_status, title, detail = PROBLEMS[known]
    status = status or default_status
    g.problem = slug
    if _wants_page():
        page = render_template("problem.html", status=status, title=translate(title), detail=translate(detail))
        response = make_response(page, status)
    else:
        body = problem_of(
            slug,
            title=translate(title),
            detail=translate(detail),
            status=status,
            request_id=g.request_id,
            fields=fields or {},
        )
        response = make_response(json.dumps(body, ensure_ascii=False), status)
        response.content_type = "application/problem+json"
    response.headers["Content-Language"] = language()
    for name, value in (headers or {}).items():
        response.headers[name] = value
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="loket"'
    return response


def problem_of(
    slug: str, *, title: str, detail: str, status: int, request_id: str, fields: FieldErrors
) -> dict[str, Any]:
    """Problem details (RFC 9457)."""
    body = {
        "type": f"urn:loket:problem:{slug}",
        "slug": slug,
        "title": title,
        "status": status,
        "detail": detail,
        "instance": uuid.UUID(request_id).urn,
    }
    if fields:
        body["errors"] = in_words(fields, of_query=slug == "invalid-parameter")
    return body


def _wants_page() -> bool:
    return not request.path.startswith(("/api/", "/metrics", "/healthz", "/readyz"))


def _on_problem(problem: Problem) -> Response:
    return respond(problem.slug, fields=problem.fields, headers=problem.headers)


def _on_domain_error(error: DomainError) -> Response:
    if error.slug not in PROBLEMS:
        return respond("bad-request", fields=error.fields)
    return respond(error.slug, fields=error.fields)


def _on_unavailable(_error: ServiceUnavailable) -> Response:
    return respond("service-unavailable", headers={"Retry-After": str(RETRY_AFTER_S)})


def _on_slow_body(_error: BodyTooSlow) -> Response:
    return respond("too-slow", headers={"Connection": "close"})


def _on_broken_body(_error: Exception) -> Response:
    """gunicorn finds out while the body is read: chunks that are none, a client that is gone."""
    return respond("bad-request")


def _on_http(error: HTTPException) -> Response:
    if error.response is not None and error.code is None:
        return make_response(error.response)
    status = error.code or 500
    if 300 <= status < 400:
        return make_response(error.get_response())
    headers: dict[str, str] = {}
    if status == 405 and (methods := getattr(error, "valid_methods", None)):
        headers["Allow"] = ", ".join(sorted(methods))
    if status >= 500:
        return respond("internal-error", status=status)
    by_location = (getattr(error, "data", None) or {}).get("messages") or {}
    fields = {path: each for messages in by_location.values() for path, each in flatten(messages)}
    return respond(_HTTP_SLUGS.get(status, "bad-request"), fields=fields, headers=headers, status=status)


def _on_error(error: Exception) -> Response:
    log.error(
        "service_failed" if isinstance(error, ServiceFailed) else "request_failed",
        error=type(error).__name__,
        raised_at=raised_at(error),
    )
    return respond("internal-error")
