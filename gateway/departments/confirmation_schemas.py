"""The shapes of what departments are asked to confirm, and of what they answer."""

from marshmallow import fields

from gateway.resources.choices import is_one
from gateway.resources.shapes import AtMost, Between, Shape, Text
from services.contracts.confirmations import MOST_ASKINGS, Outcome


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
