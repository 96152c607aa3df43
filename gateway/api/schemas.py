"""The shapes of the API's answers; the OpenAPI document is made from these, and from the enumerations of contracts."""

from collections.abc import Iterable
from typing import Any, get_args

from marshmallow import fields, validate

from gateway.api.shapes import Shape
from gateway.auth.identity import ROLES
from gateway.field_errors import MOST_TOLD
from gateway.sentences import LOOKED_BY, LOOKED_FOR, PROBLEMS
from services.contracts.abroad import Way
from services.contracts.codes import Mistake
from services.contracts.documents import SEALS, Verdict
from services.contracts.errors import Refusal
from services.contracts.field_errors import FIELD_ERRORS
from services.contracts.groups import groups
from services.contracts.intake import CODES, State
from services.contracts.naming import LANGUAGES
from services.contracts.product import CAPACITIES, QUESTION_KINDS
from services.contracts.registry import StillTrue


def _is(values: Iterable[str]) -> validate.OneOf:
    """One of these; for the document, since what we say ourselves is not checked again."""
    return validate.OneOf([str(each) for each in values])


def _one_of(values: Iterable[str]) -> dict[str, Any]:
    """One of these today; within v1 there may come more, and a client must be able to read them."""
    return {OPEN: [str(each) for each in values]}


OPEN = "x-open-list"
"""The document makes a choice of it: one of those that are known, or any text (gateway/api/description.py)."""

_IN_WORDS = {"description": "In the reader's language"}
_NATIONAL_NUMBER = {"description": "Eleven digits"}


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
    language = fields.String(required=True, validate=_is(LANGUAGES))
    submitted_at = fields.DateTime(required=True)
    links = fields.Nested(Links, required=True)


class StepShape(Shape):
    """One line of a timeline. Where it has a code, that says why; `expected_by` is a promise of who is asked."""

    at = fields.DateTime(required=True)
    state = fields.String(required=True, validate=_is(State))
    code = fields.String(required=True, allow_none=True, metadata=_one_of(CODES))
    expected_by = fields.DateTime(required=True, allow_none=True)
    sentence = fields.String(required=True, metadata=_IN_WORDS)


class ApplicationBrief(Shape):
    """Where an application stands. `code` says why it was refused, or what it waits for."""

    application_id = fields.String(required=True)
    product = fields.String(required=True)
    title = fields.String(required=True, metadata={"description": "The product's name in the reader's language"})
    language = fields.String(
        required=True, validate=_is(LANGUAGES), metadata={"description": "Of the certificate and the mail"}
    )
    state = fields.String(required=True, validate=_is(State))
    version = fields.Integer(required=True, metadata={"description": "Grows with each change; the id of stream events"})
    submitted_at = fields.DateTime(required=True)
    deadline = fields.DateTime(
        required=True, allow_none=True, metadata={"description": "When the town gives up, while that can still happen"}
    )
    certificate_id = fields.String(required=True, allow_none=True)
    code = fields.String(required=True, allow_none=True, metadata=_one_of(CODES))
    sentence = fields.String(required=True, metadata=_IN_WORDS)
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


class MeShape(Shape):
    """Of a citizen the national number, of an officer the name."""

    role = fields.String(required=True, validate=_is(ROLES))
    national_number = fields.String(required=True, allow_none=True, metadata=_NATIONAL_NUMBER)
    name = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)
    town = fields.String(required=True, metadata={"description": "REFNIS code"})
    language = fields.String(required=True, validate=_is(LANGUAGES))


_MAY_BE_WITHHELD = {
    "description": "Null, and no title, facts or sources, where it was for no certificate, or where somebody else "
    "asked for one that is not about you and not about who lives with you, opened a form, or asked for a deed"
}


