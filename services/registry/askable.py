"""About whom a citizen may ask: foreseen for the form, before anything is filed."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from services.contracts.days import day_of
from services.contracts.errors import Refusal
from services.contracts.national_number import is_valid
from services.contracts.product import ANYONE, Product
from services.registry import kinship
from services.registry.contradictions import Inconsistent
from services.registry.domain import PARENT, SELF, Dossier, View, may_be_minor
from services.registry.entitlement import Asker, asker, facts_refusal, is_shared, may_ask, standing_refusal
from services.registry.facts import PopulationFact, Tells, declared, of_population, told
from services.registry.home import look_around
from services.registry.merges import Found, find, merged_into
from services.registry.subject import Subject


def askable(
    citizen: str, *, town: str, product: Product, view: View, now: datetime
) -> tuple[list[tuple[Dossier, str]], Refusal | None]:
    """The people a citizen may ask this product about, with the capacity; or, where there is none, why not.

    About whom these facts would be refused is not among them, nor a child whom a protection hides from the
    citizen, whatever the product. Whom it contradicts is: the application waits, and the town is told. Raises
    SourceUnavailable, and Inconsistent about the citizen.
    """
    if not is_valid(citizen, test=view.test_numbers):
        return [], Refusal.UNKNOWN_PERSON
    found = find(citizen, view)
    found.check()
    dossier, former = found.dossier, merged_into([found.number], view)
    facts = of_population(declared(product.facts))
    refusal = standing_refusal(dossier, facts=facts, capacity=SELF)
    people: list[tuple[Dossier, str]] = []
    today = day_of(now)
    if dossier is not None and refusal is None and {SELF, ANYONE} & set(product.capacities):
        refusal = _foreseen(
            dossier, former, capacity=SELF, asked_by=Asker.SUBJECT, facts=facts, town=town, view=view, on=today
        )
        if refusal is None and may_be_minor(dossier.born_on, today) and _is_of_adults(product):
            refusal = Refusal.ONLY_AT_THE_COUNTER
        people += [] if refusal else [(dossier, SELF)]
    if PARENT in product.capacities:
        numbers = found.all_numbers(former)
        own_dossiers = tuple(each for each in (dossier, *former.values(), *found.trail) if each is not None)
        for child in _children(own_dossiers, numbers, view):
            if _may_ask_about(child, parent=found, numbers=numbers, facts=facts, town=town, view=view, on=today):
                people.append((child, PARENT))
    if set(kinship.OF_ANOTHER) & set(product.capacities):
        known = {each.number for each, _ in people}
        people += _relatives(found, former, product=product, known=known, view=view, on=today)
    return people, None if people else refusal or Refusal.NOT_ENTITLED


def _is_of_adults(product: Product) -> bool:
    return any(fact.of_adults for fact in declared(product.facts))


def _relatives(
    applicant: Found, former: dict[str, Dossier], *, product: Product, known: set[str], view: View, on: date
) -> Iterator[tuple[Dossier, str]]:
    """Spouse, parents and children whom the citizen may ask about; others are asked about by their number."""
    numbers = applicant.all_numbers(former)
    for number, capacity in kinship.relatives(applicant, view):
        with suppress(Inconsistent):
            other = find(number, view)
            if other.dossier is None or other.number in known or capacity not in product.capacities:
                continue
            if kinship.may_ask(
                capacity=capacity, applicant=applicant, numbers=numbers, subject=other, view=view, on=on
            ):
                known.add(other.number)
                yield other.dossier, capacity


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


def _may_ask_about(
    child: Dossier,
    *,
    parent: Found,
    numbers: set[str],
    facts: Collection[PopulationFact[Any]],
    town: str,
    view: View,
    on: date,
) -> bool:
    found = Found(number=child.number, dossier=child)
    try:
        allowed = may_ask(capacity=PARENT, applicant=parent, numbers=numbers, subject=found, view=view, on=on)
        if not allowed or standing_refusal(child, facts=facts, capacity=PARENT) is not None:
            return False
        former = merged_into([child.number], view)
    except Inconsistent:
        return True
    asked_by = asker(PARENT, parent, child)
    return (
        _foreseen(child, former, capacity=PARENT, asked_by=asked_by, facts=facts, town=town, view=view, on=on) is None
    )


def _foreseen(
    dossier: Dossier,
    former: dict[str, Dossier],
    *,
    capacity: str,
    asked_by: Asker,
    facts: Collection[PopulationFact[Any]],
    town: str,
    view: View,
    on: date,
) -> Refusal | None:
    """Why the register would refuse these facts about somebody. A contradiction is no refusal."""
    if view.lacks & {fact.name for fact in facts}:
        return Refusal.NOT_TOLD
    subject = Subject(dossier=dossier, former=tuple(former.values()), town=town, today=on, view=view, capacity=capacity)
    minor, home = may_be_minor(dossier.born_on, on), None
    try:
        if told(facts) is not Tells.NOBODYS:
            shared, at_home = is_shared(facts, minor=minor), asked_by is Asker.AT_HOME
            home = look_around(dossier, view, shared=shared, minor=minor, at_home=at_home)
        refusal = facts_refusal(dossier, subject.former, facts=facts, home=home, asker=asked_by, minor=minor)
        return refusal or next(filter(None, (fact.refusal(subject) for fact in facts)), None)
    except Inconsistent:
        return None
