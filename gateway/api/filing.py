"""What a citizen files, as it is read: everything that is wrong with it is told at once."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any

from marshmallow import ValidationError

from gateway.counter.filing import Filled, check
from gateway.field_errors import flatten
from gateway.resources.shapes import Shape, Short, Text, Texts
from gateway.tenancy import current_town
from services.chassis.asking import ServiceFailed, ServiceUnavailable
from services.contracts.errors import DomainError
from services.contracts.field_errors import FieldErrors, field_error
from services.contracts.naming import LANGUAGES
from services.contracts.national_number import compact


def _national_number(value: str) -> None:
    if compact(value, test=current_town().takes_test_numbers) is None:
        raise ValidationError([field_error("not-a-national-number")])


class ApplicationRequest(Shape):
    """What a citizen files. Without `subject` it is about the citizen; without `email` the sign-in's is used."""

    product = Text(required=True, validate=Short(64), metadata={"example": "household-composition"})
    fields_ = Texts(
        most=50,
        data_key="fields",
        attribute="fields",
        metadata={"description": "The product's own fields by name", "example": {"purpose": "housing"}},
    )
    subject = Text(
        validate=_national_number, metadata={"description": "National number, where it is about a minor child"}
    )
    language = Text(
        metadata={
            "example": "nl",
            "enum": list(LANGUAGES),
            "description": "Of the certificate and the mail: one that the product lists; else the town's first",
        }
    )
    email = Text(metadata={"format": "email", "description": "Where the outcome is told; else the sign-in's address"})

    def handle_error(self, error: ValidationError, data: Any, *, many: bool, **_options: Any) -> None:  # noqa: ARG002
        """marshmallow: something cannot be read. What is wrong with the rest is told with it."""
        if isinstance(data, dict) and isinstance(error.messages, dict):
            told = dict(flatten(error.messages))
            rest = error.valid_data if isinstance(error.valid_data, dict) else {}
            for path, problem in _what_intake_says(rest).items():
                if not _is_told(path, told):
                    error.messages[path] = [problem]


def filled_in(form: Mapping[str, Any]) -> Filled:
    """What a citizen filed, as it was read, or the part of it that can be."""
    return Filled(**{"product": "", **form})


def _what_intake_says(form: Mapping[str, Any]) -> FieldErrors:
    """Of the part of a form that can be read; nothing where intake is away, for that part has its answer without."""
    with suppress(ServiceUnavailable, ServiceFailed, DomainError):
        return check(filled_in(form))
    return {}


def _is_told(path: str, told: Collection[str]) -> bool:
    """Also where something above it, or below, could not be read."""
    return any(path == each or path.startswith(f"{each}.") or each.startswith(f"{path}.") for each in told)
