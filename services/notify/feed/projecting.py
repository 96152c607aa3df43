"""Which public events follow from one of the services' own.

They are made of what was heard alone, so that hearing it twice makes the same again, to the last byte. Their ids and
references are digests of ids that are random themselves: who knows none of those learns nothing from them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.contracts.confirmations import (
    AnswerRefused,
    AnswerTaken,
    ConfirmationNeedless,
    ConfirmationReminded,
    ConfirmationRequested,
)
from services.contracts.department_events import (
    ANSWER_REFUSED,
    ANSWER_TAKEN,
    APPLICATION_REFUSED,
    CERTIFICATE_ISSUED,
    CONFIRMATION_NEEDLESS,
    CONFIRMATION_REMINDED,
    CONFIRMATION_REQUESTED,
)
from services.contracts.departments import SANDBOX, reference_of, sandbox_key
from services.contracts.documents import CertificateIssued
from services.contracts.envelope import Cause
from services.contracts.feed.concerning import confirmation_of
from services.contracts.feed.events import (
    ALIVE,
    PublicEvent,
    digest,
    directed_key,
    moment_of,
    routing_key,
    source_of,
    type_of,
)
from services.contracts.intake import ApplicationRefused
from services.contracts.product import Product

Ended = CertificateIssued | ApplicationRefused
Asking = ConfirmationRequested | ConfirmationReminded | ConfirmationNeedless
Settled = AnswerTaken | AnswerRefused
Heard = Ended | Asking | Settled


@dataclass(frozen=True, kw_only=True)
class AskedOf:
    """Of whom a confirmation is asked, as the catalogue's gates name them; and which it is, as intake knows it. In the
    sandbox it is one that only notify knows, and about no application (empty)."""

    department: str
    reference: str
    application_id: str


@dataclass(frozen=True, kw_only=True)
class Told:
    """A public event and for whom it is. `only_for`: this department alone. Else `asked`: whoever answers in that role
    in the event's town. Else: every department whose topics cover it. `application_id` never leaves; with it a
    reference opens facts, which events about confirmations do not have.
    """

    event: PublicEvent
    application_id: str | None = None
    product: str = "all"
    only_for: str | None = None
    asked: AskedOf | None = None

    @property
    def is_invented(self) -> bool:
        """Whether it is told in the sandbox, as if it were about somebody."""
        return self.event.town == SANDBOX and self.event.name != ALIVE

    @property
    def routing_key(self) -> str:
        """By which it finds whom it is for."""
        to = self.only_for or (self.asked and self.asked.department)
        if self.event.town == SANDBOX and to:
            return sandbox_key(self.event.name, to)
        if to:
            return directed_key(self.event.town, self.event.name, self.product, to)
        return routing_key(self.event.town, self.event.name, self.product)


def projected(heard: Heard, cause: Cause, *, products: Mapping[str, Product]) -> Iterator[Told]:
    """`certificate-issued` or `application-refused`, and what the product's file names where it was issued; or what the
    department is told that is asked for a confirmation, or has answered."""
    match heard:
        case ApplicationRefused():
            yield _ended(APPLICATION_REFUSED, heard, cause, at=heard.refused_at)
        case CertificateIssued():
            yield _ended(CERTIFICATE_ISSUED, heard, cause, at=heard.issued_at)
            product = products.get(heard.product)
            if product is not None and product.department_event:
                yield _ended(product.department_event, heard, cause, at=heard.issued_at)
        case ConfirmationRequested():
            details = {"due_at": moment_of(heard.due_at)}
            yield _asked(CONFIRMATION_REQUESTED, heard, cause, at=heard.requested_at, details=details)
        case ConfirmationReminded():
            details = {"due_at": moment_of(heard.due_at), "expires_at": moment_of(heard.expires_at)}
            yield _asked(CONFIRMATION_REMINDED, heard, cause, at=heard.reminded_at, details=details)
        case ConfirmationNeedless():
            yield _asked(CONFIRMATION_NEEDLESS, heard, cause, at=heard.ended_at, details={"reason": heard.reason})
        case AnswerTaken():
            details = {"counts_until": moment_of(heard.counts_until)} if heard.counts_until else {}
            details |= {"answered_at": moment_of(heard.answered_at)}
            yield _settled(ANSWER_TAKEN, heard, cause, at=heard.answered_at, details=details)
        case AnswerRefused():
            details = {"code": heard.code, "detail": heard.detail}
            yield _settled(ANSWER_REFUSED, heard, cause, at=heard.refused_at, details=details)


def _ended(name: str, heard: Ended, cause: Cause, *, at: datetime) -> Told:
    """An application ends once, and whoever asks documents again hears again that it did."""
    of = heard.application_id
    event = _event(name, heard.application_id, cause, at=at, data={"product": heard.product}, of=of)
    return Told(event=event, application_id=heard.application_id, product=heard.product)


def _asked(name: str, heard: Asking, cause: Cause, *, at: datetime, details: dict[str, Any]) -> Told:
    data = {
        "product": heard.product,
        "department": heard.department,
        "confirmation": confirmation_of(heard.reference),
        "asking": heard.asking,
        **details,
    }
    return Told(
        event=_event(name, heard.application_id, cause, at=at, data=data),
        product=heard.product,
        asked=AskedOf(department=heard.department, reference=heard.reference, application_id=heard.application_id),
    )


def _settled(name: str, heard: Settled, cause: Cause, *, at: datetime, details: dict[str, Any]) -> Told:
    data = {
        "product": heard.product,
        "answer": heard.given_id,
        "confirmation": confirmation_of(heard.reference),
        "asking": heard.asking,
        "outcome": heard.outcome,
        **details,
    }
    event = _event(name, heard.application_id, cause, at=at, data=data)
    return Told(event=event, product=heard.product, only_for=heard.given_by)


def _event(
    name: str, application_id: str, cause: Cause, *, at: datetime, data: dict[str, Any], of: str | None = None
) -> PublicEvent:
    return PublicEvent(
        id=digest(name, of or cause.event_id),
        type=type_of(name),
        source=source_of(cause.town),
        subject=reference_of(application_id),
        time=at,
        data=data,
    )
