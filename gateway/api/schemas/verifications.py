"""The shape of what a code or a file is worth."""

from typing import get_args

from marshmallow import fields

from gateway.resources.choices import IN_WORDS, is_one
from gateway.resources.shapes import Shape
from services.contracts.codes import Mistake
from services.contracts.documents import SEALS, Verdict
from services.contracts.registry import StillTrue


class LostTimeShape(Shape):
    since = fields.DateTime(required=True)
    until = fields.DateTime(required=True)


class StillTrueShape(Shape):
    """Whether the town's register still says what the certificate states, and nothing else about anybody."""

    state = fields.String(required=True, validate=is_one(StillTrue))
    sentence = fields.String(required=True, metadata=IN_WORDS)
    asked_at = fields.DateTime(
        required=True,
        allow_none=True,
        metadata={"description": "When the register was last asked; null where it has not been"},
    )
    being_asked = fields.Boolean(
        required=True,
        metadata={"description": "It is being asked: look again in a minute, the answer is not waited for"},
    )


class AnotherTownShape(Shape):
    name = fields.String(required=True, metadata=IN_WORDS)
    address = fields.String(required=True, metadata={"description": "Where that town checks its certificates"})


class VerificationShape(Shape):
    """Something of the certificate, nothing of the person."""

    verdict = fields.String(required=True, validate=is_one(Verdict))
    title = fields.String(required=True, metadata=IN_WORDS)
    sentence = fields.String(required=True, metadata=IN_WORDS)
    current = fields.Boolean(
        attribute="is_current",
        required=True,
        allow_none=True,
        metadata={
            "description": "Has `current_until` not passed, and did the register not say something else since? "
            "Null where that is no question"
        },
    )
    product = fields.String(required=True, allow_none=True)
    number = fields.String(required=True, allow_none=True)
    issued_at = fields.DateTime(required=True, allow_none=True)
    current_until = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "The last day, in Belgium and to its end, on which it is presented as current"},
    )
    superseded_at = fields.DateTime(required=True, allow_none=True)
    mistake = fields.String(
        required=True,
        allow_none=True,
        validate=is_one(get_args(Mistake)),
        metadata={"description": "What was given instead of a code"},
    )
    passed_through = fields.Boolean(
        required=True,
        metadata={"description": "Another authority made the document and sealed it; nothing of the town stands on it"},
    )
    leads_elsewhere = fields.Boolean(
        required=True,
        metadata={"description": "The QR code in the file leads to another site than the town's: do not open it"},
    )
    seal = fields.String(
        required=True,
        allow_none=True,
        validate=is_one(SEALS),
        metadata={"description": "Of a file that is `not-ours`: the seal of somebody, and whether it covers all of it"},
    )
    another_town = fields.Nested(
        AnotherTownShape,
        required=True,
        allow_none=True,
        metadata={
            "description": "The town, served here too, whose marks and seal the file bears: unbroken of one that is "
            "`not-ours`, and that town says whether it is one of its certificates; broken of one that is `altered`"
        },
    )
    records_lost = fields.List(
        fields.Nested(LostTimeShape),
        required=True,
        metadata={
            "description": "Of an `unknown` code or a file that is `no-longer-kept`: times of which the town lost its "
            "records, so that a certificate issued then may be genuine"
        },
    )
    still_true = fields.Nested(
        StillTrueShape,
        required=True,
        allow_none=True,
        metadata={
            "description": "Null where the town does not tell that of this product, or where the certificate is "
            "superseded or past its last day"
        },
    )
