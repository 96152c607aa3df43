"""The shapes of what departments are answered, and of what they send."""

from typing import Any

from marshmallow import fields

from gateway.resources.choices import is_one, one_of
from gateway.resources.shapes import AtMost, Between, Flag, Shape, Short, Text
from services.contracts.confirmations import MOST_ASKINGS, Outcome
from services.contracts.department_webhooks import (
    LONGEST_SINCE,
    MOST_OVERLAP_HOURS,
    DisabledBy,
    Progress,
    WebhookState,
)
from services.contracts.errors import Refusal
from services.contracts.feed.webhooks import ASYMMETRIC, SYMMETRIC
from services.contracts.field_errors import field_error

MOST_NAMED = 50

LONGEST_SIGNATURE = 10

SIGNATURES = (SYMMETRIC, ASYMMETRIC)

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


class SigningKeyShape(Shape):
    """A key that what is sent is signed with; itself it is told once."""

    signature = fields.String(required=True, metadata=one_of(SIGNATURES))
    made_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "Until when it signs, where another has followed it"}
    )


class WebhookShape(Shape):
    """Where the department is told over HTTPS, and how that gets on. Deliveries are those of events of the town that is
    asked, and of the sandbox."""

    webhook = fields.String(required=True)
    url = fields.String(required=True)
    state = fields.String(required=True, metadata=one_of(WebhookState))
    since = fields.AwareDateTime(required=True, metadata={"description": "Since when it is so"})
    disabled_by = fields.String(
        required=True,
        allow_none=True,
        metadata=one_of(DisabledBy) | {"description": "Its receiver, with 410, or the department, over the API"},
    )
    keys = fields.List(fields.Nested(SigningKeyShape), required=True)
    waiting = fields.Integer(required=True)
    oldest = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "When the oldest of those that wait was told"}
    )
    parked = fields.Integer(required=True, metadata={"description": "Sent again where that is asked for"})
    delivered = fields.Integer(required=True)
    dropped = fields.Integer(
        required=True,
        metadata={
            "description": "Of all its towns: never delivered, and not kept any more, since too many were, or parked "
            "for too long"
        },
    )
    dropped_until = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "When the last of those was told"}
    )


class AttemptShape(Shape):
    """One that was made."""

    at = fields.AwareDateTime(required=True)
    took_ms = fields.Integer(required=True)
    status = fields.Integer(required=True, allow_none=True, metadata={"description": "Null where there was no answer"})
    reason = fields.String(
        required=True,
        metadata={"description": "One word, such as `delivered`, `refused`, `too-slow`: the README of the contract"},
    )


class DeliveryShape(Shape):
    """An event on its way to a webhook."""

    event = fields.String(required=True, metadata={"description": "Its id, and the `webhook-id` it comes with"})
    name = fields.String(required=True)
    town = fields.String(required=True)
    stored_at = fields.AwareDateTime(required=True, metadata={"description": "When it was told"})
    progress = fields.String(required=True, metadata=one_of(Progress))
    due_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "When it is tried next, while it waits"}
    )
    attempts = fields.List(
        fields.Nested(AttemptShape), required=True, metadata={"description": "The oldest first; of many the last 100"}
    )


class DeliveryPageShape(Shape):
    """Those of the newest events first."""

    deliveries = fields.List(fields.Nested(DeliveryShape), required=True)
    next = fields.String(
        required=True, allow_none=True, metadata={"description": "Goes into `cursor`, where there are more"}
    )


class ReplayRequestShape(Shape):
    """From where on, and whether only what is parked."""

    since = Text(
        validate=Short(LONGEST_SINCE),
        metadata={
            "description": "The id of an event, or a moment (RFC 3339); without it, from the first that is kept",
            "example": "2026-11-27T08:00:00+01:00",
        },
    )
    parked_only = Flag(required=True, metadata={"example": True})


class ReplayedShape(Shape):
    """What leaves once more."""

    replayed = fields.Integer(required=True, metadata={"description": "So many deliveries"})
    next = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The first event that does not leave yet: `since` of the next request"},
    )


class SwitchRequestShape(Shape):
    """Whether it is sent nothing."""

    is_disabled = Flag(required=True, metadata={"example": True})


class KeyRequestShape(Shape):
    """How what is sent is signed from now on, and for how long with the key before as well."""

    signature = Text(
        validate=Short(LONGEST_SIGNATURE),
        metadata={
            "description": "`v1` (HMAC) or `v1a` (Ed25519); without it, that of the key before",
            "example": ASYMMETRIC,
        },
    )
    overlap_hours = Between(0, MOST_OVERLAP_HOURS, required=True)


class FreshKeyShape(Shape):
    """The new key."""

    webhook = fields.String(required=True)
    signature = fields.String(required=True, metadata=one_of(SIGNATURES))
    made_at = fields.AwareDateTime(required=True)
    key = fields.String(
        required=True, metadata={"description": "`whsec_…`, or the public half `whpk_…`; nobody is told it again"}
    )


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


class ConfirmationSummaryShape(Shape):
    """One confirmation that waits."""

    reference = fields.String(
        required=True, metadata={"description": "As the feed tells it, in `confirmation` of its events"}
    )
    department = fields.String(
        required=True, metadata={"description": "As whom the department is asked, by the town's catalogue"}
    )
    product = fields.String(required=True)
    asking = fields.Integer(required=True, metadata={"description": "How often it was asked for"})
    asked_at = fields.AwareDateTime(required=True)
    due_at = fields.AwareDateTime(required=True, metadata={"description": "By when an answer is expected"})
    expires_at = fields.AwareDateTime(
        required=True, metadata={"description": "When the application ends without an answer"}
    )


class ConfirmationListShape(Shape):
    """What waits."""

    confirmations = fields.List(fields.Nested(ConfirmationSummaryShape), required=True)
    more = fields.Boolean(required=True, metadata={"description": "Others wait as well, for whom there was no room"})


class ConfirmationShape(ConfirmationSummaryShape):
    """One confirmation, with whom it is about."""

    concerning = fields.String(
        required=True,
        metadata={
            "description": "A JWE (RFC 7516: `dir`, `A256GCM`) of `national_number` and `fields`; "
            "`loket_contracts.concerning` opens it"
        },
    )


class AnswerShape(Shape):
    """An answer to one asking: whether there was such a one, and what may be answered, is for intake to say."""

    asking = Between(
        1,
        MOST_ASKINGS,
        required=True,
        metadata={"description": "Which asking is answered, as it was told", "example": 1},
    )
    outcome = Text(
        required=True,
        validate=AtMost(40, "too-long"),
        metadata={"enum": list(map(str, Outcome)), "example": "confirmed"},
    )


class ConfirmationAnsweredShape(Shape):
    """What is kept of an answer."""

    reference = fields.String(required=True)
    asking = fields.Integer(required=True)
    outcome = fields.String(required=True, validate=is_one(Outcome))
    answered_at = fields.AwareDateTime(required=True)
    counts_until = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "It is asked for anew after that; null after a no"}
    )
