"""Events of a town that there is not, for whoever builds a program: told on request, to who asked alone."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from services.contracts.department_events import CONFIRMATION_REMINDED, CONFIRMATION_REQUESTED, DIRECTED
from services.contracts.departments import SANDBOX
from services.contracts.errors import FactsNotAllowed, InvalidField
from services.contracts.facts import parts
from services.contracts.feed.concerning import confirmation_of
from services.contracts.feed.events import ALIVE, PublicEvent, source_of, type_of
from services.contracts.feed_schemas import example, told_events
from services.contracts.field_errors import field_error
from services.contracts.product import Product
from services.contracts.sandbox_facts import invented
from services.notify.feed.departments import Department
from services.notify.feed.projecting import AskedOf, Told


def sandbox_events(
    names: Iterable[str],
    *,
    department: Department,
    products: Mapping[str, Product],
    new_id: Callable[[], str],
    now: datetime,
) -> Iterator[Told]:
    """One of each, of every event where none is named; ids and references are new each time, all else is as in the
    examples. Raises InvalidField."""
    known = told_events()
    wanted = tuple(dict.fromkeys(names)) or known
    if any(name not in known for name in wanted):
        raise InvalidField(fields={"events": field_error("not-a-choice", choices=list(known))})
    for name in wanted:
        id = new_id()
        data = dict(example(name).data)
        if "product" in data and name not in DIRECTED:
            data["product"] = _product_of(name, products, facts=may_try(department))
        asked = None
        if name in DIRECTED:
            data |= _as_it_is_asked(data, department, reference=id)
        if name in (CONFIRMATION_REQUESTED, CONFIRMATION_REMINDED):
            asked = AskedOf(department=data["department"], reference=id, application_id="")
        subject = id if name == ALIVE else new_id()
        event = PublicEvent(id=id, type=type_of(name), source=source_of(SANDBOX), subject=subject, time=now, data=data)
        yield Told(event=event, product=data.get("product", "all"), only_for=department.id, asked=asked)


def _as_it_is_asked(data: Mapping[str, Any], department: Department, *, reference: str) -> dict[str, Any]:
    """A confirmation of its own for each event; asked in the department's first role, where it has one, so that it may
    answer by an event."""
    own = {"confirmation": confirmation_of(reference)}
    if department.answers:
        own["department"] = department.answers[0].asked
    return {name: value for name, value in own.items() if name in data}


def may_try(department: Department) -> tuple[str, ...]:
    """Of which facts it gets invented ones: those that it may ask for, all that there are while it may for none."""
    return department.facts or tuple(parts())


def invented_facts(department: Department, product: Product | None, *, today: date) -> dict[str, Any]:
    """Of somebody whom there is not: what it may try of a product. Raises FactsNotAllowed where that is nothing."""
    facts = product.facts if product is not None else ()
    found = invented((fact for fact in facts if fact in may_try(department)), today=today)
    if not found:
        raise FactsNotAllowed
    return found


def _product_of(event: str, products: Mapping[str, Product], *, facts: Collection[str]) -> str:
    """One that the event is told of, else any: that which has most of these facts to try."""
    told_of = {id: each for id, each in products.items() if each.department_event == event} or products
    return max(told_of, key=lambda id: len(invented(set(told_of[id].facts) & set(facts), today=date.min)))
