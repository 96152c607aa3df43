"""One look into the register for an application, as it is asked the first time and again."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.contracts.delivery import Unacceptable
from services.contracts.envelope import Cause
from services.contracts.events import Event
from services.contracts.extracts import Request
from services.contracts.plans import pinned
from services.contracts.product import Product
from services.registry.access import UNSETTLED, Access, AccessLog, Look
from services.registry.contradictions import Inconsistent
from services.registry.digest import Pseudonyms, digest_of
from services.registry.domain import Register, SourceRefused, SourceUnavailable
from services.registry.extract import Extract
from services.registry.facts import check_known, sources_asked
from services.registry.inquiry import Answer, inquire
from services.registry.ports import Locker, Source
from services.registry.rechecking import kept_for_later


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


@dataclass(frozen=True, kw_only=True)
class Inquiries:
    """Looks into the register for applications, with all that they need."""

    register: Register
    sources: Mapping[str, Source]
    accesses: AccessLog
    products: Mapping[str, Product]
    requests: Locker
    facts: Locker
    pseudonyms: Pseudonyms

    def request_of(self, application_id: str, locked: str) -> Request:
        """What was asked. Raises Unacceptable (it does not unlock) and TryLater (its key is not here)."""
        return self.requests.unlock(Request, locked, bound_to=application_id)

    def ask(
        self, extract: Extract, request: Request, *, asking: str, now: datetime
    ) -> tuple[Extract, tuple[Event, ...]]:
        """The extract as the answer leaves it, and what to tell of it; `asking` names the look in the access log.

        Raises Unacceptable for an unknown product, and for a plan with a fact that is gone since.
        """
        product = self.products.get(extract.product)
        if product is None:
            raise Unacceptable("unknown-product", extract.product)
        product = pinned(product, extract.plan)
        check_known(product)
        try:
            answer = self._look(extract, request, product=product, asking=asking, now=now)
        except SourceRefused as refused:
            return extract.unasked(refused.reason, now=now, source=refused.source)
        except SourceUnavailable as away:
            return extract.put_off(now=now, until=away.until, source=away.source, reason=away.reason)
        except Inconsistent as contradiction:
            return extract.contradicted(contradiction.what, now=now)
        if answer.promises:
            return extract.promised(answer.promises, now=now)
        if answer.facts is None:
            assert answer.refusal is not None  # or it would be no answer
            return extract.refused(answer.refusal, now=now)
        locked = self.facts.lock(answer.facts, bound_to=extract.application_id)
        compared = extract.plan.gates if extract.plan else product.gates  # only what waits for others is ever compared
        digest = digest_of(answer.facts, pseudonyms=self.pseudonyms) if compared else ""
        recheck = kept_for_later(
            answer.facts,
            request,
            plan=extract.plan,
            product=product,
            requests=self.requests,
            pseudonyms=self.pseudonyms,
        )
        return extract.compiled(locked, digest=digest, recheck=recheck, now=now)

    def _look(self, extract: Extract, request: Request, *, product: Product, asking: str, now: datetime) -> Answer:
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
        with Look(self.register.view(town=extract.town), opened, accesses=self.accesses) as look:
            answer = inquire(
                request,
                application_id=extract.application_id,
                town=extract.town,
                product=product,
                view=look,
                sources=self.sources,
                now=now,
            )
            look.confirm()
            look.outcome = answer.outcome
            look.capacity = answer.capacity or opened.capacity
        return answer
