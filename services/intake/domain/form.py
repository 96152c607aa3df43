"""What a citizen may ask of a town: product, language, subject, contact and fields."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from stdnum.be import ssn
from stdnum.exceptions import ValidationError

from services.contracts.catalogue import Field, Product
from services.contracts.errors import ContactMissing, InvalidField, LanguageNotAllowed, UnknownProduct
from services.contracts.facts import Contact, Request
from services.contracts.intake import SubmitApplication
from services.contracts.mailboxes import mailbox
from services.contracts.towns import Town

_UNPRINTABLE = {"Cc", "Cs", "Cn", "Co", "Zl", "Zp"}
"""Unicode categories with no place in a line of text: controls, lone surrogates, unassigned, private, separators."""

_BIDI_CONTROLS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They change the order in which the text around them reads (Unicode Technical Report 36, section 2.8)."""


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A form that the town takes."""

    product: Product
    language: str
    request: Request
    contact: Contact


def accept(asked: SubmitApplication, *, town: Town, products: Mapping[str, Product]) -> Accepted:
    """The form, checked. Whether the applicant may ask about the subject, the register decides.

    Raises UnknownProduct, LanguageNotAllowed, ContactMissing or InvalidField.
    """
    product = products.get(asked.product)
    if product is None or product.id in town.products_off:
        raise UnknownProduct(fields={"product": "not in this town's catalogue"})
    language = asked.language or town.languages[0]
    if language not in town.languages:
        raise LanguageNotAllowed(fields={"language": f"one of {', '.join(town.languages)}"})
    applicant = national_number(asked.citizen, field="citizen")
    subject = national_number(asked.subject, field="subject") if asked.subject else applicant
    capacity = "self" if subject == applicant else "parent"
    if capacity not in product.capacities:
        raise InvalidField(fields={"subject": f"this product is asked as {' or '.join(product.capacities)}"})
    _check_fields(asked.fields, product.fields)
    given = {name: value for name, value in asked.fields.items() if value.strip()}
    contact = Contact(email=_email(asked.email), language=language)
    request = Request(applicant=applicant, subject=subject, capacity=capacity, fields=given)
    return Accepted(product=product, language=language, request=request, contact=contact)


def national_number(text: str, *, field: str) -> str:
    """The 11 digits of a national or BIS number, also from its written form. Raises InvalidField."""
    try:
        number = ssn.validate(text) if text.isascii() else ""
    except ValidationError:
        number = ""
    if not number or number[6:9] in ("000", "999"):
        raise InvalidField(fields={field: "not a national number"})
    return str(number)


def printable(text: str) -> bool:
    """Whether a text is one line that can be shown as it stands."""
    return not any(unicodedata.category(each) in _UNPRINTABLE or each in _BIDI_CONTROLS for each in text)


def _check_fields(given: Mapping[str, str], asked: tuple[Field, ...]) -> None:
    by_name = {each.name: each for each in asked}
    if not given.keys() <= by_name.keys():
        unknown = [name for name in sorted(given.keys() - by_name.keys()) if printable(name) and len(name) <= 64]
        named = {f"fields.{name}": "not a field of this product" for name in unknown}
        raise InvalidField(fields=named or {"fields": "has a name that is no field of this product"})
    problems = {f"fields.{name}": _problem(each, given.get(name)) for name, each in by_name.items()}
    if found := {path: problem for path, problem in problems.items() if problem}:
        raise InvalidField(fields=found)


def _problem(field: Field, value: str | None) -> str | None:
    if value is None or not value.strip():
        return "required" if field.required else None
    if field.kind == "choice":
        options = [option.value for option in field.options]
        return None if value in options else f"one of {', '.join(options)}"
    if len(value) > field.max_length:
        return f"at most {field.max_length} characters"
    return None if printable(value) else "has characters that cannot be shown"


def _email(text: str | None) -> str:
    if not text or not text.strip():
        raise ContactMissing(fields={"email": "required"})
    try:
        return mailbox(text)
    except ValueError:
        raise InvalidField(fields={"email": "not an e-mail address"}) from None
