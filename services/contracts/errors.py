"""Slugs: the stable names of everything that can be refused. The gateway turns each once into problem+json."""

from collections.abc import Mapping
from enum import StrEnum

from services.contracts.field_errors import FieldError, Parameter


class DomainError(Exception):
    """A rule says no. `slug` names the rule; `fields` maps the path of a field to what is wrong with it."""

    slug = "domain-error"

    def __init__(
        self, detail: str = "", *, fields: Mapping[str, tuple[str, Mapping[str, Parameter]]] | None = None
    ) -> None:
        """`fields` as they are made (FieldError), or as they come over the wire."""
        super().__init__(detail or self.slug)
        self.detail = detail
        self.fields = {path: FieldError(*each) for path, each in (fields or {}).items()}


class Refusal(StrEnum):
    """Why an application ends without a certificate, or waits."""

    NOT_A_RESIDENT = "not-a-resident"
    IN_NO_REGISTER = "in-no-register"
    UNKNOWN_PERSON = "unknown-person"
    DECEASED = "deceased"
    MOVED_OUT = "moved-out"
    EMIGRATED = "emigrated"
    STRUCK_OFF = "struck-off"
    DECLARED_ABSENT = "declared-absent"
    RESIDENCE_LOST = "residence-lost"
    RESIDENCE_UNVERIFIED = "residence-unverified"
    REFERENCE_ADDRESS = "reference-address"
    NOT_TOLD = "not-told"
    IDENTITY_DECLARED = "identity-declared"
    SPECIAL_REGISTER = "special-register"
    PROTECTED_ADDRESS = "protected-address"
    NOT_ENTITLED = "not-entitled"
    NOT_A_VOTER = "not-a-voter"
    STILL_REGISTERED = "still-registered"
    COLLECTIVE_HOUSEHOLD = "collective-household"
    DEED_ABSENT = "deed-absent"
    DEED_NOT_PUBLIC = "deed-not-public"
    DEED_UNNAMED = "deed-unnamed"
    ATTEST_ABSENT = "attest-absent"
    DOCUMENT_UNSOUND = "document-unsound"
    DEED_MIGRATING = "deed-migrating"
    ONLY_AT_THE_COUNTER = "only-at-the-counter"
    REGISTER_UNAVAILABLE = "register-unavailable"
    REGISTER_CONTRADICTED = "register-contradicted"
    CONFIRMATION_AWAITED = "confirmation-awaited"
    NOT_CONFIRMED = "not-confirmed"
    CHARACTER_UNPRINTABLE = "character-unprintable"
    TOO_LONG_TO_PRINT = "too-long-to-print"
    NO_LONGER_GIVEN = "no-longer-given"


class NotFound(DomainError):
    """There is no such thing, or it is not the caller's: the two are never told apart."""

    slug = "not-found"


class ApplicationLost(DomainError):
    """The caller filed it in a time of which a restored store has no records; nothing will come of it."""

    slug = "application-lost"


class UnknownProduct(DomainError):
    """The town's catalogue has no such product."""

    slug = "unknown-product"


class InvalidField(DomainError):
    """One or more fields of the application do not fit the product's form."""

    slug = "invalid-field"


class LanguageNotAllowed(DomainError):
    """The town's language regime does not know this language (laws on the use of languages in administrative matters,
    coordinated on 18 July 1966)."""

    slug = "language-not-allowed"


class NoFormThere(DomainError):
    """A multilingual form is of no use in that country, or is not given here; `fields` name the way that leads there
    (abroad.Way)."""

    slug = "no-form-there"


class IdempotencyKeyReused(DomainError):
    """The same Idempotency-Key came with another body (draft-ietf-httpapi-idempotency-key-header, section 2.6)."""

    slug = "idempotency-key-reused"


class OtherNumbersWanted(DomainError):
    """Whether this was filed before, or about whom it is, may depend on the citizen's other numbers, for which nobody
    has asked the register: ask it, and file again. Between the gateway and intake; no citizen reads it.
    """

    slug = "other-numbers-wanted"


class NotWithdrawable(DomainError):
    """The application has gone too far, or has ended: it cannot be withdrawn any more."""

    slug = "not-withdrawable"


ASKED_ANEW = "asked-anew"


class StillGiven(DomainError):
    """The catalogue can still make what was filed for, so nobody but its citizen ends the application."""

    slug = "still-given"


class StillBeingMade(DomainError):
    """The application was cleared, and its certificate may be made at any moment until `detail` (ISO 8601). Where that
    is past (ASKED_ANEW) documents, which may have made it unheard, is asked: its answer leads on, or lets it be ended.
    """

    slug = "still-being-made"


class ApplicationOver(DomainError):
    """The application has its certificate, or has ended; `detail` is its state."""

    slug = "application-over"


class ConfirmationAnswered(DomainError):
    """The department has given another answer before, and that one stands."""

    slug = "confirmation-answered"


class ConfirmationOvertaken(DomainError):
    """The facts have changed since that asking, or it was never asked: the answer is about something else. `detail` is
    the number of the asking that waits."""

    slug = "confirmation-overtaken"


class ConfirmationOver(DomainError):
    """The application has ended: nobody needs the answer any more."""

    slug = "confirmation-over"


class ContactMissing(DomainError):
    """Neither the sign-in nor the application gives an address to tell the outcome to."""

    slug = "contact-missing"


class NotAdmitted(DomainError):
    """No department has this secret or certificate in this town: it was suspended, removed, renewed, or never was.
    Which of these it is, is told to nobody."""

    slug = "not-admitted"


class EventsGone(DomainError):
    """Some of what was told behind this place is not kept any more, or the place is of before a restoration."""

    slug = "events-gone"


class TooManyRequests(DomainError):
    """The department had as much done as it may in a day, or has as much as it may at once, whatever town it asks.
    `detail` is in how many seconds it may again."""

    slug = "too-many-requests"


class WebhookDisabled(DomainError):
    """It is sent nothing until its department, or an operator, enables it."""

    slug = "webhook-disabled"


class FactsGone(DomainError):
    """Who was asked about is not kept any more, or was refused: nothing can be asked anew."""

    slug = "facts-gone"


class FactsNotAllowed(DomainError):
    """The department may know none of the facts of this product."""

    slug = "facts-not-allowed"


class TownNotInOrder(DomainError):
    """What was chosen for a town cannot be used; `detail` has a line for each field, with the mend."""

    slug = "town-not-in-order"


class TownChangedMeanwhile(DomainError):
    """Somebody else has changed the town since it was looked at; `detail` is its version now."""

    slug = "town-changed-meanwhile"


DOMAIN_ERRORS: dict[str, type[DomainError]] = {
    error.slug: error
    for error in (
        NotFound,
        ApplicationLost,
        UnknownProduct,
        InvalidField,
        LanguageNotAllowed,
        NoFormThere,
        IdempotencyKeyReused,
        OtherNumbersWanted,
        NotWithdrawable,
        StillGiven,
        StillBeingMade,
        ApplicationOver,
        ConfirmationAnswered,
        ConfirmationOvertaken,
        ConfirmationOver,
        ContactMissing,
        NotAdmitted,
        EventsGone,
        TooManyRequests,
        WebhookDisabled,
        FactsGone,
        FactsNotAllowed,
        TownNotInOrder,
        TownChangedMeanwhile,
    )
}
"""Those with which a question may be answered."""
