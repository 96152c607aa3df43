"""One question to the register, from the numbers in a request to facts or a refusal."""

from dataclasses import dataclass
from datetime import datetime

from services.contracts.catalogue import Product
from services.contracts.days import day_of
from services.contracts.errors import Refusal
from services.contracts.facts import Facts, Request
from services.contracts.national_number import is_valid
from services.registry.compilation import Inconsistent, compile_facts
from services.registry.domain import Dossier, View
from services.registry.entitlement import PARENT, SELF, facts_refusal, may_ask, standing_refusal

_MERGES = 8


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the register says: facts or a refusal. `deliveries` counts how often the source gave its answer."""

    facts: Facts | None = None
    refusal: Refusal | None = None
    deliveries: int = 1


@dataclass(frozen=True, kw_only=True)
class Found:
    """The current number and dossier behind a number."""

    number: str
    dossier: Dossier | None
    deliveries: int = 1


def find(number: str, view: View) -> Found:
    """Follows merged dossiers to the current one. Raises SourceUnavailable, and Inconsistent for a ring of merges."""
    for _ in range(_MERGES):
        answers = view.answers(number)
        dossier = answers[0]
        if dossier is None or dossier.replaced_by is None:
            return Found(number=number, dossier=dossier, deliveries=len(answers))
        number = dossier.replaced_by
    raise Inconsistent("merges-without-end")


def inquire(request: Request, *, application_id: str, town: str, product: Product, view: View, now: datetime) -> Answer:
    """Asks no more than the decision and the product need. Raises SourceUnavailable and Inconsistent."""
    today = day_of(now)
    if not is_valid(request.applicant) or not is_valid(request.subject):
        unknown = Refusal.UNKNOWN_PERSON if request.applicant == request.subject else Refusal.NOT_ENTITLED
        return Answer(refusal=unknown)
    applicant = find(request.applicant, view)
    subject = applicant if request.subject == request.applicant else find(request.subject, view)
    entitled = request.capacity in product.capacities and may_ask(
        capacity=request.capacity,
        applicant=applicant.number,
        applicant_dossier=applicant.dossier,
        subject=subject.number,
        dossier=subject.dossier,
        on=today,
    )
    if not entitled:
        return Answer(refusal=Refusal.NOT_ENTITLED, deliveries=subject.deliveries)
    dossier = subject.dossier
    refusal = standing_refusal(dossier)
    if dossier is None or refusal is not None:
        return Answer(refusal=refusal, deliveries=subject.deliveries)

    wants_household = "household" in product.facts or (request.capacity == PARENT and "residence" in product.facts)
    household = view.household(dossier.household) if wants_household and dossier.household else None
    members: dict[str, Dossier] = {}
    if household is not None and not household.collective:
        members = view.dossiers(tuple(membership.number for membership in household.members))
    refusal = facts_refusal(
        dossier, capacity=request.capacity, facts=product.facts, household=household, members=members
    )
    if refusal is not None:
        return Answer(refusal=refusal, deliveries=subject.deliveries)
    facts = compile_facts(
        dossier,
        application_id=application_id,
        town=town,
        product=product,
        request=request,
        household=household,
        members=members,
        now=now,
        today=today,
    )
    return Answer(facts=facts, deliveries=subject.deliveries)


def askable(
    citizen: str, *, product: Product, view: View, now: datetime
) -> tuple[list[tuple[Dossier, str]], Refusal | None]:
    """The people a citizen may ask this product about, with the capacity; or, where there is none, why not."""
    if not is_valid(citizen):
        return [], Refusal.UNKNOWN_PERSON
    found = find(citizen, view)
    refusal = standing_refusal(found.dossier)
    people: list[tuple[Dossier, str]] = []
    if found.dossier is not None and refusal is None and SELF in product.capacities:
        people.append((found.dossier, SELF))
    if found.dossier is not None and PARENT in product.capacities:
        today = day_of(now)
        children = view.dossiers(found.dossier.children) if found.dossier.children else {}
        for child in children.values():
            allowed = may_ask(
                capacity=PARENT,
                applicant=found.number,
                applicant_dossier=found.dossier,
                subject=child.number,
                dossier=child,
                on=today,
            )
            if allowed and child.is_resident:
                people.append((child, PARENT))
    return people, None if people else refusal or Refusal.NOT_ENTITLED
