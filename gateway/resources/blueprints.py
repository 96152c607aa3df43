"""What all resources of the API share."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar, cast

from flask import request
from flask_smorest import Blueprint
from werkzeug.routing import BaseConverter

from gateway.problems import Problem
from gateway.resources.strict_json import StrictParser

JSON = ("application/json",)

F = TypeVar("F", bound=Callable[..., Any])


class _Decorator(Protocol):
    def __call__(self, *args: Any, **options: Any) -> Callable[[F], F]: ...


class Endpoints(Protocol):
    """What flask-smorest's blueprint offers us, with types."""

    get: _Decorator
    post: _Decorator
    arguments: _Decorator
    response: _Decorator
    alt_response: _Decorator
    doc: _Decorator
    before_request: Callable[[Callable[[], None]], Any]


class Resource(Blueprint):  # type: ignore[misc]
    """A blueprint of the API whose bodies are read strictly."""

    ARGUMENTS_PARSER = StrictParser()


class IdConverter(BaseConverter):
    """An opaque id. Anything else is not found, whatever tricks are in it."""

    regex = r"[A-Za-z0-9_-]{1,80}"
    part_isolating = True


class TypedConverter(BaseConverter):
    """The rest of the path, whatever somebody typed or pasted there: slashes and line breaks as well."""

    regex = r"[\s\S]+"
    part_isolating = False
    weight = 200


def resource(name: str, path: str, about: str) -> Endpoints:
    """A blueprint at a path."""
    return cast(Endpoints, Resource(name, __name__, url_prefix=path, description=about))


def offer(*types: str) -> None:
    """Raises Problem `not-acceptable` where the client accepts none of these."""
    accepted = request.accept_mimetypes
    if accepted and not accepted.best_match([*types, "application/problem+json"]):
        raise Problem("not-acceptable")
