"""The OpenAPI document as its page shows it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from shlex import quote
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from gateway.api.description import Document
from gateway.docs.fields import Field, field_of, fields_of, kind_of, name_of, resolved
from gateway.docs.prose import line, paragraphs
from gateway.refusals import PROBLEM

_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, kw_only=True)
class Content:
    """A body: of which type, what it is, and one as it is sent."""

    type: str
    kind: Markup
    example: str | None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One status that is no refusal."""

    status: str
    about: Markup
    headers: list[Field]
    contents: list[Content]


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A problem that an operation may answer with; `anchor` is where the page shows one."""

    slug: str
    status: str
    title: str
    anchor: str
    example: str


@dataclass(frozen=True, kw_only=True)
class Operation:
    """`asked` are its parameters by where they stand, `request` is a command that asks it."""

    id: str
    method: str
    path: str
    title: str
    about: Markup
    who: str
    asked: dict[str, list[Field]]
    body: Content | None
    request: str
    answers: list[Answer]
    refusals: list[Refused]


@dataclass(frozen=True, kw_only=True)
class Group:
    """Operations of one kind of thing."""

    name: str
    about: str
    operations: list[Operation]


def groups_of(document: Document) -> list[Group]:
    """All operations, as the document groups them."""
    found: dict[str, list[Operation]] = {each["name"]: [] for each in document["tags"]}
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                operation = item[method]
                asked = [resolved(each, document) for each in (*item.get("parameters", ()), *operation["parameters"])]
                found[operation["tags"][0]].append(_operation(path, method, operation, asked, document))
    return [
        Group(name=each["name"], about=each["description"], operations=found[each["name"]]) for each in document["tags"]
    ]


def schemas_of(document: Document) -> dict[str, list[Field]]:
    """The fields of each schema that has a name."""
    schemas = document["components"]["schemas"]
    return {name: fields_of(schema, schemas) for name, schema in schemas.items()}


def problems_of(document: Document) -> list[Refused]:
    """All that any operation refuses with."""
    return [_refused(name, document) for name in document["components"]["examples"]]


def shown(example: Any) -> str:
    """An example as a reader sees it."""
    return example if isinstance(example, str) else json.dumps(example, indent=2, ensure_ascii=False)


def _operation(
    path: str, method: str, operation: Mapping[str, Any], asked: list[Mapping[str, Any]], document: Document
) -> Operation:
    body = next(iter(_contents(operation.get("requestBody", {}))), None)
    answers = {status: each for status, each in operation["responses"].items() if status < "400"}
    return Operation(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        title=operation["summary"],
        about=paragraphs(operation.get("description", "")),
        who=_who(operation["security"]),
        asked={
            told: [_field(each) for each in asked if each["in"] == place]
            for place, told in (("path", "In the address"), ("query", "Behind the ?"), ("header", "Headers"))
        },
        body=body,
        request=_request(
            f"{document['servers'][0]['url']}{path}",
            method,
            asked=asked,
            body=body,
            is_signed_in=bool(operation["security"]),
        ),
        answers=[_answer(status, each, document) for status, each in answers.items()],
        refusals=[_refused(name, document) for name in _refusals(operation)],
    )


def _who(security: list[Mapping[str, Any]]) -> str:
    if not security:
        return "Everybody."
    if {} in security:
        return "Everybody. More is told to whoever is signed in, with a token or in a browser."
    return "Whoever is signed in, with a token or in a browser."


def _answer(status: str, response: Mapping[str, Any], document: Document) -> Answer:
    headers = {name: resolved(each, document) for name, each in response.get("headers", {}).items()}
    is_said = response["description"] == HTTPStatus(int(status)).phrase
    return Answer(
        status=_named(status),
        about=Markup() if is_said else line(response["description"]),
        headers=[_field({**each, "name": name}) for name, each in headers.items()],
        contents=list(_contents(response)),
    )


def _contents(of: Mapping[str, Any]) -> Iterator[Content]:
    for type, content in of.get("content", {}).items():
        example = shown(content["example"]) if "example" in content else None
        yield Content(type=type, kind=kind_of(content["schema"]), example=example)


def _field(said: Mapping[str, Any]) -> Field:
    """A parameter or a header."""
    return field_of(
        said["name"],
        said["schema"],
        is_required=said.get("required", False),
        about=said.get("description", ""),
        example=str(said.get("example", "")),
    )


def _refusals(operation: Mapping[str, Any]) -> Iterator[str]:
    for response in operation["responses"].values():
        for example in response.get("content", {}).get(PROBLEM, {}).get("examples", {}).values():
            yield name_of(example["$ref"])


def _refused(name: str, document: Document) -> Refused:
    example = document["components"]["examples"][name]
    slug, _, status = name.rpartition("-")
    return Refused(
        slug=slug,
        status=_named(status),
        title=example["summary"],
        anchor=f"problem-{name}",
        example=shown(example["value"]),
    )


def _named(status: str) -> str:
    return f"{status} {HTTPStatus(int(status)).phrase}"


def _request(
    address: str, method: str, *, asked: list[Mapping[str, Any]], body: Content | None, is_signed_in: bool
) -> str:
    """With curl, and with what has to be there."""
    needed = [each for each in asked if each.get("required") and "example" in each]
    named = {each["name"]: each["example"] for each in needed if each["in"] == "path"}
    query = urlencode([(each["name"], each["example"]) for each in needed if each["in"] == "query"])
    url = address.format(**named) + (f"?{query}" if query else "")
    lines = [f"curl {quote(url)}" if method == "get" else f"curl -X {method.upper()} {quote(url)}"]
    if is_signed_in:
        lines.append('-H "Authorization: Bearer $TOKEN"')
    headers = [f"{each['name']}: {each['example']}" for each in needed if each["in"] == "header"]
    if body is not None:
        headers.append(f"Content-Type: {body.type}")
    lines += [f"-H {quote(each)}" for each in headers]
    if body is not None:
        lines.append(f"-d {quote(body.example)}" if body.example else "--data-binary @certificate.pdf")
    return " \\\n  ".join(lines)
