"""The OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1): made from the code, completed for each town.

Of every operation: who may call it, which headers and parameters it takes, what it answers, and each status with the
problems that it may stand for. tests/gateway/test_description.py tries them one by one.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from http import HTTPStatus
from typing import Any

from flask import Flask

from gateway.api.examples import ANSWERS, FORM, STREAM, in_address
from gateway.api.words import ABOUT, DEPARTMENTS, HOW_KNOWN, HOW_KNOWN_HERE
from gateway.problems import problem_of
from gateway.rates import Rates
from gateway.refusals import PROBLEM, Refusal
from gateway.resources.choices import OPEN
from gateway.resources.parameters import parameters_of
from gateway.resources.refusals import Facts, facts_of
from gateway.sentences import PROBLEMS
from services.contracts.field_errors import field_error
from services.contracts.shared_files import questions
from services.contracts.towns import Town

Document = dict[str, Any]

_SHAPE = re.compile(r"\b([A-Z][A-Za-z]{0,40})Shape\b")
_METHODS = ("get", "post", "put", "patch", "delete")
_ONE_REQUEST = "0b6c1a52-6a7c-4b0e-9d0b-3f6c2d8e7a11"

_HEADERS: dict[str, Any] = {
    "X-Request-Id": {
        "description": "The request's id: found again in logs and traces. That of the client, where it sent a UUID, "
        "with hyphens or without",
        "required": True,
        "schema": {"type": "string"},
        "example": _ONE_REQUEST,
    },
    "Content-Language": {
        "description": "Of what is said to people",
        "required": True,
        "schema": {"type": "string"},
        "example": "nl",
    },
    "Retry-After": {
        "description": "In how many seconds to try again (RFC 9110, section 10.2.3)",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
        "example": 5,
    },
    "WWW-Authenticate": {"required": True, "schema": {"type": "string"}, "example": 'Bearer realm="loket"'},
}

_ASKED: dict[str, Any] = {
    "AcceptLanguage": {
        "name": "Accept-Language",
        "in": "header",
        "description": "Languages of the reader, best first; else the town's own",
        "schema": {"type": "string"},
        "example": "fr, nl;q=0.8",
    },
    "RequestId": {
        "name": "X-Request-Id",
        "in": "header",
        "description": "A UUID, with hyphens or without, by which the client finds its request again; anything else is "
        "replaced",
        "schema": {
            "type": "string",
            "pattern": "^([0-9A-Fa-f]{32}|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})$",
        },
    },
}

_FIELDS_OF = {
    "invalid-parameter": {"limit": field_error("not-a-number", least=1, most=100)},
    "invalid-field": {
        "email": field_error("not-an-e-mail-address"),
        "fields.purpose": field_error("not-a-choice", choices=[each.value for each in questions()["purpose"].options]),
    },
    "unknown-product": {"product": field_error("not-offered")},
    "language-not-allowed": {"language": field_error("not-a-choice", choices=["nl", "en"])},
    "no-form-there": {"fields.destination": field_error("leads-elsewhere", way="apostille")},
    "contact-missing": {"email": field_error("required")},
}
"""What an example of a problem says about fields."""

_MEMBERS_OF: Mapping[str, Document] = {
    "confirmation-answered": {"outcome": "not-confirmed"},
    "confirmation-overtaken": {"asking": 2},
}


def complete(document: Document, app: Flask) -> Document:
    """What apispec found, with all that it cannot know."""
    done: Document = json.loads(_SHAPE.sub(r"\1", json.dumps(document)))
    components = done["components"]
    components["responses"], components["headers"], components["parameters"] = {}, deepcopy(_HEADERS), deepcopy(_ASKED)
    components["schemas"].pop("PaginationMetadata")  # flask-smorest's own way, which is not ours
    _open_answers(components["schemas"])
    by_method = {
        (_address(rule.rule), method.lower()): app.view_functions[rule.endpoint]
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }
    told: set[str] = set()
    for path, item in done["paths"].items():
        for method in _METHODS:
            if method in item:
                view = by_method[path, method]
                _complete_operation(item[method], view)
                for each in item.get("parameters", ()):
                    each["example"] = in_address(operation_id(view), each["name"])
                told |= facts_of(view).refusals
    components["examples"] = dict(_problem_examples(told))
    return done


def of_town(document: Document, town: Town, *, cookie: str, rates: Rates, is_demo: bool) -> Document:
    """The document as one town's clients need it."""
    done = deepcopy(document)
    known = HOW_KNOWN % {
        "issuer": town.sign_in.issuer,
        "client": town.sign_in.client_id,
        "claim": town.sign_in.national_number_claim,
    }
    limits = " and ".join(f"{rate.most} in {rate.seconds} s" for rate in rates)
    done["info"] |= {
        "title": f"Loket, {town.designation('en')}",
        "description": ABOUT % {"limits": limits},
        "license": {"name": "European Union Public Licence 1.2", "identifier": "EUPL-1.2"},
        "contact": {"email": town.office.email, "url": town.office.website},
    }
    done["servers"] = [{"url": town.address.rstrip("/"), "description": "This town"}]
    done["components"]["securitySchemes"] = {
        "token": {
            "type": "openIdConnect",
            "openIdConnectUrl": f"{town.sign_in.issuer.rstrip('/')}/.well-known/openid-configuration",
            "description": known + (HOW_KNOWN_HERE if is_demo else ""),
        },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": cookie,
            "description": "What a browser has after signing in at `/sign-in`. A change needs an Origin of this site.",
        },
    }
    done["components"]["securitySchemes"]["department"] = {
        "type": "oauth2",
        "description": DEPARTMENTS,
        "flows": {"clientCredentials": {"tokenUrl": f"{town.address.rstrip('/')}/departments/token", "scopes": {}}},
    }
    return done


