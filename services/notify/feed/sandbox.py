"""Events of a town that there is not, for whoever builds a program: told on request, to who asked alone."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from services.contracts.department_events import DIRECTED
from services.contracts.departments import SANDBOX
from services.contracts.errors import InvalidField
from services.contracts.feed.events import ALIVE, PublicEvent, source_of, type_of
from services.contracts.feed_schemas import example, told_events
from services.contracts.field_errors import field_error
from services.contracts.product import Product
from services.notify.feed.projecting import Told


def sandbox_events(
    names: Iterable[str],
    *,
    department: str,
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
        told = dict(example(name).data)
        if "product" in told and name not in DIRECTED:
            told["product"] = _product_of(name, products)
        subject = id if name == ALIVE else new_id()
        event = PublicEvent(id=id, type=type_of(name), source=source_of(SANDBOX), subject=subject, time=now, data=told)
        yield Told(event=event, only_for=department)


def _product_of(event: str, products: Mapping[str, Product]) -> str:
    """One that it is told of, else any."""
    return next((id for id, each in products.items() if each.department_event == event), min(products))
