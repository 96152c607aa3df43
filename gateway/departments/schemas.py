"""The shapes of what departments are answered, and of what they send."""

from typing import Any

from marshmallow import fields

from gateway.departments.webhook_schemas import WebhookShape
from gateway.resources.choices import is_one, one_of
from gateway.resources.shapes import AtMost, Shape, Text
from services.contracts.errors import Refusal
from services.contracts.field_errors import field_error

MOST_NAMED = 50

_OF_A_VALUE: dict[str, Any] = {
    "required": [field_error("required")],
    "null": [field_error("wrong-type")],
    "invalid": [field_error("wrong-type")],
}

_EVENTS = {
    "description": "CloudEvents 1.0, each as it was published; their schemas are those of `loket_contracts`, and their "
    "`source` and `id` together name them for ever",
    "items": {"type": "object"},
}


class TokenShape(Shape):
    """RFC 6749, section 5.1."""

    access_token = fields.String(required=True)
    token_type = fields.String(required=True, validate=is_one(["Bearer"]))
    expires_in = fields.Integer(required=True, metadata={"description": "Seconds"})


class EventPageShape(Shape):
    """What was told behind a place, and the place behind that."""

    events = fields.List(fields.Dict(), required=True, metadata=_EVENTS)
    after = fields.String(required=True, metadata={"description": "Where to go on; opaque, for this department here"})
    more = fields.Boolean(required=True, metadata={"description": "There is more behind it already"})


class SandboxRequestShape(Shape):
    """Which events are to be told: by name, such as `certificate-issued`; every one where the list is empty."""

    events = fields.List(
        Text(validate=AtMost(200, "too-long")),
        required=True,
        validate=AtMost(MOST_NAMED, "too-many"),
        error_messages=_OF_A_VALUE,
        metadata={"example": ["certificate-issued"]},
    )


class SandboxToldShape(Shape):
    """What was told of the town that there is not."""

    events = fields.List(fields.Dict(), required=True, metadata=_EVENTS)


class DepartmentFactsShape(Shape):
    """What the register says now."""

    reference = fields.String(required=True)
    sandbox = fields.Boolean(
        required=True,
        metadata={"description": "Of somebody whom there is not: an event of the sandbox is about nobody"},
    )
    product = fields.String(required=True)
    looked_at = fields.AwareDateTime(required=True)
    facts = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={"description": "By name, as in the data of a certificate: `facts` of `/schemas/certificate-1.json`"},
    )
    code = fields.String(
        required=True, allow_none=True, metadata=one_of(Refusal) | {"description": "Why the register tells nothing"}
    )


class HeardShape(Shape):
    """Of which event and which product; `*` is any."""

    event = fields.String(required=True)
    product = fields.String(required=True)


class KeyShape(Shape):
    """A secret or certificate that lets the department in."""

    id = fields.String(required=True)
    kind = fields.String(required=True, metadata=one_of(["secret", "certificate"]))
    made_at = fields.AwareDateTime(required=True)


class DepartmentShape(Shape):
    """What is kept of a department."""

    department = fields.String(required=True)
    town = fields.String(required=True, metadata={"description": "REFNIS code of the town that is asked"})
    title = fields.String(required=True)
    purpose = fields.String(required=True, metadata={"description": "What for it may know this; citizens read it, too"})
    heard = fields.List(fields.Nested(HeardShape), required=True)
    facts = fields.List(fields.String(), required=True)
    answers = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "As whom it is asked for confirmations in this town, by the town's catalogue"},
    )
    keys = fields.List(fields.Nested(KeyShape), required=True)
    added_at = fields.AwareDateTime(required=True)
    told = fields.Integer(required=True, metadata={"description": "Events of this town that it was told and are kept"})
    last_told_at = fields.AwareDateTime(required=True, allow_none=True)
    waiting = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Messages for it at the broker; null where not known"}
    )
    parked = fields.Integer(required=True, allow_none=True, metadata={"description": "Those that it could not handle"})
    refusals_untold = fields.Integer(
        required=True,
        metadata={
            "description": "Of its answers by events, to all towns: refused today and not told one by one, since too "
            "many were"
        },
    )
    webhooks = fields.List(fields.Nested(WebhookShape), required=True)
