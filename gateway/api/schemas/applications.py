"""The shapes of applications."""

from marshmallow import fields

from gateway.resources.choices import IN_WORDS, is_one, one_of
from gateway.resources.shapes import Shape
from services.contracts.intake import CODES, State
from services.contracts.naming import LANGUAGES


class Links(Shape):
    """Addresses on this host."""

    self = fields.String(required=True)
    stream = fields.String(required=True, metadata={"description": "The application, live"})
    certificate = fields.String(
        required=True, allow_none=True, metadata={"description": "The sealed PDF, once there is one"}
    )


class Receipt(Shape):
    """The same for every repetition of one Idempotency-Key."""

    application_id = fields.String(required=True)
    product = fields.String(required=True)
    language = fields.String(required=True, validate=is_one(LANGUAGES))
    submitted_at = fields.DateTime(required=True)
    links = fields.Nested(Links, required=True)


class StepShape(Shape):
    """One line of a timeline. Where it has a code, that says why; `expected_by` is a promise of who is asked."""

    at = fields.DateTime(required=True)
    state = fields.String(required=True, validate=is_one(State))
    code = fields.String(required=True, allow_none=True, metadata=one_of(CODES))
    expected_by = fields.DateTime(required=True, allow_none=True)
    sentence = fields.String(required=True, metadata=IN_WORDS)


class ApplicationBrief(Shape):
    """Where an application stands. `code` says why it was refused, or what it waits for."""

    application_id = fields.String(required=True)
    product = fields.String(required=True)
    title = fields.String(required=True, metadata={"description": "The product's name in the reader's language"})
    language = fields.String(
        required=True, validate=is_one(LANGUAGES), metadata={"description": "Of the certificate and the mail"}
    )
    state = fields.String(required=True, validate=is_one(State))
    version = fields.Integer(required=True, metadata={"description": "Grows with each change; the id of stream events"})
    submitted_at = fields.DateTime(required=True)
    deadline = fields.DateTime(
        required=True, allow_none=True, metadata={"description": "When the town gives up, while that can still happen"}
    )
    certificate_id = fields.String(required=True, allow_none=True)
    code = fields.String(required=True, allow_none=True, metadata=one_of(CODES))
    sentence = fields.String(required=True, metadata=IN_WORDS)
    links = fields.Nested(Links, required=True)


class ApplicationShape(ApplicationBrief):
    """An application with its timeline, oldest line first."""

    timeline = fields.List(fields.Nested(StepShape), required=True)


class ApplicationListShape(Shape):
    """One page of a list, newest first."""

    applications = fields.List(fields.Nested(ApplicationBrief), required=True)
    next = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Address of the next page, also in the header Link (RFC 8288); null on the last one"},
    )
