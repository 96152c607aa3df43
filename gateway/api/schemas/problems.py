"""The shapes of problems (RFC 9457)."""

from marshmallow import fields, validate

from gateway.field_errors import MOST_TOLD
from gateway.resources.choices import IN_WORDS, is_one, one_of
from gateway.resources.shapes import Shape
from gateway.sentences import PROBLEMS
from services.contracts.confirmations import Outcome
from services.contracts.field_errors import FIELD_ERRORS


class FieldProblemShape(Shape):
    """What is wrong with one field. `parameters` are those of its slug: `choices`, `most`, `least` or `megabytes`."""

    field = fields.String(required=True, metadata={"description": "Its path in the body, or the parameter's name"})
    in_ = fields.String(required=True, data_key="in", validate=is_one(("body", "query")))
    pointer = fields.String(metadata={"description": "RFC 6901, of what is wrong in the body"})
    slug = fields.String(required=True, metadata=one_of(sorted(FIELD_ERRORS)))
    parameters = fields.Dict(keys=fields.String(), required=True)
    detail = fields.String(required=True, metadata=IN_WORDS)


class ProblemShape(Shape):
    """Problem details (RFC 9457): a program goes by `slug`, a person by `title` and `detail`."""

    type = fields.String(required=True, metadata={"description": "`urn:loket:problem:` and the slug"})
    slug = fields.String(required=True, metadata=one_of(PROBLEMS))
    title = fields.String(required=True, metadata=IN_WORDS)
    status = fields.Integer(required=True)
    detail = fields.String(required=True, metadata=IN_WORDS)
    instance = fields.String(required=True, metadata={"description": "The request's id as a URN (RFC 9562)"})
    errors = fields.List(
        fields.Nested(FieldProblemShape),
        validate=validate.Length(max=MOST_TOLD),
        metadata={"description": "Each field that is wrong; those that there are none of come last, by name"},
    )
    more_errors = fields.Integer(metadata={"description": "How many more are wrong than `errors` tells, if any"})
    asking = fields.Integer(metadata={"description": "With `confirmation-overtaken`: the one that waits for an answer"})
    outcome = fields.String(metadata=one_of(Outcome) | {"description": "With `confirmation-answered`: it stands"})
