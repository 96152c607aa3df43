"""What two parts of this tree cost by themselves: the data inside a certificate, and a look at MAGDA."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from unittest.mock import patch

from pymongo import MongoClient

from deploy.bench.figures import Numbers, middle
from deploy.bench.one_round import Measured
from deploy.bench.paper import Paper, order_of
from deploy.local.embedded.part import PartError
from services.contracts.catalogue import products
from services.contracts.extracts import Request
from services.contracts.populations import MAGDA
from services.contracts.product import Product
from services.contracts.town_files import read_towns
from services.contracts.towns import Town
from services.documents.paper import pinned, press
from services.registry.inquiry import inquire
from services.registry.sources.magda.opening import MagdaRegister
from services.registry.sources.magda.transport import Transport

LOOK = "household-composition"
RESIDENTS = 300
HOUSEHOLD = 4
WARM_UP = 5
COUNT = 40


def parts_of(stack: Measured, paper: Paper) -> Numbers:
    """Medians, in milliseconds of CPU: the data inside a certificate; a look at a household of four, beside the HTTP of
    its questions. And how long that look took, and how many questions it asked. Raises PartError."""
    return {"data_inside_cpu_ms": data_inside_cpu_ms(paper), **magda_household(stack)}


def data_inside_cpu_ms(paper: Paper, *, warm_up: int = WARM_UP, count: int = COUNT) -> float:
    """Making the file, and putting it into the PDF: what a certificate without it would not cost."""
    own = press.press_of(paper.towns, paper.secrets)
    orders = cycle(order_of(facts, paper.language) for facts in paper.facts)
    for order in islice(orders, warm_up):
        own.render_and_seal(order)
    with _timed(press, "data") as made, _timed(pinned, "embed") as embedded:
        for order in islice(orders, count):
            own.render_and_seal(order)
    return middle([1000 * sum(each) for each in zip(made, embedded, strict=True)])


def magda_household(stack: Measured) -> Numbers:
    """The registry's own way, in this process, to the demonstration's stand-in: signing, asking, checking, reading."""
    folder = Path(stack.variables["LOKET_TOWNS"])
    town = next((each for each in read_towns(folder).values() if each.population.source == MAGDA), None)
    if town is None:
        raise PartError("no town of the demonstration has MAGDA as its register")
    stack.tree.run(stack.var, "register", "seed", "--town", town.refnis, "--residents", str(RESIDENTS), "--json")
    register = MagdaRegister(town, folder=folder, secrets=stack.variables, clock=lambda: datetime.now(UTC), at_once=1)
    try:
        tried = [look_at(register, town, products()[LOOK], each) for each in _asking(stack, town)]
    finally:
        register.close()
    looks = [each for each in tried if each is not None][WARM_UP:]
    if not looks:
        raise PartError("the stand-in of MAGDA has no household of four that is told of")
    return {f"magda_household_{name}": middle([each[name] for each in looks]) for name in looks[0]}


def _asking(stack: Measured, town: Town) -> list[str]:
    """The reference persons of households of four, as the stand-in knows them."""
    with MongoClient[dict[str, Any]](stack.variables["LOKET_MONGO_URI"]) as client:
        database = client[f"{stack.variables.get('LOKET_DATABASE', 'loket')}_magda"]
        wanted = {"town": town.refnis, "members": {"$size": HOUSEHOLD}}
        found = [each["members"][0]["number"] for each in database["households"].find(wanted)]
    return list(islice(cycle(found), WARM_UP + COUNT)) if found else []


def look_at(register: MagdaRegister, town: Town, product: Product, number: str) -> Numbers | None:
    """None where it is refused."""
    request = Request(applicant=number, subject=number, capacity="self", fields={})
    view = register.view(town=town.refnis)
    try:
        with _timed(Transport, "post") as posted:
            now, wall, cpu = datetime.now(UTC), time.perf_counter(), time.process_time()
            answer = inquire(request, application_id="bench", town=town.refnis, product=product, view=view, now=now)
            used, took = time.process_time() - cpu, time.perf_counter() - wall
    finally:
        view.close()
    if answer.facts is None:
        return None
    http = sum(posted)
    return {
        "cpu_ms": 1000 * (used - http),
        "http_cpu_ms": 1000 * http,
        "ms": 1000 * took,
        "questions": float(len(view.references)),
    }


@contextmanager
def _timed(module: Any, name: str) -> Iterator[list[float]]:
    """CPU seconds of each call of a function."""
    own: Callable[..., Any] = getattr(module, name)
    spent: list[float] = []

    def timed(*given: Any, **named: Any) -> Any:
        began = time.process_time()
        try:
            return own(*given, **named)
        finally:
            spent.append(time.process_time() - began)

    with patch.object(module, name, timed):
        yield spent
