"""An answer beside the OpenAPI document: what the document does not know may not be answered."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from flask import Flask
from jsonschema import Draft202012Validator, FormatChecker

from gateway.api.description import Document, operation_id
from gateway.refusals import PROBLEM

FORMATS = FormatChecker()


@FORMATS.checks("date-time")
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@lru_cache(maxsize=64)
def _validator(document: "_Kept", schema: str) -> Draft202012Validator:
    root = document.document
    found: Any = root
    for part in schema.split(" "):
        found = found[part]
    return Draft202012Validator({**found, "components": root["components"]}, format_checker=FORMATS)


class _Kept:
    """A document that a cache can hold."""

    def __init__(self, document: Document) -> None:
        self.document = document


_KEPT: dict[int, _Kept] = {}


def wrong_with(document: Document, value: Any, *path: str) -> list[str]:
    """What the schema at a path in the document says against a value."""
    kept = _KEPT.setdefault(id(document), _Kept(document))
    return [error.message for error in _validator(kept, " ".join(path)).iter_errors(value)]


def check(app: Flask, answer: Any) -> None:
    """Fails where an answer of the API is not in its document: status, header, type, shape or problem."""
    request = answer.request
    document: Document = app.config["LOKET_DOCUMENT"]
    adapter = app.url_map.bind("localhost")
    method = "GET" if request.method == "HEAD" else request.method
    if not request.path.startswith(("/api/v1/", "/departments/")) or "\x00" in request.path:
        return
    target = str(request.environ.get("RAW_URI") or request.environ["REQUEST_URI"]).lower()
    if "%2f" in target or "//" in target or "//" in request.path or request.path.endswith("/"):
        return  # no operation's address (gateway/paths.py)
    try:
        endpoint, _ = adapter.match(request.path, method=method)
    except Exception:  # noqa: BLE001 - no operation: nothing is said of it
        return
    name = operation_id(app.view_functions[endpoint])
    places = {
        each["operationId"]: (path, verb)
        for path, item in document["paths"].items()
        for verb, each in item.items()
        if isinstance(each, dict) and "operationId" in each
    }
    if name not in places or method == "OPTIONS":
        return
    path, verb = places[name]
    responses = document["paths"][path][verb]["responses"]
    status = str(answer.status_code)
    assert status in responses, f"{name} answers {status}, which its document does not know"
    response = responses[status]
    for header, of in response["headers"].items():
        known = document["components"]["headers"][of["$ref"].rpartition("/")[2]] if "$ref" in of else of
        assert not known.get("required") or header in answer.headers, f"{name} {status} without {header}"
    if "content" not in response or request.method == "HEAD":
        return
    if answer.mimetype == "text/html" and request.headers.get("Sec-Fetch-Mode") == "navigate":
        return  # who follows a link in a browser reads a page
    kinds = response["content"]
    assert answer.mimetype in kinds, f"{name} {status} is {answer.mimetype}"
    if answer.mimetype in ("application/json", PROBLEM):
        where = ("paths", path, verb, "responses", status, "content", answer.mimetype, "schema")
        assert wrong_with(document, answer.get_json(), *where) == [], f"{name} {status}"
    if answer.mimetype == PROBLEM:
        slug = answer.get_json()["slug"]
        assert slug in kinds[PROBLEM]["examples"], f"{name} {status} is {slug}, which its document does not know"
