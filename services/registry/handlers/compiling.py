"""The register is asked for an application, or no longer."""

from collections.abc import Mapping
from datetime import datetime

from services.contracts.catalogue import Product
from services.contracts.delivery import AlreadyHandled
from services.contracts.envelope import Cause
from services.contracts.extracts import Request
from services.contracts.intake import (
    ApplicationExpired,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    ExtractRequested,
)
from services.registry.access import AccessLog
from services.registry.digest import Pseudonyms
from services.registry.domain import Register
from services.registry.extract import Extract, State
from services.registry.handlers.asking import Extracts, ask
from services.registry.ports import Locker, Source


def compile_extract(
    event: ApplicationSubmitted | ExtractRequested,
    cause: Cause,
    *,
    extracts: Extracts,
    register: Register,
    sources: Mapping[str, Source],
    accesses: AccessLog,
    products: Mapping[str, Product],
    requests: Locker,
    facts: Locker,
    pseudonyms: Pseudonyms,
    now: datetime,
) -> None:
    """Ask the register for an application: facts, a refusal, a promise to ask again, or that it contradicts itself.

    Raises Unacceptable (a product that is not in the catalogue, a request that does not unlock), AlreadyHandled and
    ConcurrentChange.
    """
    known = extracts.hear(event.application_id, cause)
    if known and known.state is State.ENDED:
        raise AlreadyHandled(cause.event_id)
    request = requests.unlock(Request, event.request, bound_to=event.application_id)
    extract = known or Extract(application_id=event.application_id, town=cause.town, product=event.product)
    asking = event.asking if isinstance(event, ExtractRequested) else 1
    extract = extract.asked(product=event.product, request=event.request, asking=asking, plan=event.plan, now=now)
    answered, events = ask(
        extract,
        request,
        register=register,
        sources=sources,
        accesses=accesses,
        products=products,
        requests=requests,
        facts=facts,
        pseudonyms=pseudonyms,
        asking=cause.event_id,
        now=now,
    )
    extracts.save(answered, events, cause=cause)


def end_extract(
    event: ApplicationWithdrawn | ApplicationExpired, cause: Cause, *, extracts: Extracts, now: datetime
) -> None:
    """The application ended: nothing is looked up for it any more, also where this overtook its filing."""
    known = extracts.hear(event.application_id, cause)
    extract = known or Extract(application_id=event.application_id, town=cause.town, product=event.product)
    extracts.save(extract.ended(now=now), (), cause=cause)
