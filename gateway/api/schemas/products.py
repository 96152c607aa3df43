"""The shapes of products, their forms, and what leads abroad."""

from marshmallow import fields

from gateway.resources.choices import IN_WORDS, NATIONAL_NUMBER, is_one, one_of
from gateway.resources.shapes import Shape
from services.contracts.abroad import Way
from services.contracts.errors import Refusal
from services.contracts.groups import groups
from services.contracts.naming import LANGUAGES
from services.contracts.product import CAPACITIES, QUESTION_KINDS


class OptionShape(Shape):
    """What may be sent, and what it is called."""

    value = fields.String(required=True)
    title = fields.String(required=True, metadata=IN_WORDS)


class FieldShape(Shape):
    """One thing that the register does not know: one of `options`, or a text of at most `max_length` characters."""

    name = fields.String(required=True)
    kind = fields.String(required=True, validate=is_one(QUESTION_KINDS))
    title = fields.String(required=True, metadata=IN_WORDS)
    required = fields.Boolean(required=True)
    max_length = fields.Integer(required=True, allow_none=True)
    options = fields.List(fields.Nested(OptionShape), required=True)


class TariffShape(Shape):
    """What it costs, and the regulation that says so."""

    cents = fields.Integer(required=True)
    regulation = fields.String(required=True, allow_none=True)


class GroupShape(Shape):
    """Products that are looked for in one place."""

    id = fields.String(required=True, metadata=one_of(groups()))
    title = fields.String(required=True, metadata=IN_WORDS)


class AtDeskShape(Shape):
    """What has no product: it is asked for in person."""

    id = fields.String(required=True)
    title = fields.String(required=True, metadata=IN_WORDS)
    explanation = fields.String(required=True, metadata=IN_WORDS)


class DeskShape(Shape):
    """Where the town's desk is, and what only it gives: `things`."""

    department = fields.String(required=True, metadata=IN_WORDS)
    address = fields.String(required=True, metadata=IN_WORDS)
    phone = fields.String(required=True)
    email = fields.String(required=True)
    website = fields.String(required=True)
    things = fields.List(fields.Nested(AtDeskShape), required=True)


class ProductShape(Shape):
    """What can be asked for, among what it is looked for (`group`), as whom (`capacities`) and in which languages."""

    id = fields.String(required=True)
    title = fields.String(required=True, metadata=IN_WORDS)
    explanation = fields.String(required=True, metadata=IN_WORDS)
    group = fields.String(required=True, metadata=one_of(groups()))
    capacities = fields.List(fields.String(validate=is_one(CAPACITIES)), required=True)
    languages = fields.List(fields.String(validate=is_one(LANGUAGES)), required=True)
    tariff = fields.Nested(TariffShape, required=True)


class PersonShape(Shape):
    """Somebody about whom the reader may ask."""

    national_number = fields.String(required=True, metadata=NATIONAL_NUMBER)
    name = fields.String(required=True)
    capacity = fields.String(required=True, validate=is_one(CAPACITIES))


class PrefillShape(Shape):
    """About whom the reader may ask; where that is nobody, `code` says why."""

    subjects = fields.List(fields.Nested(PersonShape), required=True)
    code = fields.String(required=True, allow_none=True, metadata=one_of(Refusal))
    sentence = fields.String(required=True, allow_none=True, metadata=IN_WORDS)


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
    title = fields.String(required=True, metadata=IN_WORDS)
    languages = fields.List(fields.Nested(OptionShape), required=True)
    link = fields.String(required=True)


class WayShape(Shape):
    """What a document needs in a country. `ask` is there where that is a form."""

    country = fields.String(required=True)
    country_name = fields.String(required=True, metadata=IN_WORDS)
    product = fields.String(required=True)
    language = fields.String(required=True, validate=is_one(LANGUAGES), metadata={"description": "Of the document"})
    way = fields.String(required=True, metadata=one_of(Way))
    title = fields.String(required=True, metadata=IN_WORDS)
    explanation = fields.String(required=True, metadata=IN_WORDS)
    ask = fields.Nested(FormShape, required=True, allow_none=True)


class ProductListShape(Shape):
    """All that the town offers, by group and then by title: never more than a page."""

    products = fields.List(fields.Nested(ProductShape), required=True)
    groups = fields.List(fields.Nested(GroupShape), required=True)
    at_desk = fields.Nested(DeskShape, required=True)
