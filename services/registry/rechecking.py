"""Whether the register still says what a certificate states: asked while it is current, once in a Belgian day at most.

Who has the code of a certificate can bring this about, and learns of the person no more than the certificate says: the
answer is one of three words. What could tell more (that somebody died, moved away or is protected since; that the
register is away or contradicts itself) is one and the same: not known.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from services.contracts.days import day_of
from services.contracts.documents import RecheckRequested
from services.contracts.envelope import Cause
from services.contracts.extracts import FACTS_VERSION, Facts, Request
from services.contracts.facts import POPULATION
from services.contracts.plans import Plan, pinned
from services.contracts.product import Product
from services.contracts.registry import FactsRechecked, StillTrue
from services.contracts.towns import Town
from services.registry.access import GIVEN, PROMISED, VERIFICATION, Access, AccessLog, Look
from services.registry.contradictions import Inconsistent
from services.registry.digest import Pseudonyms, statement_of
from services.registry.domain import Register, SourceUnavailable
from services.registry.facts import known_facts
from services.registry.inquiry import Answer, inquire
from services.registry.ports import Locker


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What the registry needs to ask the same again, locked for itself and kept beside the certificate.

    `statement` tells what was stated (digest.statement_of), of the facts that are `printed`, by a registry of that
    `version` of facts; no fact is in it.
    """

    request: Request
    plan: Plan
    printed: tuple[str, ...]
    statement: str
    version: int


@dataclass(frozen=True, kw_only=True)
class Recheck:
    """What the registry remembers of asking again for one application: when it last began, and what came of it.

    `outcome` is None from the beginning of a look to its end: for a process that died in between it stays so, and that
    day the register is asked no more. `origin` is the store's own.
    """

    application_id: str
    town: str
    product: str
    asked_at: datetime | None = None
    outcome: StillTrue | None = None
    origin: object = None

    def is_asked_on_the_day_of(self, now: datetime) -> bool:
        """Not again before the next Belgian day, whatever clock says so."""
        return self.asked_at is not None and day_of(self.asked_at) >= day_of(now)


class Rechecks(Protocol):
    """Where rechecks are kept, each once, with the events they cause."""

    def hear(self, application_id: str, cause: Cause) -> Recheck | None:
        """The recheck, if the cause may still act on it; raises AlreadyHandled and Unacceptable."""

    def begin(self, recheck: Recheck) -> Recheck:
        """Before the register is asked. Raises ConcurrentChange."""

    def answer(self, recheck: Recheck, event: FactsRechecked, *, cause: Cause) -> None:
        """Raises ConcurrentChange."""


def kept_for_later(
    facts: Facts, request: Request, *, plan: Plan | None, product: Product, requests: Locker, pseudonyms: Pseudonyms
) -> str:
    """A Kept, locked, where the plan says that it may be asked again; else nothing."""
    if plan is None or not plan.still_true:
        return ""
    printed = product.gives.sections
    kept = Kept(
        request=request,
        plan=plan,
        printed=printed,
        statement=statement_of(facts, printed=printed, pseudonyms=pseudonyms),
        version=facts.version,
    )
    return requests.lock(kept, bound_to=facts.application_id)


def recheck_facts(
    event: RecheckRequested,
    cause: Cause,
    *,
    rechecks: Rechecks,
    register: Register,
    accesses: AccessLog,
    towns: Mapping[str, Town],
    products: Mapping[str, Product],
    requests: Locker,
    pseudonyms: Pseudonyms,
    now: datetime,
) -> None:
    """Ask the register anew, compare, and tell which of three words it is.

    That it is asked is kept before: killed in between, it is asked no more that day, and not known. Who asks twice in a
    day gets the first answer again.

    Raises AlreadyHandled, ConcurrentChange, Unacceptable (what is kept does not unlock) and TryLater (no key here).
    """
    known = rechecks.hear(event.application_id, cause)
    kept = requests.unlock(Kept, event.recheck, bound_to=event.application_id)
    recheck = known or Recheck(application_id=event.application_id, town=cause.town, product=event.product)
    if not recheck.is_asked_on_the_day_of(now):
        product = _asked_about(event, kept, town=towns.get(cause.town), products=products)
        if product is None:
            rechecks.answer(recheck, _told(event, StillTrue.NOT_KNOWN, None), cause=cause)
            return
        recheck = rechecks.begin(replace(recheck, asked_at=now, outcome=None))
        outcome = _compare(
            event, kept, cause, product=product, register=register, accesses=accesses, pseudonyms=pseudonyms, now=now
        )
        recheck = replace(recheck, outcome=outcome)
    outcome = recheck.outcome or StillTrue.NOT_KNOWN
    rechecks.answer(recheck, _told(event, outcome, recheck.asked_at), cause=cause)


def _asked_about(
    event: RecheckRequested, kept: Kept, *, town: Town | None, products: Mapping[str, Product]
) -> Product | None:
    """The product as it was promised; None where it is not to be asked about any more, or where facts mean something
    else by now or are gone, so that nothing can be compared."""
    product = products.get(event.product)
    if town is None or product is None or not product.is_still_true_in(town) or kept.version != FACTS_VERSION:
        return None
    promised = pinned(product, kept.plan)
    return promised if known_facts().keys() >= set(promised.facts) else None


def _compare(
    event: RecheckRequested,
    kept: Kept,
    cause: Cause,
    *,
    product: Product,
    register: Register,
    accesses: AccessLog,
    pseudonyms: Pseudonyms,
    now: datetime,
) -> StillTrue:
    opened = Access(
        id=f"{cause.event_id}:{now.isoformat()}",
        town=cause.town,
        at=now,
        by=VERIFICATION,
        capacity=kept.request.capacity,
        subject=kept.request.subject,
        product=product.id,
        purpose=VERIFICATION,
        application_id=event.application_id,
        facts=product.facts,
        sources=(POPULATION,),
    )
    try:
        with Look(register.view(town=cause.town), opened, accesses=accesses) as look:
            answer = inquire(
                kept.request, application_id=event.application_id, town=cause.town, product=product, view=look, now=now
            )
            look.confirm()
            look.outcome = _outcome_of(answer)
    except (SourceUnavailable, Inconsistent):
        return StillTrue.NOT_KNOWN
    if answer.facts is None:
        return StillTrue.NOT_KNOWN
    statement = statement_of(answer.facts, printed=kept.printed, pseudonyms=pseudonyms)
    return StillTrue.CURRENT if statement == kept.statement else StillTrue.SUPERSEDED


def _outcome_of(answer: Answer) -> str:
    return answer.refusal.value if answer.refusal else PROMISED if answer.promises else GIVEN


def _told(event: RecheckRequested, outcome: StillTrue, asked_at: datetime | None) -> FactsRechecked:
    return FactsRechecked(
        application_id=event.application_id, outcome=outcome.value, asking=event.asking, asked_at=asked_at
    )
