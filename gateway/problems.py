"""Everything that goes wrong, told once: problem+json (RFC 9457) or a page, in the reader's language."""

import uuid
from collections.abc import Mapping

import structlog
from flask import Flask, Response, g, json, make_response, render_template, request
from gunicorn.http.errors import NoMoreData, ParseException
from werkzeug.exceptions import HTTPException, RequestedRangeNotSatisfiable

from gateway.called import tongue
from gateway.field_errors import flatten, in_words, sentence
from gateway.language import language, preferred_language, translate
from gateway.refusals import PROBLEM, Refusal, in_all_languages, policy, wants_page
from gateway.sentences import (
    AGAIN_UNDER_ITS_KEY,
    ASK_WITH_NUMBER,
    AT_THE_COUNTER,
    OFFICIAL_LANGUAGES,
    PERHAPS_ANOTHERS,
    PROBLEMS,
)
from gateway.serving.line import BodyTooSlow
from services.chassis.asking import ServiceFailed, ServiceUnavailable
from services.chassis.logs import raised_at
from services.contracts.errors import DomainError, LanguageNotAllowed, NotFound, TooManyRequests, UnknownProduct
from services.contracts.field_errors import FieldErrors
from services.contracts.groups import why_not_offered
from services.contracts.ids import could_be_an_id

log = structlog.get_logger()

RETRY_AFTER_S = 5
"""When to try again what a service or the broker could not answer."""

OWN = ("application_id", "certificate_id")
"""In an address, what could be somebody's: said of whatever is written as an id, whether there is one or not."""

_HTTP_SLUGS = {
    400: "bad-request",
    401: "not-signed-in",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    408: "too-slow",
    412: "precondition-failed",
    413: "too-large",
    414: "too-long",
    415: "unsupported-media-type",
    416: "range-not-satisfiable",
    417: "expectation-failed",
    421: "unknown-town",
    422: "invalid-field",
    429: "too-many-requests",
    431: "too-long",
}


class Problem(Exception):
    """A request cannot be served. `fields` says what is wrong with which field; `title` and `detail` stand for those of
    PROBLEMS where more is known; `members` are told beside what all tell (RFC 9457, section 3.2).
    """

    def __init__(
        self,
        slug: str,
        *,
        fields: FieldErrors | None = None,
        headers: Mapping[str, str] | None = None,
        title: str | None = None,
        detail: str | None = None,
        members: Mapping[str, str | int] | None = None,
    ) -> None:
        super().__init__(slug)
        self.slug, self.title, self.detail = slug, title, detail
        self.members = dict(members or {})
        self.fields = dict(fields or {})
        self.headers = dict(headers or {})


class Unavailable(Problem):
    """What is needed to answer does not answer itself. Whatever was kept is done all the same."""

    def __init__(self) -> None:
        detail = AGAIN_UNDER_ITS_KEY if "Idempotency-Key" in request.headers else None
        super().__init__("service-unavailable", headers={"Retry-After": str(RETRY_AFTER_S)}, detail=detail)


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
    slug: str,
    *,
    fields: FieldErrors | None = None,
    headers: Mapping[str, str] | None = None,
    status: int | None = None,
    title: str | None = None,
    detail: str | None = None,
    members: Mapping[str, str | int] | None = None,
) -> Response:
    """The answer for a problem's slug; `title` and `detail` stand for those of PROBLEMS where more is known: msgids, or
    what is in the reader's language already. `members` as of Problem."""
    refusal = Refusal.of(slug, status=status, title=title, detail=detail)
    g.problem = slug
    accept, mode = (request.headers.get(name, "") for name in ("Accept", "Sec-Fetch-Mode"))
    if not wants_page(request.path, accept, mode=mode, only_named=slug == "bad-host"):
        response = _problem(refusal, fields, members or {})
    elif "town" in g:
        called, told = translate(refusal.title), translate(refusal.detail)
        number = refusal.number(g.request_id)
        page = render_template(
            "problem.html",
            slug=slug,
            status=refusal.status,
            title=called,
            detail=told,
            number=number,
            ask_with_number=translate(ASK_WITH_NUMBER),
        )
        response = make_response(page, refusal.status)
    else:
        response = _page_of_no_town(refusal)
    response.headers.setdefault("Content-Language", language())
    response.vary.update(("Accept", "Sec-Fetch-Mode"))
    for name, value in (headers or {}).items():
        response.headers[name] = value
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="loket"'
    return response


