"""The registry's use cases."""

from collections.abc import Container, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeVar

from services.contracts.catalogue import Product, offered
from services.contracts.delivery import AlreadyHandled, ConcurrentChange, TryLater, Unacceptable
from services.contracts.envelope import Cause
from services.contracts.errors import InvalidField, NotFound, Refusal, UnknownProduct
from services.contracts.events import Event
from services.contracts.extracts import Request
from services.contracts.field_errors import field_error
from services.contracts.intake import (
    ApplicationExpired,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    ExtractRequested,
)
from services.contracts.plans import pinned
from services.contracts.registry import (
    MOST_LISTED,
    ListLooks,
    LookList,
    LookPlace,
    Numbers,
    Person,
    Prefill,
    ReadNumbers,
    ReadPrefill,
)
from services.contracts.towns import Town
from services.registry.access import GIVEN, PREFILL, UNSETTLED, Access, AccessLog, Look, seen_by
from services.registry.askable import askable
from services.registry.contradictions import Inconsistent
from services.registry.digest import Pseudonyms, digest_of
from services.registry.domain import SELF, Dossier, Register, SourceRefused, SourceUnavailable
from services.registry.extract import LONGEST_PAUSE, Extract, State
from services.registry.facts import sources_asked
from services.registry.inquiry import Answer, inquire
from services.registry.merges import numbers_of
from services.registry.ports import Source

T = TypeVar("T")

FEW_BREAK_OFF = 3
"""After so many in a row it is not what was asked for that breaks the asking off: the store is away, perhaps."""


class Extracts(Protocol):
    """Where extracts are kept, each once, with the events they cause."""

    def hear(self, application_id: str, cause: Cause) -> Extract | None:
        """The extract, if the cause may still act on it; raises AlreadyHandled and Unacceptable."""

    def save(self, extract: Extract, events: tuple[Event, ...], *, cause: Cause | None = None) -> Extract:
        """Raises ConcurrentChange."""

    def waiting_for(self, reference: str) -> list[Extract]:
        """Those to whom a source promised an answer under this reference."""

    def due(self, *, towns: Container[str], now: datetime) -> list[Extract]:
        """Those of some towns that are to be asked for again, the longest due first; not all at once."""


