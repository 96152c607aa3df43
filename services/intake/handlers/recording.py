"""What the other services did for an application."""

from collections.abc import Mapping
from datetime import datetime

from services.contracts.documents import CertificateIssued, CertificateUnprintable, FactsExpired
from services.contracts.envelope import Cause
from services.contracts.notify import CitizenTold, MessageUndeliverable
from services.contracts.product import Product
from services.contracts.registry import ExtractCompiled, ExtractContradicted, ExtractDeferred, ExtractRefused
from services.intake.domain import moves
from services.intake.domain.application import Moved
from services.intake.domain.ports import Applications


def record_extract(
    event: ExtractCompiled | ExtractRefused | ExtractDeferred | ExtractContradicted,
    cause: Cause,
    *,
    applications: Applications,
    now: datetime,
) -> None:
    """The register answered, promised to, or contradicts itself."""
    application = applications.hear(event.application_id, cause)
    match event:
        case ExtractCompiled():
            moved = moves.compiled(application, event, now=now)
        case ExtractRefused():
            moved = moves.refused(application, event, now=now)
        case ExtractDeferred():
            moved = moves.deferred(application, event, now=now)
        case ExtractContradicted():
            moved = moves.contradicted(application, event)
    _save(moved, cause, applications)


def record_certificate(
    event: CertificateIssued | FactsExpired,
    cause: Cause,
    *,
    applications: Applications,
    products: Mapping[str, Product],
    now: datetime,
) -> None:
    """documents issued, or found the facts too old to."""
    application = applications.hear(event.application_id, cause)
    match event:
        case CertificateIssued():
            moved = moves.issued(application, event, now=now)
        case FactsExpired():
            moved = moves.facts_expired(application, event, product=products.get(application.product), now=now)
    _save(moved, cause, applications)


def record_unprintable(
    event: CertificateUnprintable, cause: Cause, *, applications: Applications, now: datetime
) -> None:
    """documents cannot put on paper what the register holds."""
    application = applications.hear(event.application_id, cause)
    _save(moves.unprintable(application, event, now=now), cause, applications)


def record_telling(event: CitizenTold | MessageUndeliverable, cause: Cause, *, applications: Applications) -> None:
    """notify told the citizen, or could not."""
    application = applications.hear(event.application_id, cause)
    match event:
        case CitizenTold():
            moved = moves.told(application, event)
        case MessageUndeliverable():
            moved = moves.undeliverable(application, event)
    _save(moved, cause, applications)


def _save(moved: Moved, cause: Cause, applications: Applications) -> None:
    """Also where nothing moved: that the event was heard is kept, or the next one of its source would be a gap."""
    applications.save(moved.application, moved.events, cause=cause)
