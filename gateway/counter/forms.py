"""What a product asks, and about whom the reader may ask it."""

from dataclasses import dataclass

from gateway.asking import ask
from gateway.auth.callers import current_caller
from gateway.auth.identity import Citizen
from gateway.auth.sessions import SessionsAway
from gateway.counter.choices import Choice, choices_of
from gateway.counter.products import offered
from gateway.language import language, translate
from gateway.sentences import LOOKED_AT, sentence_of
from gateway.tenancy import current_town
from services.chassis.asking import ServiceFailed, ServiceUnavailable
from services.contracts.errors import Refusal
from services.contracts.product import Field
from services.contracts.registry import Person, Prefill, ReadPrefill


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One thing that the register does not know. `kind` is one of product.QUESTION_KINDS: a choice among `options`, or
    a text of at most `max_length` characters."""

    name: str
    kind: str
    title: str
    required: bool
    max_length: int | None
    options: tuple[Choice, ...]


@dataclass(frozen=True, kw_only=True)
class Subjects:
    """About whom the reader may ask; where that is nobody, `code` and `sentence` say why."""

    subjects: tuple[Person, ...]
    code: str | None
    sentence: str | None


def asked_of(product_id: str) -> tuple[Asked, ...]:
    """What is filled in, in this order. Raises Problem `unknown-product`."""
    return tuple(_asked(each) for each in offered(product_id).fields)


def known_of(product_id: str) -> tuple[str, ...]:
    """What of somebody is looked up for it, so that nobody need fill it in; in words."""
    return tuple(translate(LOOKED_AT[each]) if each in LOOKED_AT else each for each in offered(product_id).facts)


def subjects_of(product_id: str) -> Subjects | None:
    """None where no citizen is known to be signed in. The register is asked, which those it is about can read: for a
    form that is being filled in, and no list.

    A register that is away, or fails, leaves the form empty; it does not close it. Nor does a store that is away.
    Raises Problem `unknown-product`.
    """
    product, town = offered(product_id), current_town()
    try:
        caller = current_caller()
    except SessionsAway:
        return None
    if not isinstance(caller, Citizen):
        return None
    try:
        known = ask(ReadPrefill(town=town.refnis, citizen=caller.national_number, product=product.id))
    except (ServiceUnavailable, ServiceFailed):
        known = Prefill(code=Refusal.REGISTER_UNAVAILABLE)
    sentence = translate(sentence_of("refused", known.code, own=True)) if known.code else None
    return Subjects(subjects=known.subjects, code=known.code, sentence=sentence)


def _asked(field: Field) -> Asked:
    return Asked(
        name=field.name,
        kind=field.kind,
        title=field.titles[language()],
        required=field.required,
        max_length=field.max_length if field.kind == "text" else None,
        options=choices_of(field),
    )