class LookShape(Shape):
    """One look at your data."""

    at = fields.AwareDateTime(required=True)
    by = fields.String(required=True, metadata=_one_of(LOOKED_BY))
    who = fields.String(required=True, metadata=_IN_WORDS)
    purpose = fields.String(required=True, metadata=_one_of(LOOKED_FOR))
    why = fields.String(required=True, metadata=_IN_WORDS)
    product = fields.String(required=True, allow_none=True, metadata=_MAY_BE_WITHHELD)
    title = fields.String(required=True, allow_none=True)
    facts = fields.List(fields.String(), required=True)
    sources = fields.List(fields.String(), required=True)
    outcome = fields.String(
        required=True,
        metadata={"description": "`given`, `promised`, `failed`, or a refusal; `refused` where that is not told"},
    )
    application_id = fields.String(required=True, allow_none=True)


class LookListShape(Shape):
    """One page of who looked at your data, newest first."""

    looks = fields.List(fields.Nested(LookShape), required=True)
    next = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Address of the next page, also in the header Link (RFC 8288); null on the last one"},
    )


class OptionShape(Shape):
    """What may be sent, and what it is called."""

    value = fields.String(required=True)
    title = fields.String(required=True, metadata=_IN_WORDS)


class FieldShape(Shape):
    """One thing that the register does not know: one of `options`, or a text of at most `max_length` characters."""

    name = fields.String(required=True)
    kind = fields.String(required=True, validate=_is(QUESTION_KINDS))
    title = fields.String(required=True, metadata=_IN_WORDS)
    required = fields.Boolean(required=True)
    max_length = fields.Integer(required=True, allow_none=True)
    options = fields.List(fields.Nested(OptionShape), required=True)


class TariffShape(Shape):
    """What it costs, and the regulation that says so."""

    cents = fields.Integer(required=True)
    regulation = fields.String(required=True, allow_none=True)


class GroupShape(Shape):
    """Products that are looked for in one place."""

    id = fields.String(required=True, metadata=_one_of(groups()))
    title = fields.String(required=True, metadata=_IN_WORDS)


class AtDeskShape(Shape):
    """What has no product: it is asked for in person."""

    id = fields.String(required=True)
    title = fields.String(required=True, metadata=_IN_WORDS)
    explanation = fields.String(required=True, metadata=_IN_WORDS)


class DeskShape(Shape):
    """Where the town's desk is, and what only it gives: `things`."""

    department = fields.String(required=True, metadata=_IN_WORDS)
    address = fields.String(required=True, metadata=_IN_WORDS)
    phone = fields.String(required=True)
    email = fields.String(required=True)
    website = fields.String(required=True)
    things = fields.List(fields.Nested(AtDeskShape), required=True)


class ProductShape(Shape):
    """What can be asked for, among what it is looked for (`group`), as whom (`capacities`) and in which languages."""

    id = fields.String(required=True)
    title = fields.String(required=True, metadata=_IN_WORDS)
    explanation = fields.String(required=True, metadata=_IN_WORDS)
    group = fields.String(required=True, metadata=_one_of(groups()))
    capacities = fields.List(fields.String(validate=_is(CAPACITIES)), required=True)
    languages = fields.List(fields.String(validate=_is(LANGUAGES)), required=True)
    tariff = fields.Nested(TariffShape, required=True)


class PersonShape(Shape):
    """Somebody about whom the reader may ask."""

    national_number = fields.String(required=True, metadata=_NATIONAL_NUMBER)
    name = fields.String(required=True)
    capacity = fields.String(required=True, validate=_is(CAPACITIES))


class PrefillShape(Shape):
    """About whom the reader may ask; where that is nobody, `code` says why."""

    subjects = fields.List(fields.Nested(PersonShape), required=True)
    code = fields.String(required=True, allow_none=True, metadata=_one_of(Refusal))
    sentence = fields.String(required=True, allow_none=True, metadata=_IN_WORDS)


class ProductDetailShape(ProductShape):
    """A product with its form."""

    legal_basis = fields.String(required=True)
    still_true = fields.Boolean(
        required=True,
        metadata={
            "description": "Whoever checks its certificate is told whether the register still says the same, while the "
            "certificate is current"
        },
    )
    fields_ = fields.List(fields.Nested(FieldShape), data_key="fields", attribute="fields", required=True)
    prefill = fields.Nested(
        PrefillShape,
        required=True,
        allow_none=True,
        metadata={"description": "What the register knows; null when no citizen is signed in"},
    )


