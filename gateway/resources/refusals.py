"""With which problems an operation may answer: declared where it is written, told in the OpenAPI document, and tried
one by one by tests/gateway/test_description.py.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

ANY = (
    "bad-host",
    "invalid-parameter",
    "not-acceptable",
    "too-long",
    "unsupported-media-type",
    "unknown-town",
    "internal-error",
)
"""Of every operation."""

ASKING = ("service-unavailable",)
"""A service, or the broker, is asked."""

READING = ("bad-request", "too-slow", "too-large")
"""A body is read."""

READING_JSON = (*READING, "not-json", "too-deep", "unprintable-text")

CHANGING = ("cross-site", "too-many-requests")
"""It is no GET."""

TOKEN = ("bad-token", "no-national-number", "service-unavailable")
"""A bearer token is looked at, where there is one; its issuer may be away."""

SIGNED_IN = (*TOKEN, "not-signed-in", "sessions-unavailable")
CITIZEN = (*SIGNED_IN, "citizens-only")
OWN = (*CITIZEN, *ASKING, "not-found", "bad-path")
"""Something of a citizen's own, by its id."""

OWN_APPLICATION = (*OWN, "application-lost")


DEPARTMENT = (*ASKING, "token-missing", "bad-token", "not-admitted", "too-many-requests")
"""A department is let in, and its requests are counted."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the document says of an operation beside what its decorators say. `optional` is the sign-in; `department` is
    whose it is. `headers` are those of the answer, `asked` those of the request.
    """

    refusals: frozenset[str]
    signed_in: bool = False
    optional: bool = False
    department: bool = False
    headers: dict[str, Any] = field(default_factory=dict)
    asked: tuple[dict[str, Any], ...] = ()


def described(
    *refusals: str,
    headers: dict[str, Any] | None = None,
    asked: tuple[dict[str, Any], ...] = (),
) -> Callable[[F], F]:
    """Beside those of ANY, a view answers with these problems, and its answer has these headers."""
    facts = Facts(
        refusals=frozenset((*ANY, *refusals)),
        signed_in="not-signed-in" in refusals,
        optional=not {"not-signed-in", "token-missing"} & {*refusals} and "bad-token" in refusals,
        department="token-missing" in refusals,
        headers=headers or {},
        asked=asked,
    )

    def decorate(view: F) -> F:
        view.facts = facts  # type: ignore[attr-defined]
        return view

    return decorate


def facts_of(view: Callable[..., Any]) -> Facts:
    """Raises AttributeError where nothing is declared: then the document cannot be made."""
    found: Facts = view.facts  # type: ignore[attr-defined]
    return found
