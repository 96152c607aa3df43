"""Bare render and seal, by this tree's own press: what the cores could do if nothing else were to be done."""

import gc
import json
import multiprocessing
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import psutil
from pymongo import MongoClient

from deploy.bench.figures import Limits, middle
from deploy.bench.load import FIELDS, PRODUCT
from services.contracts.catalogue import products
from services.contracts.extracts import Facts, Request
from services.contracts.schema import dump, load
from services.contracts.town_files import read_towns
from services.documents.children.asking import COLLECTED_AFTER
from services.documents.domain import Order
from services.documents.paper.press import press_of
from services.registry.inquiry import inquire
from services.registry.sources.population.populations import Populations
from services.registry.sources.population.view import PopulationSource

WARM_UP = 20
PEOPLE = 300
"""As many different pages are printed, as in the burst; then the same again."""

ALONE = 100


@dataclass(frozen=True, kw_only=True)
class Bare:
    """One process at work: CPU and wall milliseconds of each certificate, resident memory, and how long all took."""

    cpu_ms: float
    wall_ms: list[float]
    rss_mb: dict[str, float]
    started: float
    ended: float


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What is to be printed, and with what: the towns' files and the passphrases of their seals."""

    facts: tuple[Facts, ...]
    language: str
    towns: Path
    secrets: dict[str, str]


def paper_of(variables: Mapping[str, str], numbers: Sequence[str]) -> Paper:
    """The facts of these people, as the registry of a running stack of this tree answers them."""
    towns = Path(variables["LOKET_TOWNS"])
    town = read_towns(towns)[variables["LOKET_DEFAULT_TOWN"]]
    with MongoClient[dict[str, Any]](variables["LOKET_MONGO_URI"], tz_aware=True) as client:
        database = client[f"{variables.get('LOKET_DATABASE', 'loket')}_registry"]
        source = PopulationSource(Populations(database), clock=lambda: datetime.now(UTC))
        view = source.view(town=town.refnis)
        facts = tuple(islice(_facts(view, town.refnis, numbers), PEOPLE))
    secrets = {name: value for name, value in variables.items() if name.startswith("LOKET_SEAL_")}
    return Paper(facts=facts, language=town.languages[0], towns=towns, secrets=secrets)


def limits_of(paper: Paper, *, count: int) -> Limits:
    """`count` pages in each of as many processes as there are cores, and some in one process alone."""
    (alone,) = at_once(paper, count=min(count, ALONE), processes=1)
    together = at_once(paper, count=count, processes=os.cpu_count() or 1)
    return Limits(
        render_seal_cpu_ms=alone.cpu_ms,
        bare_ms=middle(alone.wall_ms),
        ceiling_per_s=rate(together, count=count),
        render_seal_rss_mb={key: max(run.rss_mb[key] for run in together) for key in ("start", "after_100", "end")},
    )


def at_once(paper: Paper, *, count: int, processes: int) -> list[Bare]:
    """`count` certificates in each of `processes` fresh processes, all at once."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(processes)
    facts = json.dumps([dump(each) for each in paper.facts])
    with context.Manager() as manager:
        found = manager.list()
        workers = [
            context.Process(
                target=_print_many,
                args=(facts, paper.language, count, str(paper.towns), paper.secrets, barrier, found),
            )
            for _ in range(processes)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        if len(found) != processes:
            raise RuntimeError("a process that prints certificates died; run `make demo` first to see whether it can")
        return [Bare(**each) for each in found]


def rate(runs: list[Bare], *, count: int) -> float:
    """Certificates a second of all processes together."""
    return len(runs) * count / (max(run.ended for run in runs) - min(run.started for run in runs))


def order_of(facts: Facts, language: str) -> Order:
    """Any certificate of these facts."""
    return Order(
        certificate_id="0" * 32,
        number=f"{facts.town}-2026-000 000 000",
        code="0" * 16,
        language=language,
        issued_at=datetime.now(UTC),
        facts=facts,
    )


def _facts(view: Any, town: str, numbers: Sequence[str]) -> Iterator[Facts]:
    """Of those who are not refused."""
    for number in numbers:
        now = datetime.now(UTC)
        request = Request(applicant=number, subject=number, capacity="self", fields=FIELDS)
        answer = inquire(request, application_id="bench", town=town, product=products()[PRODUCT], view=view, now=now)
        if answer.facts is not None:
            yield answer.facts


def _print_many(  # noqa: PLR0917 - multiprocessing passes them by place
    facts: str, language: str, count: int, towns: str, secrets: dict[str, str], barrier: object, found: list[object]
) -> None:
    os.environ.update(secrets)
    press = press_of(Path(towns), secrets)
    orders = cycle(order_of(load(Facts, each), language) for each in json.loads(facts))
    memory = psutil.Process()
    gc.disable()  # as in a printing child, which collects that seldom while it is asked again at once
    gc.freeze()
    for order in islice(orders, WARM_UP):
        press.render_and_seal(order)
    rss = {"start": _mb(memory)}
    barrier.wait()  # type: ignore[attr-defined]
    started, cpu, wall = time.monotonic(), time.process_time(), []
    for done, order in enumerate(islice(orders, count), 1):
        began = time.monotonic()
        press.render_and_seal(order)
        wall.append((time.monotonic() - began) * 1000)
        if done % COLLECTED_AFTER == 0:
            gc.collect()
        if done == min(100, count):
            rss["after_100"] = _mb(memory)
    found.append(
        {
            "cpu_ms": (time.process_time() - cpu) * 1000 / count,
            "wall_ms": wall,
            "rss_mb": rss | {"end": _mb(memory)},
            "started": started,
            "ended": time.monotonic(),
        }
    )


def _mb(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 2**20
