"""What a citizen may ask of a town: product, language, subject, contact and fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.contracts.abroad import DESTINATION, DESTINATION_LANGUAGE, Way, lead
from services.contracts.catalogue import offered
from services.contracts.contact import Contact
from services.contracts.destinations import destinations
from services.contracts.errors import (
    ContactMissing,
    DomainError,
    InvalidField,
    LanguageNotAllowed,
    NoFormThere,
    UnknownProduct,
)
from services.contracts.extracts import Request
from services.contracts.field_errors import FieldError, field_error
from services.contracts.groups import why_not_offered
from services.contracts.intake import CheckApplication, SubmitApplication
from services.contracts.mailboxes import mailbox
from services.contracts.named_deeds import wrongly_named
from services.contracts.national_number import compact
from services.contracts.product import ANYONE, OF_ANOTHER, Field, Product
from services.contracts.text import is_european, is_printable, printable, says_something
from services.contracts.towns import Town

LONGEST_NAME = 64
"""Of a field that is none: a longer one is not repeated."""


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A form that the town takes (its REFNIS code). `still_true`: whether it has that on for the product."""

    town: str
    product: Product
    language: str
    request: Request
    contact: Contact
    still_true: bool = False


def accept(
    asked: SubmitApplication | CheckApplication, *, town: Town, products: Mapping[str, Product], today: date
) -> Accepted:
    """The form, checked as of today. Whether the applicant may ask about the subject, the register decides.

    Everything that is wrong is told at once: raises UnknownProduct, LanguageNotAllowed, NoFormThere or ContactMissing
    where that is all, else InvalidField.
    """
    wrong = _Wrong()
    catalogue = offered(town, products)
    product = catalogue.get(asked.product)
    if product is None:
        wrong.add("product", why_not_offered(asked.product), UnknownProduct)
    language = asked.language or town.languages[0]
    languages = product.languages(town) if product else town.languages
    if language not in languages:
        wrong.add("language", field_error("not-a-choice", choices=list(languages)), LanguageNotAllowed)
    test = town.takes_test_numbers
    applicant = compact(asked.citizen, test=test)
    if applicant is None:
        wrong.add("citizen", field_error("not-a-national-number"))
    subject = compact(asked.subject, test=test) if asked.subject else applicant
    if asked.subject and subject is None:
        wrong.add("subject", field_error("not-a-national-number"))
    if subject in asked.other_numbers:
        subject = applicant
    # of anybody else: versions before there were more than parents and children read no other word
    capacity = "self" if subject == applicant else "parent"
    if product and applicant and subject and not _is_for(product, capacity):
        alone = "only-for-yourself" if capacity == "parent" else "only-for-your-child"
        wrong.add("subject", field_error(alone))
    email = _email(asked.email, wrong)
    for path, problem in _field_problems(asked.fields, product, today).items():
        wrong.add(path, problem)
    if product and product.gives.form:
        written_in = language if language in languages else languages[0]
        _check_destination(asked.fields, product, wrong, language=written_in, catalogue=catalogue)
    wrong.end()
    if product is None or applicant is None or subject is None or email is None:
        raise AssertionError("what is missing was told as wrong")
    given = {name: value for name, value in asked.fields.items() if value.strip()}
    contact = Contact(email=email, language=language)
    request = Request(applicant=applicant, subject=subject, capacity=capacity, fields=given)
    still_true = product.is_still_true_in(town)
    return Accepted(
        town=town.refnis,
        product=product,
        language=language,
        request=request,
        contact=contact,
        still_true=still_true,
    )


def _is_for(product: Product, capacity: str) -> bool:
    """A product that anyone may ask for is asked for by oneself; of another person the register knows who they are to
    the citizen, and in which of the product's capacities that is."""
    return bool(set(product.capacities) & ({"self", ANYONE} if capacity == "self" else OF_ANOTHER))


def _check_destination(
    given: Mapping[str, str], product: Product, wrong: "_Wrong", *, language: str, catalogue: Mapping[str, Product]
) -> None:
    """A form is given where it is of use, and in a language of the country; where it is not, the way is told."""
    country = given.get(DESTINATION, "")
    if country not in destinations().codes:
        return  # told already
    way = lead(country, product=product, language=language, offered=catalogue.values())
    if way.way is not Way.FORM:
        wrong.add(f"fields.{DESTINATION}", field_error("leads-elsewhere", way=way.way.value), NoFormThere)
        return
    chosen = given.get(DESTINATION_LANGUAGE, "").strip()
    if chosen not in way.languages and (chosen or len(way.languages) > 1):
        slug = "not-a-choice" if chosen else "required"
        wrong.add(f"fields.{DESTINATION_LANGUAGE}", field_error(slug, choices=list(way.languages)))


class _Wrong:
    """What is wrong with a form, by path, and the kinds of errors it would be alone."""

    def __init__(self) -> None:
        self._fields: dict[str, FieldError] = {}
        self._kinds: set[type[DomainError]] = set()

    def add(self, path: str, problem: FieldError, kind: type[DomainError] = InvalidField) -> None:
        self._fields[path] = problem
        self._kinds.add(kind)

    def end(self) -> None:
        """Raises what was added, if anything."""
        if self._fields:
            kind = self._kinds.pop() if len(self._kinds) == 1 else InvalidField
            raise kind(fields=self._fields)


def _field_problems(given: Mapping[str, str], product: Product | None, today: date) -> dict[str, FieldError]:
    """By path; a name that nobody could read, or would want to, is told as one of `fields`."""
    if product is None:
        return {}
    by_name = {each.name: each for each in product.fields}
    found: dict[str, FieldError] = {}
    for name in sorted(given.keys() - by_name.keys()):
        is_told = is_printable(name) and len(name) <= LONGEST_NAME
        found[f"fields.{name}" if is_told else "fields"] = field_error("unknown-field")
    for name, field in by_name.items():
        if problem := _problem(field, given.get(name), on_paper=name in product.gives.answers):
            found[f"fields.{name}"] = problem
    answers = {name: value for name, value in given.items() if name in by_name}
    for name, problem in wrongly_named(answers, today=today).items():
        found.setdefault(f"fields.{name}", problem)
    return found


def _problem(field: Field, value: str | None, *, on_paper: bool) -> FieldError | None:
    """What stands on paper is in letters that its fonts have: with another one nothing could be issued, and the citizen
    would wait in vain."""
    if value is None or not value.strip():
        return field_error("required") if field.required else None
    if field.kind == "choice":
        if value in field.values:
            return None
        return field_error("not-listed") if field.options_from else field_error("not-a-choice", choices=[*field.values])
    if len(value) > field.max_length:
        return field_error("too-long", most=field.max_length)
    if not is_printable(value) or (on_paper and not is_european(printable(value))):
        return field_error("unprintable")
    return None if says_something(value) else field_error("says-nothing")


def _email(text: str | None, wrong: _Wrong) -> str | None:
    if not text or not text.strip():
        wrong.add("email", field_error("required"), ContactMissing)
        return None
    try:
        return mailbox(text)
    except ValueError:
        wrong.add("email", field_error("not-an-e-mail-address"))
        return None