class Locker(Protocol):
    """Locks and unlocks what travels."""

    def lock(self, value: Any, *, bound_to: str) -> str: ...

    def unlock(self, cls: type[T], token: str, *, bound_to: str) -> T:
        """Raises Unacceptable, and TryLater where this process lacks the key."""


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
    answered, events = _ask(
        extract,
        request,
        register=register,
        sources=sources,
        accesses=accesses,
        products=products,
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


def ask_again(
    *,
    towns: Container[str],
    extracts: Extracts,
    register: Register,
    sources: Mapping[str, Source],
    accesses: AccessLog,
    products: Mapping[str, Product],
    requests: Locker,
    facts: Locker,
    pseudonyms: Pseudonyms,
    now: datetime,
) -> list[Extract]:
    """Ask again for what waits in a town that is served and is due. Gives back what is stuck, for operators.

    What waits longer than any application lives is ended: an end that was not heard looks nobody up for ever. Where
    asking for one breaks off it has been put off already, and the others are asked for first; then it raises the first
    such error. FEW_BREAK_OFF in a row are no fault of theirs, and end it.
    """
    stuck = []
    broken: list[Exception] = []
    in_a_row = 0
    ask = partial(
        _ask,
        register=register,
        sources=sources,
        accesses=accesses,
        products=products,
        facts=facts,
        pseudonyms=pseudonyms,
        now=now,
    )

    def again(due: Extract) -> None:
        if due.is_over(now=now):
            extracts.save(due.ended(now=now), ())
            return
        extract = extracts.save(due.asked_again(now=now), ())
        try:
            request = requests.unlock(Request, extract.request or "", bound_to=extract.application_id)
            answered, events = ask(extract, request, asking=f"{extract.application_id}:again")
        except Unacceptable as unusable:
            stuck.append(extracts.save(extract.stuck(unusable.reason, now=now), ()))
        except TryLater as missing:  # a key: it is mended by a restart, so it is tried sooner than once a day
            stuck.append(extracts.save(extract.stuck(missing.reason, now=now, again=LONGEST_PAUSE), ()))
        else:
            extracts.save(answered, events)

    for due in extracts.due(towns=towns, now=now):
        try:
            again(due)
        except ConcurrentChange:  # another process was quicker: the answer is there then
            pass
        except Exception as error:  # noqa: BLE001 - it is raised below, when the others were asked for
            broken.append(error)
            in_a_row += 1
            if in_a_row == FEW_BREAK_OFF:
                break
            continue
        in_a_row = 0
    if broken:
        raise broken[0]
    return stuck


def hear_promises(*, sources: Mapping[str, Source], extracts: Extracts, now: datetime) -> int:
    """Whoever was promised an answer that is there now is asked for again at once. Returns how many are.

    What a source tells is acknowledged once that is kept; told twice, it changes nothing.
    """
    count = 0
    for source in sources.values():
        told = tuple(source.answered())
        for reference in told:
            for waiting in extracts.waiting_for(reference):
                with suppress(ConcurrentChange):  # whoever was quicker asks again, or heard the same
                    if waiting.state is State.PROMISED and (kept := waiting.kept(now=now)) != waiting:
                        extracts.save(kept, ())
                        count += 1
        source.acknowledge(told)
    return count


def read_prefill(
    asked: ReadPrefill,
    *,
    register: Register,
    accesses: AccessLog,
    towns: Mapping[str, Town],
    products: Mapping[str, Product],
    access_id: str,
    now: datetime,
) -> Prefill:
    """The people the citizen may ask this product about: names and numbers, nothing else.

    Raises UnknownProduct where the town does not offer it, and NotFound (no such town).
    """
    town = towns.get(asked.town)
    if town is None:
        raise NotFound
    product = offered(town, products).get(asked.product)
    if product is None:
        raise UnknownProduct
    opened = Access(
        id=access_id,
        town=asked.town,
        at=now,
        by=asked.citizen,
        capacity=SELF,
        product=asked.product,
        purpose=PREFILL,
    )
    try:
        with Look(register.view(town=asked.town), opened, accesses=accesses) as look:
            people, refusal = askable(asked.citizen, town=asked.town, product=product, view=look, now=now)
            look.confirm()
            look.outcome = refusal.value if refusal else GIVEN
    except SourceUnavailable:
        return Prefill(code=Refusal.REGISTER_UNAVAILABLE.value)
    except Inconsistent:
        return Prefill(code=Refusal.REGISTER_CONTRADICTED.value)
    return Prefill(
        subjects=tuple(
            Person(national_number=dossier.number, name=_name(dossier), capacity=capacity)
            for dossier, capacity in people
        ),
        code=refusal.value if refusal else None,
    )


def read_numbers(
    asked: ReadNumbers, *, register: Register, accesses: AccessLog, access_id: str, now: datetime
) -> Numbers:
    """All numbers of a citizen, so that what was filed under an old one is still theirs."""
    opened = Access(
        id=access_id,
        town=asked.town,
        at=now,
        by=asked.citizen,
        capacity=SELF,
        product=None,
        purpose="numbers",
    )
    try:
        with Look(register.view(town=asked.town), opened, accesses=accesses) as look:
            _, *others = numbers_of(asked.citizen, look)
            look.confirm()
            look.outcome = GIVEN
    except SourceUnavailable:
        return Numbers(code=Refusal.REGISTER_UNAVAILABLE.value)
    except Inconsistent:
        return Numbers(code=Refusal.REGISTER_CONTRADICTED.value)
    return Numbers(others=tuple(others))


def list_looks(asked: ListLooks, *, accesses: AccessLog) -> LookList:
    """A page of who looked at a citizen's data, whichever of their numbers it was found under. Raises InvalidField."""
    if not 1 <= asked.limit <= MOST_LISTED:
        raise InvalidField(fields={"limit": field_error("not-a-number", least=1, most=MOST_LISTED)})
    numbers = (asked.citizen, *asked.other_numbers)
    found = accesses.page(*numbers, town=asked.town, limit=asked.limit + 1, after=asked.after)
    page, more = found[: asked.limit], found[asked.limit :]
    last = LookPlace(at=page[-1].at, id=page[-1].id) if more else None
    return LookList(looks=tuple(seen_by(each, numbers) for each in page), last=last)


def _ask(
    extract: Extract,
    request: Request,
    *,
    register: Register,
    sources: Mapping[str, Source],
    accesses: AccessLog,
    products: Mapping[str, Product],
    facts: Locker,
    pseudonyms: Pseudonyms,
    asking: str,
    now: datetime,
) -> tuple[Extract, tuple[Event, ...]]:
    """The extract as the answer leaves it, and what to tell of it. Raises Unacceptable for an unknown product."""
    product = products.get(extract.product)
    if product is None:
        raise Unacceptable("unknown-product")
    product = pinned(product, extract.plan)
    try:
        answer = _look(
            extract,
            request,
            product=product,
            register=register,
            sources=sources,
            accesses=accesses,
            asking=asking,
            now=now,
        )
    except SourceRefused as refused:
        return extract.unasked(refused.reason, now=now, source=refused.source)
    except SourceUnavailable as away:
        return extract.put_off(now=now, until=away.until, source=away.source, reason=away.reason)
    except Inconsistent as contradiction:
        return extract.contradicted(contradiction.what, now=now)
    if answer.promises:
        return extract.promised(answer.promises, now=now)
    if answer.facts is None:
        return extract.refused(answer.refusal or Refusal.UNKNOWN_PERSON, now=now)
    locked = facts.lock(answer.facts, bound_to=extract.application_id)
    compared = extract.plan.gates if extract.plan else product.gates  # only what waits for others is ever compared
    digest = digest_of(answer.facts, pseudonyms=pseudonyms) if compared else ""
    return extract.compiled(locked, digest=digest, now=now)


def _look(
    extract: Extract,
    request: Request,
    *,
    product: Product,
    register: Register,
    sources: Mapping[str, Source],
    accesses: AccessLog,
    asking: str,
    now: datetime,
) -> Answer:
    opened = Access(
        id=f"{asking}:{now.isoformat()}",
        town=extract.town,
        at=now,
        by=request.applicant,
        capacity=request.capacity if request.subject == request.applicant else UNSETTLED,
        product=product.id,
        purpose="extract",
        subject=request.subject,
        application_id=extract.application_id,
        facts=product.facts,
        sources=sources_asked(product.facts),
    )
    with Look(register.view(town=extract.town), opened, accesses=accesses) as look:
        answer = inquire(
            request,
            application_id=extract.application_id,
            town=extract.town,
            product=product,
            view=look,
            sources=sources,
            now=now,
        )
        look.confirm()
        look.outcome = answer.outcome
        look.capacity = answer.capacity or opened.capacity
    return answer


def _name(dossier: Dossier) -> str:
    return " ".join((*dossier.first_names, dossier.last_name))
