"""The shapes of who is signed in, and of who looked at their data."""

from marshmallow import fields

from gateway.auth.identity import ROLES
from gateway.resources.choices import IN_WORDS, NATIONAL_NUMBER, is_one, one_of
from gateway.resources.shapes import Shape
from gateway.sentences import LOOKED_BY, LOOKED_FOR
from services.contracts.naming import LANGUAGES


class MeShape(Shape):
    """Of a citizen the national number, of an officer the name."""

    role = fields.String(required=True, validate=is_one(ROLES))
    national_number = fields.String(required=True, allow_none=True, metadata=NATIONAL_NUMBER)
    name = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)
    town = fields.String(required=True, metadata={"description": "REFNIS code"})
    language = fields.String(required=True, validate=is_one(LANGUAGES))


_MAY_BE_WITHHELD = {
    "description": "Null, and no title, facts or sources, where it was for no certificate, or where somebody else "
    "asked for one that is not about you and not about who lives with you, opened a form, or asked for a deed"
}


class LookShape(Shape):
    """One look at your data."""

    at = fields.AwareDateTime(required=True)
    by = fields.String(required=True, metadata=one_of(LOOKED_BY))
    who = fields.String(required=True, metadata=IN_WORDS)
    purpose = fields.String(required=True, metadata=one_of(LOOKED_FOR))
    why = fields.String(required=True, metadata=IN_WORDS)
    product = fields.String(required=True, allow_none=True, metadata=_MAY_BE_WITHHELD)
    title = fields.String(required=True, allow_none=True)
    facts = fields.List(fields.String(), required=True)
    fact_titles = fields.List(
        fields.String(), required=True, metadata={"description": "The same, in the reader's language, in their order"}
    )
    sources = fields.List(fields.String(), required=True)
    outcome = fields.String(
        required=True,
        metadata={"description": "`given`, `promised`, `failed`, or a refusal; `refused` where that is not told"},
    )
    application_id = fields.String(required=True, allow_none=True)
    reason = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "What for another public service may know this, in the words of who decided so"},
    )


class LookListShape(Shape):
    """One page of who looked at your data, newest first."""

    looks = fields.List(fields.Nested(LookShape), required=True)
    only_at_desk = fields.String(
        required=True, metadata={"description": "What the list never holds, to be shown below it; always the same"}
    )
    next = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Address of the next page, also in the header Link (RFC 8288); null on the last one"},
    )
