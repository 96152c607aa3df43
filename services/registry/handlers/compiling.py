"""The register is asked for an application, or no longer."""

from datetime import datetime

from services.contracts.delivery import AlreadyHandled
from services.contracts.envelope import Cause
from services.contracts.intake import (
    ApplicationExpired,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    ExtractRequested,
)
from services.registry.extract import Extract, State
from services.registry.handlers.asking import Extracts, Inquiries


def compile_extract(
    event: ApplicationSubmitted | ExtractRequested,
    cause: Cause,
    *,
    extracts: Extracts,
    inquiries: Inquiries,
    now: datetime,
) -> None:
    """Ask the register for an application: facts, a refusal, a promise to ask again, or that it contradicts itself.

    Raises Unacceptable (a product that is not in the catalogue, a request that does not unlock), AlreadyHandled and
    ConcurrentChange.
    """
    known = extracts.hear(event.application_id, cause)
    if known and known.state is State.ENDED:
        raise AlreadyHandled(cause.event_id)
    request = inquiries.request_of(event.application_id, event.request)
    extract = known or Extract(application_id=event.application_id, town=cause.town, product=event.product)
    asking = event.asking if isinstance(event, ExtractRequested) else 1
    extract = extract.asked(product=event.product, request=event.request, asking=asking, plan=event.plan, now=now)
    answered, events = inquiries.ask(extract, request, asking=cause.event_id, now=now)
    extracts.save(answered, events, cause=cause)


def end_extract(
    event: ApplicationWithdrawn | ApplicationExpired, cause: Cause, *, extracts: Extracts, now: datetime
) -> None:
    """The application ended: nothing is looked up for it any more, also where this overtook its filing."""
    known = extracts.hear(event.application_id, cause)
    extract = known or Extract(application_id=event.application_id, town=cause.town, product=event.product)
    extracts.save(extract.ended(now=now), (), cause=cause)
