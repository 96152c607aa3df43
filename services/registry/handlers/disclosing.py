"""What a department may know of whom an application is about, of which it heard: the register is asked anew."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from services.contracts.errors import FactsGone, FactsNotAllowed, Refusal
from services.contracts.extracts import Request
from services.contracts.facts import POPULATION
from services.contracts.plans import pinned
from services.contracts.product import Product
from services.contracts.registry import DepartmentFacts, NoteConfirming, Noted, ReadDepartmentFacts
from services.registry.access import CONFIRMING, DEPARTMENT, GIVEN, Access, AccessLog, Look
from services.registry.contradictions import Inconsistent
from services.registry.domain import Register, SourceUnavailable
from services.registry.extract import Extract
from services.registry.facts import PopulationFact, known_facts
from services.registry.inquiry import inquire
from services.registry.ports import Locker

AT_THE_COUNTER = frozenset(
    {Refusal.PROTECTED_ADDRESS, Refusal.COLLECTIVE_HOUSEHOLD, Refusal.REFERENCE_ADDRESS, Refusal.NOT_ENTITLED}
)
"""What would tell a department of a protection, of a shelter, or of somebody else: it is told to ask the town."""


class KeptExtracts(Protocol):
    """Where extracts are kept."""

    def find(self, application_id: str, *, town: str) -> Extract | None:
        """The extract of a town's application; None where there is none, or it was emptied."""


def read_department_facts(
    asked: ReadDepartmentFacts,
    *,
    extracts: KeptExtracts,
    register: Register,
    accesses: AccessLog,
    products: Mapping[str, Product],
    requests: Locker,
    access_id: str,
    now: datetime,
) -> DepartmentFacts:
    """As the citizen's own asking would be answered now, of those of the product's facts that the department may know:
    the look is logged with the department before anything leaves.

    Facts of other sources than the population are never among them: these answer later, or with a document. Raises
    FactsGone and FactsNotAllowed, Unacceptable (what was asked does not unlock) and TryLater (no key here).
    """
    extract = extracts.find(asked.application_id, town=asked.town)
    product = products.get(extract.product) if extract else None
    if extract is None or product is None or extract.request is None or not extract.is_kept_to_ask(now=now):
        raise FactsGone
    product = pinned(product, extract.plan)
    facts = tuple(fact for fact in product.facts if fact in asked.facts and _is_of_the_population(fact))
    if not facts:
        raise FactsNotAllowed
    request = requests.unlock(Request, extract.request, bound_to=asked.application_id)
    opened = Access(
        id=access_id,
        town=asked.town,
        at=now,
        by=asked.department,
        capacity=request.capacity,
        subject=request.subject,
        product=product.id,
        purpose=DEPARTMENT,
        application_id=asked.application_id,
        facts=facts,
        sources=(POPULATION,),
        reason=asked.purpose,
        title=asked.title,
    )
    try:
        with Look(register.view(town=asked.town), opened, accesses=accesses) as look:
            answer = inquire(
                request,
                application_id=asked.application_id,
                town=asked.town,
                product=replace(product, facts=facts),
                view=look,
                now=now,
            )
            look.confirm()
            look.outcome = answer.outcome
    except SourceUnavailable:
        return _refused(product, Refusal.REGISTER_UNAVAILABLE, now=now)
    except Inconsistent:
        return _refused(product, Refusal.REGISTER_CONTRADICTED, now=now)
    if answer.facts is None:
        return _refused(product, answer.refusal or Refusal.UNKNOWN_PERSON, now=now)
    return DepartmentFacts(product=product.id, looked_at=now, facts=answer.facts.parts)


def note_confirming(
    asked: NoteConfirming,
    *,
    extracts: KeptExtracts,
    accesses: AccessLog,
    requests: Locker,
    access_id: str,
    now: datetime,
) -> Noted:
    """That a department is told about whom an application is, before it is. Nothing of the register is read for it.

    Raises FactsGone, Unacceptable and TryLater, as read_department_facts.
    """
    extract = extracts.find(asked.application_id, town=asked.town)
    if extract is None or extract.request is None:
        raise FactsGone
    request = requests.unlock(Request, extract.request, bound_to=asked.application_id)
    accesses.record(
        Access(
            id=access_id,
            town=asked.town,
            at=now,
            by=asked.department,
            capacity=request.capacity,
            subject=request.subject,
            about=(request.subject,),
            known_to=(request.subject,),
            product=extract.product,
            purpose=CONFIRMING,
            application_id=asked.application_id,
            reason=asked.purpose,
            title=asked.title,
            outcome=GIVEN,
        )
    )
    return Noted(at=now)


def _is_of_the_population(fact: str) -> bool:
    return isinstance(known_facts().get(fact), PopulationFact)


def _refused(product: Product, refusal: Refusal, *, now: datetime) -> DepartmentFacts:
    told = Refusal.ONLY_AT_THE_COUNTER if refusal in AT_THE_COUNTER else refusal
    return DepartmentFacts(product=product.id, looked_at=now, facts={}, code=told.value)
