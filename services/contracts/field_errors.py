"""What is wrong with one field: a slug with its parameters. The gateway says it in the reader's language."""

from collections.abc import Mapping
from typing import NamedTuple

FIELD_ERRORS: dict[str, tuple[str, ...]] = {
    "required": (),
    "unknown-field": (),
    "wrong-type": (),
    "not-a-choice": ("choices",),
    "not-listed": (),
    "not-a-country": (),
    "not-a-number": ("least", "most"),
    "unknown-parameter": ("choices",),
    "repeated-parameter": (),
    "not-a-cursor": (),
    "not-a-moment-or-event": (),
    "too-long": ("most",),
    "too-many": ("most",),
    "unprintable": (),
    "says-nothing": (),
    "not-a-day": (),
    "not-a-municipality": (),
    "number-or-person": (),
    "not-a-national-number": (),
    "not-an-e-mail-address": (),
    "not-an-idempotency-key": ("most",),
    "not-offered": (),
    "only-at-the-counter": ("thing",),
    "leads-elsewhere": ("way",),
    "only-for-yourself": (),
    "only-for-your-child": (),
    "no-file": (),
    "several-files": (),
    "empty-file": (),
    "a-picture": (),
    "not-a-pdf": (),
    "password-protected": (),
    "not-base64": (),
    "too-large": ("megabytes",),
    "not-accepted": (),
}
"""Slug to the names of its parameters. `choices` are values as they are sent; `way` is one of abroad.Way; `thing`
one of groups.at_desk(); `most` counts characters or things."""

SOMETIMES: dict[str, tuple[str, ...]] = {"required": ("choices",)}
"""Parameters that may be there: those from which to choose, where no list of them is elsewhere."""

Parameter = str | int | list[str]


class FieldError(NamedTuple):
    """A slug of FIELD_ERRORS and its parameters. In JSON, and so on the questions' wire, a list of the two."""

    slug: str
    parameters: Mapping[str, Parameter]


FieldErrors = Mapping[str, FieldError]
"""By path of the field: `email`, `fields.purpose`; empty for the whole of what was sent."""


def field_error(slug: str, **parameters: Parameter) -> FieldError:
    """Raises ValueError for a slug, or for parameters, that nobody has a sentence for."""
    if set(parameters) - set(SOMETIMES.get(slug, ())) != set(FIELD_ERRORS.get(slug, ("an unknown slug",))):
        raise ValueError(f"{slug} with {', '.join(parameters) or 'no parameters'} is not in FIELD_ERRORS")
    return FieldError(slug, parameters)
