"""Bare render and seal: what the cores could do if nothing else were to be done."""

import gc
import json
import multiprocessing
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from services.contracts.facts import Facts
from services.contracts.schema import dump, load
from services.documents.children import COLLECTED_AFTER
from services.documents.domain import Order
from services.documents.press import press_of

WARM_UP = 5


@dataclass(frozen=True, kw_only=True)
class Bare:
    """One process at work: CPU and wall milliseconds of each certificate, resident memory, and how long all took."""

    cpu_ms: float
    wall_ms: list[float]
    rss_mb: dict[str, float]
    started: float
    ended: float


def order_of(facts: Facts, *, language: str) -> Order:
    """A certificate of these facts."""
    return Order(
        certificate_id="0" * 32,
        number=f"{facts.town}-2026-000 000 000",
        code="0" * 16,
        language=language,
        issued_at=datetime.now(UTC),
        facts=facts,
    )


def at_full_cores(
    facts: Facts, *, language: str, count: int, processes: int, towns: Path, secrets: Mapping[str, str]
) -> list[Bare]:
    """`count` certificates in each of `processes` fresh processes, all at once."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(processes)
    with context.Manager() as manager:
        found = manager.list()
        workers = [
            context.Process(
                target=_print_many,
                args=(json.dumps(dump(facts)), language, count, str(towns), dict(secrets), barrier, found),
            )
            for _ in range(processes)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        if len(found) != processes:
            raise RuntimeError("a process that prints certificates died; run `loket demo` first to see whether it can")
        return [Bare(**each) for each in found]


def rate(runs: list[Bare], *, count: int) -> float:
    """Certificates a second of all processes together."""
    return len(runs) * count / (max(run.ended for run in runs) - min(run.started for run in runs))


def _print_many(  # noqa: PLR0917 - multiprocessing passes them by place
    facts: str, language: str, count: int, towns: str, secrets: dict[str, str], barrier: object, found: list[object]
) -> None:
    os.environ.update(secrets)
    press = press_of(Path(towns), secrets)
    order = order_of(load(Facts, json.loads(facts)), language=language)
    memory = psutil.Process()
    gc.disable()  # as in a printing child, which collects that seldom while it is asked again at once
    gc.freeze()
    for _ in range(WARM_UP):
        press.render_and_seal(order)
    rss = {"start": _mb(memory)}
    barrier.wait()  # type: ignore[attr-defined]
    started, cpu, wall = time.monotonic(), time.process_time(), []
    for done in range(1, count + 1):
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
