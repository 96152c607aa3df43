"""Filing what a citizen filled in: once under one key, and with all that is wrong told at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from flask import current_app

from gateway.asking import ask
from gateway.auth.callers import require_citizen
from gateway.auth.other_numbers import other_numbers
from gateway.counter.applications import Application, told
from gateway.limits import by_citizen, limited
from gateway.tenancy import current_town
from services.contracts.errors import DomainError, OtherNumbersWanted
from services.contracts.field_errors import FieldErrors
from services.contracts.intake import ApplicationView, CheckApplication, SubmitApplication
from services.contracts.national_number import compact


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A form as a citizen filled it in. Without `subject` it is about them; without `language` the certificate is in
    the town's first; without `email` the outcome is told at the address of the sign-in.
    """

    product: str
    fields: Mapping[str, str] = field(default_factory=dict)
    subject: str | None = None
    language: str | None = None
    email: str | None = None


def check(filled: Filled) -> FieldErrors:
    """What is wrong, by path: nothing where it would be taken. Nothing is filed.

    Raises what `require_citizen` and `ask` raise, but no DomainError that is about a field.
    """
    citizen = require_citizen()
    question = CheckApplication(
        town=current_town().refnis,
        citizen=citizen.national_number,
        product=filled.product,
        subject=_compacted(filled.subject),
        language=filled.language,
        email=citizen.email if filled.email is None else filled.email,
        fields=dict(filled.fields),
        other_numbers=other_numbers(citizen),
    )
    try:
        ask(question)
    except DomainError as refusal:
        if not refusal.fields:
            raise
        return refusal.fields
    return {}


def file(filled: Filled, *, key: str, digest: str) -> Application:
    """The application: kept, and filed once. Again under the same idempotency `key` it is the one that was filed then,
    as it stands now.

    Raises a DomainError whose `fields` say by path what is wrong; IdempotencyKeyReused where the `digest` (SHA-256 of
    what the citizen sent) is another; Problem `too-many-requests`; and what `ask` and `require_citizen` raise.
    """
    citizen, limit = require_citizen(), current_app.config["LOKET_APPLICATIONS_LIMIT"]
    with limited(limit, scope="applications", key=by_citizen, once=key, refunds=True):
        question = SubmitApplication(
            town=current_town().refnis,
            citizen=citizen.national_number,
            idempotency_key=key,
            body_digest=digest,
            product=filled.product,
            subject=_compacted(filled.subject),
            language=filled.language,
            email=citizen.email if filled.email is None else filled.email,
            fields=dict(filled.fields),
            are_all=False,
        )
        return told(_filed(question))


def _filed(question: SubmitApplication) -> ApplicationView:
    """The register is asked for the citizen's other numbers where they could matter, and then as they are now: a merge
    may have been taken back since the sign-in.
    """
    if question.subject is None:
        try:
            return ask(question)
        except OtherNumbersWanted:
            pass
    return ask(replace(question, other_numbers=other_numbers(require_citizen()), are_all=True))


def _compacted(subject: str | None) -> str | None:
    """As it was typed, where it is no number: who asks about nobody is not to ask about themselves."""
    if subject is None:
        return None
    return compact(subject, test=current_town().takes_test_numbers) or subject
