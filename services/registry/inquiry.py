"""One question to the register, from the numbers in a request to facts or a refusal."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from services.contracts.catalogue import Product
from services.contracts.days import day_of
from services.contracts.errors import Refusal
from services.contracts.facts import Facts, Request
from services.contracts.national_number import is_valid
from services.registry.compilation import compile_facts
from services.registry.consistency import check_standing
from services.registry.contradictions import Inconsistent
from services.registry.domain import PARENT, SELF, Dossier, View, may_be_minor
from services.registry.entitlement import (
    Asker,
    asker,
    facts_refusal,
    is_shared,
    may_ask,
    standing_refusal,
    tells_address,
)
from services.registry.home import look_around
from services.registry.merges import Found, find, merged_into


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the register says: facts or a refusal."""

    facts: Facts | None = None
    refusal: Refusal | None = None


def inquire(request: Request, *, application_id: str, town: str, product: Product, view: View, now: datetime) -> Answer:
    """Asks no more than the decision and the product need. Raises SourceUnavailable and Inconsistent."""
    today = day_of(now)
    if not all(is_valid(number, test=view.test_numbers) for number in (request.applicant, request.subject)):
        unknown = Refusal.UNKNOWN_PERSON if request.applicant == request.subject else Refusal.NOT_ENTITLED
        return Answer(refusal=unknown)
    applicant = find(request.applicant, view)
    subject = applicant if request.subject == request.applicant else _find_other(request.subject, view)
    is_self = subject is not None and request.subject != request.applicant and subject.number == applicant.number
    capacity = SELF if is_self else request.capacity  # the same person, under an old number
    former = merged_into([applicant.number], view)
    entitled = (
        subject is not None
        and capacity in product.capacities
        and may_ask(
            capacity=capacity,
            applicant=applicant,
            numbers=_numbers(applicant, former),
            subject=subject,
            view=view,
            on=today,
        )
    )
    if subject is None or not entitled:
        return Answer(refusal=Refusal.NOT_ENTITLED)
    subject.check()
    dossier = subject.dossier
    if dossier is not None:
        check_standing(dossier, today=today)
    refusal = standing_refusal(dossier)
    if dossier is None or refusal is not None:
        return Answer(refusal=refusal)
    if view.lacks & set(product.facts):
        return Answer(refusal=Refusal.NOT_TOLD)

    if capacity != SELF:
        former = merged_into([subject.number], view)
    minor, home = may_be_minor(dossier.born_on, today), None
    shared, who = is_shared(product.facts, minor=minor), asker(capacity, applicant, dossier)
    if tells_address(product.facts):
        home = look_around(dossier, view, shared=shared, minor=minor, at_home=who is Asker.AT_HOME)
    refusal = facts_refusal(dossier, former.values(), facts=product.facts, home=home, asker=who, minor=minor)
    if refusal is not None:
        return Answer(refusal=refusal)
    facts = compile_facts(
        dossier,
        application_id=application_id,
        town=town,
        product=product,
        request=request,
        former_numbers=tuple(former),
        home=home,
        shared=shared,
        now=now,
        today=today,
    )
    return Answer(facts=facts)


def askable(
    citizen: str, *, product: Product, view: View, now: datetime
) -> tuple[list[tuple[Dossier, str]], Refusal | None]:
    """The people a citizen may ask this product about, with the capacity; or, where there is none, why not.

    About whom the register would refuse these facts is not among them, nor a child whom a protection hides from the
    citizen, whatever the product. Whom it contradicts is: the application waits, and the town is told. Raises
    SourceUnavailable, and Inconsistent about the citizen.
    """
    if not is_valid(citizen, test=view.test_numbers):
        return [], Refusal.UNKNOWN_PERSON
    found = find(citizen, view)
    found.check()
    dossier, former = found.dossier, merged_into([found.number], view)
    refusal = standing_refusal(dossier)
    people: list[tuple[Dossier, str]] = []
    today = day_of(now)
    if dossier is not None and refusal is None and SELF in product.capacities:
        refusal = _foreseen(dossier, former, asked_by=Asker.SUBJECT, product=product, view=view, on=today)
        people += [] if refusal else [(dossier, SELF)]
    if PARENT in product.capacities:
        numbers = _numbers(found, former)
        own_dossiers = tuple(each for each in (dossier, *former.values(), *found.trail) if each is not None)
        for child in _children(own_dossiers, numbers, view):
            if _may_ask_about(child, parent=found, numbers=numbers, product=product, view=view, on=today):
                people.append((child, PARENT))
    return people, None if people else refusal or Refusal.NOT_ENTITLED


def _children(parent: tuple[Dossier, ...], numbers: set[str], view: View) -> Iterator[Dossier]:
    """Each once, whatever number they are listed under; without those whom the register cannot tell.

    `parent` are all dossiers of one, of whom `numbers` are all: a child's own dossier, which decides, may name a parent
    who has none here, or whose does not name the child.
    """
    seen = set()
    named = (number for dossier in parent for number in dossier.children)
    for number in dict.fromkeys((*named, *view.children_of(tuple(sorted(numbers))))):
        with suppress(Inconsistent):
            child = find(number, view)
            if child.dossier is not None and child.number not in seen:
                seen.add(child.number)
                yield child.dossier


def _may_ask_about(child: Dossier, *, parent: Found, numbers: set[str], product: Product, view: View, on: date) -> bool:
    found = Found(number=child.number, dossier=child)
    try:
        allowed = may_ask(capacity=PARENT, applicant=parent, numbers=numbers, subject=found, view=view, on=on)
        if not allowed or not child.is_resident:
            return False
        former = merged_into([child.number], view)
    except Inconsistent:
        return True
    asked_by = asker(PARENT, parent, child)
    return _foreseen(child, former, asked_by=asked_by, product=product, view=view, on=on) is None


def _foreseen(
    dossier: Dossier, former: dict[str, Dossier], *, asked_by: Asker, product: Product, view: View, on: date
) -> Refusal | None:
    """Why the register would refuse the product's facts about a resident. A contradiction is no refusal."""
    if view.lacks & set(product.facts):
        return Refusal.NOT_TOLD
    minor, home = may_be_minor(dossier.born_on, on), None
    try:
        if tells_address(product.facts):
            shared, at_home = is_shared(product.facts, minor=minor), asked_by is Asker.AT_HOME
            home = look_around(dossier, view, shared=shared, minor=minor, at_home=at_home)
        return facts_refusal(dossier, former.values(), facts=product.facts, home=home, asker=asked_by, minor=minor)
    except Inconsistent:
        return None


def _find_other(number: str, view: View) -> Found | None:
    """None where nobody can say who that is: whether there is such a person is told to nobody who may not ask."""
    try:
        return find(number, view)
    except Inconsistent:
        return None


def _numbers(person: Found, former: dict[str, Dossier]) -> set[str]:
    return {person.number, *(dossier.number for dossier in person.trail), *former}
