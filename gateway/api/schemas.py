"""The shapes of the API; the OpenAPI document is made from these. What is wrong with one is a FieldError."""

from collections.abc import Sized
from typing import Any, TypeVar

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from services.contracts.field_errors import FIELD_ERRORS, field_error

S = TypeVar("S", bound=Sized)


class Shape(Schema):
    """Unknown fields are refused: what somebody typed is never dropped in silence."""

    error_messages: dict[str, Any] = {  # noqa: RUF012 - marshmallow's own way
        "unknown": field_error("unknown-field"),
        "type": field_error("wrong-type"),
    }

    class Meta:
        unknown = RAISE
        ordered = True


_MISSING = [field_error("required")]
_OTHER_TYPE = [field_error("wrong-type")]


class Text(fields.String):
    """A text that somebody sent."""

    default_error_messages: dict[str, Any] = {  # noqa: RUF012 - as above
        "required": _MISSING,
        "null": _MISSING,
        "invalid": _OTHER_TYPE,
        "invalid_utf8": _OTHER_TYPE,
    }


class Texts(fields.Dict):
    """Texts by name that somebody sent."""

    default_error_messages: dict[str, Any] = {  # noqa: RUF012 - as above
        "null": _MISSING,
        "invalid": _OTHER_TYPE,
    }


class AtMost(validate.Length):
    """So many characters, or things; what is more is told with a slug."""

    def __init__(self, most: int, slug: str) -> None:
        super().__init__(max=most)
        self._error = field_error(slug, most=most)
        self._most = most

    def __call__(self, value: S) -> S:
        """Raises ValidationError."""
        if len(value) > self._most:
            raise ValidationError([self._error])
        return value


class IdempotencyHeader(Schema):
    """The key under which trying again files nothing twice."""

    key = fields.String(
        data_key="Idempotency-Key",
        metadata={"description": "1 to 255 visible ASCII characters, new for each application; required"},
    )


class Links(Shape):
    self = fields.String(required=True)
    stream = fields.String(required=True)
    certificate = fields.String(allow_none=True)


class Receipt(Shape):
    """The same for every repetition of one Idempotency-Key."""

    application_id = fields.String(required=True)
    product = fields.String(required=True)
    language = fields.String(required=True)
    submitted_at = fields.DateTime(required=True)
    links = fields.Nested(Links, required=True)


class StepShape(Shape):
    at = fields.DateTime(required=True)
    state = fields.String(required=True)
    code = fields.String(allow_none=True)
    expected_by = fields.DateTime(allow_none=True)
    sentence = fields.String(required=True, metadata={"description": "In the reader's language"})


class ApplicationBrief(Shape):
    application_id = fields.String(required=True)
    product = fields.String(required=True)
    title = fields.String(required=True)
    language = fields.String(required=True)
    state = fields.String(required=True)
    version = fields.Integer(required=True)
    submitted_at = fields.DateTime(required=True)
    deadline = fields.DateTime(allow_none=True)
    certificate_id = fields.String(allow_none=True)
    code = fields.String(allow_none=True)
    sentence = fields.String(required=True, metadata={"description": "Where it stands, in the reader's language"})
    links = fields.Nested(Links, required=True)


class ApplicationShape(ApplicationBrief):
    timeline = fields.List(fields.Nested(StepShape), required=True)


class ApplicationListShape(Shape):
    applications = fields.List(fields.Nested(ApplicationBrief), required=True)


class MeShape(Shape):
    role = fields.String(required=True, validate=validate.OneOf(["citizen", "officer"]))
    national_number = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    town = fields.String(required=True, metadata={"description": "REFNIS code"})
    language = fields.String(required=True)


class OptionShape(Shape):
    value = fields.String(required=True)
    title = fields.String(required=True)


class FieldShape(Shape):
    name = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["choice", "text"]))
    title = fields.String(required=True)
    required = fields.Boolean(required=True)
    max_length = fields.Integer(allow_none=True)
    options = fields.List(fields.Nested(OptionShape), required=True)


class TariffShape(Shape):
    cents = fields.Integer(required=True)
    regulation = fields.String(allow_none=True)


class ProductShape(Shape):
    id = fields.String(required=True)
    title = fields.String(required=True)
    explanation = fields.String(required=True)
    capacities = fields.List(fields.String(), required=True)
    languages = fields.List(fields.String(), required=True)
    tariff = fields.Nested(TariffShape, required=True)


class PersonShape(Shape):
    national_number = fields.String(required=True)
    name = fields.String(required=True)
    capacity = fields.String(required=True)


class PrefillShape(Shape):
    subjects = fields.List(fields.Nested(PersonShape), required=True)
    code = fields.String(allow_none=True)
    sentence = fields.String(allow_none=True)


class ProductDetailShape(ProductShape):
    legal_basis = fields.String(required=True)
    fields_ = fields.List(fields.Nested(FieldShape), data_key="fields", attribute="fields", required=True)
    prefill = fields.Nested(
        PrefillShape, allow_none=True, metadata={"description": "What the register knows; null when not signed in"}
    )


class ProductListShape(Shape):
    products = fields.List(fields.Nested(ProductShape), required=True)


class LostTimeShape(Shape):
    since = fields.DateTime(required=True)
    until = fields.DateTime(required=True)


class VerificationShape(Shape):
    """Something of the certificate, nothing of the person."""

    verdict = fields.String(
        required=True,
        validate=validate.OneOf(
            ["authentic", "superseded", "unknown", "untouched", "altered", "no-longer-kept", "not-ours"]
        ),
    )
    title = fields.String(required=True)
    sentence = fields.String(required=True)
    current = fields.Boolean(
        allow_none=True,
        metadata={"description": "Has `current_until` not passed? Null where that is no question"},
    )
    product = fields.String(allow_none=True)
    number = fields.String(allow_none=True)
    issued_at = fields.DateTime(allow_none=True)
    current_until = fields.Date(
        allow_none=True,
        metadata={"description": "The last day, in Belgium and to its end, on which it is presented as current"},
    )
    superseded_at = fields.DateTime(allow_none=True)
    mistake = fields.String(
        allow_none=True,
        validate=validate.OneOf(["number", "another-site"]),
        metadata={"description": "What was given instead of a code, where that can be told"},
    )
    records_lost = fields.List(
        fields.Nested(LostTimeShape),
        required=True,
        metadata={
            "description": "Of an `unknown` code or a file that is `no-longer-kept`: times of which the town lost its "
            "records, so that a certificate issued then may be genuine"
        },
    )


class FieldProblemShape(Shape):
    field = fields.String(required=True)
    pointer = fields.String(required=True, metadata={"description": "RFC 6901"})
    slug = fields.String(required=True, validate=validate.OneOf(sorted(FIELD_ERRORS)))
    parameters = fields.Dict(keys=fields.String(), required=True)
    detail = fields.String(required=True, metadata={"description": "In the reader's language"})


class ProblemShape(Shape):
    """RFC 9457."""

    type = fields.String(required=True)
    slug = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    errors = fields.List(fields.Nested(FieldProblemShape))
