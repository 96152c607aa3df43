"""What may stand behind the `?` of an address of the API. Whatever else stands there is refused, and so is what is
given twice: a slip of the pen would otherwise answer another question than was asked.
"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Generic, TypeVar

from flask import Flask, current_app, g, request

from gateway.problems import Problem
from services.contracts.destinations import destinations
from services.contracts.field_errors import FieldError, field_error
from services.contracts.intake import MOST_LISTED
from services.contracts.naming import LANGUAGES

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

ROOTS = ("/api/v1/", "/departments/")
LISTED = 50
"""On one page, where nothing is said."""

_LONGEST_CURSOR = 300
_LONGEST_ID = 64
_CHECKED = 6
"""Bytes by which a cursor that was cut off or added to is known; who makes one up sees their own list all the same."""

_MILLISECOND = timedelta(milliseconds=1)
_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)


class Wrong(Exception):
    """A parameter's value cannot be used."""

    def __init__(self, error: FieldError) -> None:
        super().__init__(error.slug)
        self.error = error


@dataclass(frozen=True, kw_only=True)
class Parameter(Generic[T]):
    """One parameter of a query: `schema` as OpenAPI has it; `read` raises Wrong; `default` where it is not given, which
    one that is `required` always is."""

    name: str
    about: str
    schema: dict[str, Any]
    read: Callable[[str], T]
    default: T
    required: bool = False

    def value(self) -> T:
        """What this request says."""
        found: T = g.query.get(self.name, self.default)
        return found


def takes(*parameters: Parameter[Any]) -> Callable[[F], F]:
    """Beside `lang`, which all take, a view takes these."""

    def decorate(view: F) -> F:
        view.query = parameters  # type: ignore[attr-defined]
        return view

    return decorate


def parameters_of(view: Callable[..., Any]) -> tuple[Parameter[Any], ...]:
    """All that a view takes."""
    return (*getattr(view, "query", ()), LANG)


def set_up(app: Flask) -> None:
    """Before each request of a program."""
    app.before_request(_read_query)


def _read_query() -> None:
    """Raises Problem `invalid-parameter`, which names everything that is wrong, and what there is."""
    if request.endpoint is None or not request.path.startswith(ROOTS):
        return
    taken = {each.name: each for each in parameters_of(current_app.view_functions[request.endpoint])}
    g.query, wrong = {}, {}
    for name, values in request.args.lists():
        if name not in taken:
            wrong[name] = field_error("unknown-parameter", choices=sorted(taken))
        elif len(values) > 1:
            wrong[name] = field_error("repeated-parameter")
        else:
            try:
                g.query[name] = taken[name].read(values[0])
            except Wrong as refusal:
                wrong[name] = refusal.error
    for name, parameter in taken.items():
        if parameter.required and name not in request.args:
            wrong[name] = field_error("required")
    if wrong:
        raise Problem("invalid-parameter", fields=wrong)


def _language(text: str) -> str:
    if text not in LANGUAGES:
        raise Wrong(field_error("not-a-choice", choices=list(LANGUAGES)))
    return text


def _limit(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0
    if not 1 <= number <= MOST_LISTED:
        raise Wrong(field_error("not-a-number", least=1, most=MOST_LISTED))
    return number


def _country(text: str) -> str:
    code = text.upper()
    if code not in destinations().codes:
        raise Wrong(field_error("not-a-country"))
    return code


def _product(text: str) -> str:
    if len(text) > _LONGEST_ID:
        raise Wrong(field_error("too-long", most=_LONGEST_ID))
    return text


def cursor_of(at: datetime, id: str) -> str:
    """A place in a list, as a client hands it back. It names nobody; nothing is promised about what is in it."""
    moment = (at - _BEGIN) // _MILLISECOND
    place = f"{moment}.{id}".encode()
    return base64.urlsafe_b64encode(sha256(place).digest()[:_CHECKED] + place).decode().rstrip("=")


def _place(text: str) -> tuple[datetime, str]:
    try:
        if len(text) > _LONGEST_CURSOR:
            raise ValueError
        place = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))[_CHECKED:]
        moment, _, id = place.decode("ascii").partition(".")
        at = _BEGIN + int(moment) * _MILLISECOND
        if cursor_of(at, id) != text:
            raise ValueError
    except (ValueError, OverflowError, binascii.Error):
        raise Wrong(field_error("not-a-cursor")) from None
    return at, id


LANG: Parameter[str | None] = Parameter(
    name="lang",
    about="The language of what is said to people, before the header Accept-Language.",
    schema={"type": "string", "enum": list(LANGUAGES)},
    read=_language,
    default=None,
)

LIMIT: Parameter[int] = Parameter(
    name="limit",
    about="At most so many on one page.",
    schema={"type": "integer", "minimum": 1, "maximum": MOST_LISTED, "default": LISTED},
    read=_limit,
    default=LISTED,
)

CURSOR: Parameter[tuple[datetime, str] | None] = Parameter(
    name="cursor",
    about="Where the page before ended, from its `next`. It stays good while new ones are filed.",
    schema={"type": "string", "maxLength": _LONGEST_CURSOR},
    read=_place,
    default=None,
)

COUNTRY: Parameter[str] = Parameter(
    name="country",
    about="For which country: two letters of ISO 3166-1, or XK.",
    schema={"type": "string", "pattern": "^[A-Za-z]{2}$"},
    read=_country,
    default="",
    required=True,
)

PRODUCT: Parameter[str] = Parameter(
    name="product",
    about="What is to be shown there: a product of the town.",
    schema={"type": "string", "maxLength": _LONGEST_ID},
    read=_product,
    default="",
    required=True,
)

LANGUAGE: Parameter[str | None] = Parameter(
    name="language",
    about="Of the document; else that of the reader, where it is one of the town's own, or the town's first.",
    schema={"type": "string", "enum": list(LANGUAGES)},
    read=_language,
    default=None,
)