class FormShape(Shape):
    """The product that gives the multilingual form, and the languages of the country in which it can."""

    product = fields.String(required=True)
    title = fields.String(required=True, metadata=_IN_WORDS)
    languages = fields.List(fields.Nested(OptionShape), required=True)
    link = fields.String(required=True)


class WayShape(Shape):
    """What a document needs in a country. `ask` is there where that is a form."""

    country = fields.String(required=True)
    country_name = fields.String(required=True, metadata=_IN_WORDS)
    product = fields.String(required=True)
    language = fields.String(required=True, validate=_is(LANGUAGES), metadata={"description": "Of the document"})
    way = fields.String(required=True, metadata=_one_of(Way))
    title = fields.String(required=True, metadata=_IN_WORDS)
    explanation = fields.String(required=True, metadata=_IN_WORDS)
    ask = fields.Nested(FormShape, required=True, allow_none=True)


class ProductListShape(Shape):
    """All that the town offers, by group and then by title: never more than a page."""

    products = fields.List(fields.Nested(ProductShape), required=True)
    groups = fields.List(fields.Nested(GroupShape), required=True)
    at_desk = fields.Nested(DeskShape, required=True)


class LostTimeShape(Shape):
    since = fields.DateTime(required=True)
    until = fields.DateTime(required=True)


class StillTrueShape(Shape):
    """Whether the town's register still says what the certificate states, and nothing else about anybody."""

    state = fields.String(required=True, validate=_is(StillTrue))
    sentence = fields.String(required=True, metadata=_IN_WORDS)
    asked_at = fields.DateTime(
        required=True,
        allow_none=True,
        metadata={"description": "When the register was last asked; null where it has not been"},
    )
    being_asked = fields.Boolean(
        required=True,
        metadata={"description": "It is being asked: look again in a minute, the answer is not waited for"},
    )


class VerificationShape(Shape):
    """Something of the certificate, nothing of the person."""

    verdict = fields.String(required=True, validate=_is(Verdict))
    title = fields.String(required=True, metadata=_IN_WORDS)
    sentence = fields.String(required=True, metadata=_IN_WORDS)
    current = fields.Boolean(
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
        validate=_is(get_args(Mistake)),
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
        validate=_is(SEALS),
        metadata={"description": "Of a file that is `not-ours`: the seal of somebody, and whether it covers all of it"},
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


class FieldProblemShape(Shape):
    """What is wrong with one field. `parameters` are those of its slug: `choices`, `most`, `least` or `megabytes`."""

    field = fields.String(required=True, metadata={"description": "Its path in the body, or the parameter's name"})
    in_ = fields.String(required=True, data_key="in", validate=_is(("body", "query")))
    pointer = fields.String(metadata={"description": "RFC 6901, of what is wrong in the body"})
    slug = fields.String(required=True, metadata=_one_of(sorted(FIELD_ERRORS)))
    parameters = fields.Dict(keys=fields.String(), required=True)
    detail = fields.String(required=True, metadata=_IN_WORDS)


class ProblemShape(Shape):
    """Problem details (RFC 9457): a program goes by `slug`, a person by `title` and `detail`."""

    type = fields.String(required=True, metadata={"description": "`urn:loket:problem:` and the slug"})
    slug = fields.String(required=True, metadata=_one_of(PROBLEMS))
    title = fields.String(required=True, metadata=_IN_WORDS)
    status = fields.Integer(required=True)
    detail = fields.String(required=True, metadata=_IN_WORDS)
    instance = fields.String(required=True, metadata={"description": "The request's id as a URN (RFC 9562)"})
    errors = fields.List(
        fields.Nested(FieldProblemShape),
        validate=validate.Length(max=MOST_TOLD),
        metadata={"description": "Each field that is wrong; those that there are none of come last, by name"},
    )
    more_errors = fields.Integer(metadata={"description": "How many more are wrong than `errors` tells, if any"})