def _problem(refusal: Refusal, fields: FieldErrors | None, members: Mapping[str, str | int]) -> Response:
    body = problem_of(refusal, language(), request_id=g.request_id, fields=fields or {}) | dict(members)
    response = make_response(json.dumps(body, ensure_ascii=False), refusal.status)
    response.content_type = PROBLEM
    return response


def _page_of_no_town(refusal: Refusal) -> Response:
    """Nobody knows whose reader this is: in all languages, with the reader's own before the others."""
    languages = in_all_languages(preferred_language())
    response = make_response(refusal.page(languages, request_id=g.request_id), refusal.status)
    response.headers["Content-Language"] = ", ".join(languages)
    response.headers["Content-Security-Policy"] = policy()
    return response


def problem_of(refusal: Refusal, language: str, *, request_id: str, fields: FieldErrors) -> dict[str, object]:
    """Problem details (RFC 9457) of one request."""
    body: dict[str, object] = refusal.problem(language) | {"instance": uuid.UUID(request_id).urn}
    if fields:
        told = in_words(fields, of_query=refusal.slug == "invalid-parameter")
        body["errors"] = told
        if left_out := len(fields) - len(told):
            body["more_errors"] = left_out
    return body


def _on_problem(problem: Problem) -> Response:
    return respond(
        problem.slug,
        fields=problem.fields,
        headers=problem.headers,
        title=problem.title,
        detail=problem.detail,
        members=problem.members,
    )


def _on_domain_error(error: DomainError) -> Response:
    if isinstance(error, NotFound):
        given = request.view_args or {}
        perhaps = any(could_be_an_id(given[name]) for name in OWN if name in given)
        return respond("not-found", detail=PERHAPS_ANOTHERS if perhaps else None)
    if isinstance(error, TooManyRequests):
        return respond(error.slug, headers={"Retry-After": error.detail})
    if error.slug not in PROBLEMS:
        return respond("bad-request", fields=error.fields)
    title, detail = _more_exactly(error)
    return respond(error.slug, fields=error.fields, title=title, detail=detail)


def not_offered(product: str) -> Problem:
    """Of what is no product of the town; where to go, for what only its desk gives."""
    title, detail = _more_exactly(UnknownProduct(fields={"product": why_not_offered(product)}))
    return Problem("unknown-product", title=title, detail=detail)


def _more_exactly(error: DomainError) -> tuple[str | None, str | None]:
    """Title and detail, where those of PROBLEMS would be beside the truth."""
    if isinstance(error, UnknownProduct) and (told := error.fields.get("product")):
        return (AT_THE_COUNTER, sentence(told)) if told.slug == "only-at-the-counter" else (None, None)
    if isinstance(error, LanguageNotAllowed) and (told := error.fields.get("language")) and "town" in g:
        choices = told.parameters.get("choices")
        if isinstance(choices, list) and set(choices) < set(g.town.languages):
            return None, translate(
                OFFICIAL_LANGUAGES, languages=", ".join(tongue(each, language()) for each in choices)
            )
    return None, None


def _on_unavailable(_error: ServiceUnavailable) -> Response:
    return _on_problem(Unavailable())


def _on_slow_body(_error: BodyTooSlow) -> Response:
    return respond("too-slow")


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
    if isinstance(error, RequestedRangeNotSatisfiable):
        headers["Content-Range"] = f"bytes */{error.length}"  # RFC 9110, section 15.5.17
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
