"""Does an application cost more when many have been before it?"""

import time
from typing import Any

from pymongo import MongoClient

from deploy.bench.figures import Numbers
from deploy.bench.filling import counts, multiply
from deploy.bench.one_round import WARM_UP, Measured, load
from deploy.bench.quiet import SETTLE_S, idle_percent

FIRST = 100
"""Real applications that are stored before anything is measured."""

MANY = 20_000
REST_S = 60.0
"""After so much was written: until the store has it where it is to be."""

LOOK_S = 10.0


def growth(stack: Measured, *, stored: int, count: int) -> Numbers:
    """CPU an application with FIRST and with `stored` applications and certificates stored, `count` of them filed."""
    with MongoClient[dict[str, Any]](stack.variables["LOKET_MONGO_URI"], tz_aware=True) as client:
        prefix = f"{stack.variables.get('LOKET_DATABASE', 'loket')}_"
        databases = [client[name] for name in client.list_database_names() if name.startswith(prefix)]
        known = counts(databases)
        stack.file("filling the store", FIRST - WARM_UP)
        time.sleep(SETTLE_S)
        few = load(stack, count, idle_percent=idle_percent(stack.processes, seconds=LOOK_S)["total"])
        time.sleep(SETTLE_S)
        times = round(stored / (FIRST + count)) - 1
        multiply(databases, known, times=times, told=stack.each("filling the store", times))
    time.sleep(REST_S)
    idle = idle_percent(stack.processes, seconds=LOOK_S)["total"]
    many = load(stack, count, idle_percent=idle)
    return {
        "ratio": many["application_cpu_ms"] / few["application_cpu_ms"],
        "few_cpu_ms": few["application_cpu_ms"],
        "many_cpu_ms": many["application_cpu_ms"],
        "few_besides_printing_ms": few["besides_printing_cpu_ms"]["total"],
        "many_besides_printing_ms": many["besides_printing_cpu_ms"]["total"],
        "many_idle_percent": idle,
        "stored": float(stored),
    }
