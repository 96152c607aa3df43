"""The shapes of the API; the OpenAPI document is made from these."""

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from gateway.auth.identity import national_number


class Shape(Schema):
    """Unknown fields are refused: what somebody typed is never dropped in silence."""

    class Meta:
        unknown = RAISE
        ordered = True


def _national_number(value: str) -> bool:
    if national_number(value) is None:
        raise ValidationError("not a national number")
    return True


class ApplicationRequest(Shape):
    """What a citizen files. Without `subject` it is about the citizen; without `email` the sign-in's is used."""

    product = fields.String(
        required=True, validate=validate.Length(1, 64), metadata={"example": "household-composition"}
    )
    fields_ = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 64)),
        values=fields.String(validate=validate.Length(0, 2000)),
        data_key="fields",
        attribute="fields",
        validate=validate.Length(max=50),
        metadata={"description": "The product's own fields by name", "example": {"purpose": "housing"}},
    )
    subject = fields.String(
        validate=_national_number, metadata={"description": "National number, where it is about a minor child"}
    )
    language = fields.String(validate=validate.Length(2, 2), metadata={"example": "nl"})
    email = fields.String(validate=validate.Length(3, 254))


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
    current = fields.Boolean(allow_none=True)
    product = fields.String(allow_none=True)
    number = fields.String(allow_none=True)
    issued_at = fields.DateTime(allow_none=True)
    current_until = fields.DateTime(allow_none=True)
    superseded_at = fields.DateTime(allow_none=True)


class FieldProblemShape(Shape):
    field = fields.String(required=True)
    pointer = fields.String(required=True, metadata={"description": "RFC 6901"})
    detail = fields.String(required=True)


class ProblemShape(Shape):
    """RFC 9457."""

    type = fields.String(required=True)
    slug = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    errors = fields.List(fields.Nested(FieldProblemShape))
