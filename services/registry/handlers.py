"""The registry's use cases."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol, TypeVar

from services.contracts.catalogue import Product
from services.contracts.delivery import ConcurrentChange, Unacceptable
from services.contracts.envelope import Cause
from services.contracts.errors import Refusal, UnknownProduct
from services.contracts.events import Event
from services.contracts.facts import Request
from services.contracts.intake import ApplicationSubmitted, ExtractRequested
from services.contracts.registry import Person, Prefill, ReadPrefill
from services.registry.access import Access
from services.registry.compilation import Inconsistent
from services.registry.domain import Dossier, Register, SourceUnavailable
from services.registry.entitlement import SELF
from services.registry.extract import Extract
from services.registry.inquiry import Answer, askable, inquire

T = TypeVar("T")


class Extracts(Protocol):
    """Where extracts are kept, each once, with the events they cause."""

    def hear(self, application_id: str, cause: Cause) -> Extract | None:
        """The extract, if the cause may still act on it; raises AlreadyHandled and Unacceptable."""

    def save(self, extract: Extract, events: tuple[Event, ...], *, cause: Cause | None = None) -> Extract:
        """Raises ConcurrentChange."""

    def due(self, *, town: str, now: datetime) -> list[Extract]:
        """Those that wait and are to be asked for again, the longest due first; not all at once."""


class AccessLog(Protocol):
    """Who looked at whose data."""

    def record(self, access: Access) -> None:
        """Once for each id."""


class Locker(Protocol):
    """Locks and unlocks what travels."""

    def lock(self, value: Any, *, bound_to: str) -> str: ...

    def unlock(self, cls: type[T], token: str, *, bound_to: str) -> T:
        """Raises Unacceptable."""


def compile_extract(
    event: ApplicationSubmitted | ExtractRequested,
    cause: Cause,
    *,
    extracts: Extracts,
    register: Register,
    accesses: AccessLog,
    products: Mapping[str, Product],
    requests: Locker,
    facts: Locker,
    now: datetime,
) -> None:
    """Ask the register for an application: facts, a refusal, or a promise to ask again.

    Raises Unacceptable: a product that is not in the catalogue, a request that does not open, a register that
    contradicts itself.
    """
    request = requests.unlock(Request, event.request, bound_to=event.application_id)
    known = extracts.hear(event.application_id, cause)
    extract = known or Extract(application_id=event.application_id, town=cause.town, product=event.product)
    extract = extract.asked(product=event.product, request=event.request)
    try:
        answer = _ask(extract, request, register=register, products=products, now=now)
    except SourceUnavailable as away:
        later, deferred = extract.put_off(now=now, until=away.until)
        extracts.save(later, (deferred,), cause=cause)
        return
    _log(extract, request, answer, accesses=accesses, asking=cause.event_id, now=now)
    _record(extract, answer, extracts=extracts, facts=facts, cause=cause, now=now)


def ask_again(
    *,
    town: str,
    extracts: Extracts,
    register: Register,
    accesses: AccessLog,
    products: Mapping[str, Product],
    requests: Locker,
    facts: Locker,
    now: datetime,
) -> list[str]:
    """Ask again for what waits in a town and is due.

    Gives back the applications that no asking helps, for operators: their request or the register is broken.
    """
    hopeless = []
    for due in extracts.due(town=town, now=now):
        # Another process may be quicker, or the register say it twice: the answer is there then.
        with suppress(ConcurrentChange):
            extract = extracts.save(due.claimed(now=now), ())
            later, _ = extract.put_off(now=now, until=None)
            try:
                request = requests.unlock(Request, extract.request or "", bound_to=extract.application_id)
                answer = _ask(extract, request, register=register, products=products, now=now)
            except SourceUnavailable:
                extracts.save(later, ())
                continue
            except Unacceptable:
                hopeless.append(extract.application_id)
                extracts.save(later, ())
                continue
            asking = f"{extract.application_id}:again:{now.isoformat()}"
            _log(extract, request, answer, accesses=accesses, asking=asking, now=now)
            _record(extract, answer, extracts=extracts, facts=facts, cause=None, now=now)
    return hopeless


def read_prefill(
    asked: ReadPrefill,
    *,
    register: Register,
    accesses: AccessLog,
    products: Mapping[str, Product],
    access_id: str,
    now: datetime,
) -> Prefill:
    """The people the citizen may ask this product about: names and numbers, nothing else. Raises UnknownProduct."""
    if asked.product not in products:
        raise UnknownProduct
    try:
        view = register.view(town=asked.town)
        people, refusal = askable(asked.citizen, product=products[asked.product], view=view, now=now)
        view.confirm()
    except (SourceUnavailable, Inconsistent):
        return Prefill(code=Refusal.REGISTER_UNAVAILABLE.value)
    accesses.record(
        Access(
            id=access_id,
            town=asked.town,
            at=now,
            by=asked.citizen,
            about=tuple(dossier.number for dossier, _ in people) or (asked.citizen,),
            capacity=SELF,
            product=asked.product,
            purpose="prefill",
            outcome=refusal.value if refusal else "given",
        )
    )
    return Prefill(
        subjects=tuple(
            Person(national_number=dossier.number, name=_name(dossier), capacity=capacity)
            for dossier, capacity in people
        ),
        code=refusal.value if refusal else None,
    )


def _ask(
    extract: Extract, request: Request, *, register: Register, products: Mapping[str, Product], now: datetime
) -> Answer:
    """Raises SourceUnavailable, and Unacceptable for an unknown product or a register that contradicts itself."""
    product = products.get(extract.product)
    if product is None:
        raise Unacceptable("unknown-product")
    try:
        view = register.view(town=extract.town)
        answer = inquire(
            request, application_id=extract.application_id, town=extract.town, product=product, view=view, now=now
        )
        view.confirm()
    except Inconsistent as contradiction:
        raise Unacceptable("register-inconsistent", contradiction.what) from None
    return answer


def _record(
    extract: Extract, answer: Answer, *, extracts: Extracts, facts: Locker, cause: Cause | None, now: datetime
) -> None:
    """Records each delivery of the answer; any but the first finds the extract changed: ConcurrentChange."""
    event: Event
    if answer.facts is not None:
        locked = facts.lock(answer.facts, bound_to=extract.application_id)
        answered, event = extract.compiled(locked, now=now)
    else:
        answered, event = extract.refused(answer.refusal or Refusal.UNKNOWN_PERSON, now=now)
    for _ in range(answer.deliveries):
        extracts.save(answered, (event,), cause=cause)


def _log(
    extract: Extract, request: Request, answer: Answer, *, accesses: AccessLog, asking: str, now: datetime
) -> None:
    """Before the answer leaves: a look that cannot be logged is not given out."""
    accesses.record(
        Access(
            id=asking,
            town=extract.town,
            at=now,
            by=request.applicant,
            about=answer.about,
            capacity=request.capacity,
            product=extract.product,
            purpose="extract",
            outcome=answer.refusal.value if answer.refusal else "given",
            application_id=extract.application_id,
        )
    )


def _name(dossier: Dossier) -> str:
    return " ".join((*dossier.first_names, dossier.last_name))
