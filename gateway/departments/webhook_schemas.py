"""The shapes of what departments read of their webhooks, and of what they change there."""

from marshmallow import fields

from gateway.resources.choices import one_of
from gateway.resources.shapes import Between, Flag, Shape, Short, Text
from services.contracts.department_webhooks import (
    LONGEST_SINCE,
    MOST_OVERLAP_HOURS,
    DisabledBy,
    Progress,
    WebhookState,
)
from services.contracts.feed.webhooks import ASYMMETRIC, SYMMETRIC

LONGEST_SIGNATURE = 10

SIGNATURES = (SYMMETRIC, ASYMMETRIC)


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