def operation_id(view: Callable[..., Any]) -> str:
    """`file_application` is `fileApplication`."""
    first, *rest = view.__name__.split("_")
    return first + "".join(word.capitalize() for word in rest)


def statuses_of(slug: str) -> tuple[int, ...]:
    """With which a problem is answered: too long is an address or a header (RFC 6585, section 5)."""
    status = PROBLEMS[slug][0]
    return (status, 431) if slug == "too-long" else (status,)


def _complete_operation(operation: Document, view: Callable[..., Any]) -> None:
    facts = facts_of(view)
    name = operation_id(view)
    operation["operationId"] = name
    operation["security"] = [{"token": []}, {"session": []}] if facts.signed_in or facts.optional else []
    if facts.optional:
        operation["security"].append({})
    if facts.department:
        operation["security"] = [{"department": []}]
    operation["parameters"] = [*operation.get("parameters", []), *_parameters(view, facts)]
    if name == "fileApplication":
        operation["requestBody"]["content"]["application/json"]["example"] = FORM
    successes = {status: each for status, each in sorted(operation["responses"].items()) if status < "400"}
    for status, response in successes.items():
        bare = status in ("204", "304")
        response["headers"] = _always("X-Request-Id") if bare else {**_always(), **facts.headers}
        for kind, content in response.get("content", {}).items():
            if kind == "text/event-stream":
                content["example"] = STREAM
            elif name in ANSWERS:
                content["example"] = ANSWERS[name]
    operation["responses"] = successes | dict(_refusals(facts))


def _parameters(view: Callable[..., Any], facts: Facts) -> Iterator[Document]:
    for each in parameters_of(view):
        name = operation_id(view)
        required = {"required": True, "example": in_address(name, each.name)} if each.required else {}
        yield {"name": each.name, "in": "query", **required, "description": each.about, "schema": each.schema}
    yield from deepcopy(facts.asked)
    yield {"$ref": "#/components/parameters/AcceptLanguage"}
    yield {"$ref": "#/components/parameters/RequestId"}


def _always(*names: str) -> Document:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names or ("X-Request-Id", "Content-Language")}


def _refusals(facts: Facts) -> Iterator[tuple[str, Document]]:
    by_status: dict[int, list[str]] = {}
    for slug in PROBLEMS:
        if slug in facts.refusals:
            for status in statuses_of(slug):
                by_status.setdefault(status, []).append(slug)
    for status, slugs in sorted(by_status.items()):
        headers = _always()
        for name, of in (("Retry-After", (429, 503)), ("WWW-Authenticate", (401,))):
            if status in of:
                headers[name] = {"$ref": f"#/components/headers/{name}"}
        schema = {
            "allOf": [
                {"$ref": "#/components/schemas/Problem"},
                {"properties": {"slug": _open_list(slugs), "status": {"type": "integer", "enum": [status]}}},
            ]
        }
        examples = {slug: {"$ref": f"#/components/examples/{_example_name(slug, status)}"} for slug in slugs}
        yield (
            str(status),
            {
                "description": f"{HTTPStatus(status).phrase}: {', '.join(f'`{slug}`' for slug in slugs)}",
                "headers": headers,
                "content": {PROBLEM: {"schema": schema, "examples": examples}},
            },
        )


def _problem_examples(told: set[str]) -> Iterator[tuple[str, Document]]:
    for slug in PROBLEMS:
        for status in statuses_of(slug) if slug in told else ():
            refusal = Refusal.of(slug, status=status)
            value = problem_of(refusal, "en", request_id=_ONE_REQUEST, fields=_FIELDS_OF.get(slug, {}))
            value |= _MEMBERS_OF.get(slug, {})
            yield _example_name(slug, status), {"summary": refusal.title, "value": value}


def _example_name(slug: str, status: int) -> str:
    return f"{slug}-{status}"


def _open_answers(schemas: Mapping[str, Document]) -> None:
    """What we answer may grow within v1; what we are sent is read strictly."""
    for name, schema in schemas.items():
        if not name.endswith("Request"):
            schema.pop("additionalProperties", None)
            for each in schema["properties"].values():
                if OPEN in each:
                    nullable = "null" in each.pop("type")
                    each.update(_open_list(each.pop(OPEN), nullable=nullable))


def _open_list(values: Iterable[str], *, nullable: bool = False) -> Document:
    """What makers of clients read as one of these, or a text."""
    choices: list[Document] = [{"type": "string", "enum": list(values)}, {"type": "string"}]
    return {"anyOf": [*choices, {"type": "null"}] if nullable else choices}


def _address(rule: str) -> str:
    return re.sub(r"<(?:[a-z]+:)?([a-z_]+)>", r"{\1}", rule)
