"""One run: a stack of its own is started cold, measured idle and under a burst, and ended."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from deploy.bench.figures import Figures, middle, percentile
from deploy.bench.load import Issued, burst, one_by_one
from deploy.bench.paper import Bare, at_full_cores, rate
from deploy.bench.recovery import PARTS, Recovery, recover
from deploy.demo.secrets import demo_secrets
from deploy.demo.tokens import citizen_token
from deploy.local import running
from deploy.local.embedded.ports import Claims
from deploy.local.prepare import prepare
from deploy.local.stack import Stack
from deploy.operator.commands.register import registry_database
from deploy.operator.status.gathered import status
from services.contracts.catalogue import products
from services.contracts.facts import Facts, Request
from services.registry.generator.hard_cases import DEMO_CITIZEN, HARD_CASES
from services.registry.generator.seeding import seed
from services.registry.inquiry import inquire
from services.registry.sources.population import PopulationSource
from services.registry.sources.populations import Populations

PRODUCT = "household-composition"
FIELDS = {"purpose": "housing"}
BODY = {"product": PRODUCT, "fields": FIELDS}
CITIZENS = ("demo-citizen", "demo-spouse", "single", "legal-cohabitant", "divorced", "widowed", "blended-family")
NO_LIMITS = {"LOKET_LIMIT_APPLICATIONS": "1000000 per hour", "LOKET_LIMIT_CHANGES": "1000000 per hour"}

Progress = Callable[[str, int, int], None]
"""Told what is under way, how much of it is done, and of how much."""


def measure(var: Path, *, opt: Path, bare: int, idle: int, crowd: int, progress: Progress) -> Figures:
    """Everything that Figures holds. Raises PartError where the stack does not work."""
    stack = _stack(var, opt)
    with _running(stack) as cold_start_s:
        town = next(iter(stack.towns().values()))
        language = town.languages[0]
        progress("filling the register", 0, 1)
        with registry_database(stack) as database:
            seed(database, town=town.refnis, residents=1000, seed=1)
            facts = _facts(database, town.refnis)
        tokens = [citizen_token(stack, town, HARD_CASES[key].number) for key in CITIZENS]
        with Issued(stack.amqp_uri) as issued:
            _count(
                progress,
                "warming up",
                10,
                lambda told: one_by_one(stack.address, tokens, issued, count=10, body=BODY, told=told),
            )
            memory = _idle_memory(stack)
            ceiling = _ceiling(stack, facts, language, bare, progress)
            alone = at_full_cores(facts, language=language, count=50, processes=1, **_paper(stack))
            waits = _count(
                progress,
                "one by one",
                idle,
                lambda told: one_by_one(stack.address, tokens, issued, count=idle, body=BODY, told=told),
            )
            crowded = _count(
                progress,
                "burst",
                crowd,
                lambda told: burst(stack.address, tokens, issued, count=crowd, body=BODY, told=told),
            )
        after = _ceiling(stack, facts, language, max(20, bare // 10), progress)
    bare_ms = middle(alone[0].wall_ms)
    ceiling_per_s = (rate(ceiling, count=bare) + rate(after, count=max(20, bare // 10))) / 2
    return Figures(
        overhead_ms={"p50": percentile(waits, 0.5) - bare_ms, "p95": percentile(waits, 0.95) - bare_ms},
        bare_ms=bare_ms,
        accepted={"per_s": crowded.accepted_per_s, "p95_ms": percentile(crowded.answer_ms, 0.95)},
        certificates={
            "per_s": crowded.certificates_per_s,
            "ceiling_per_s": ceiling_per_s,
            "ratio": crowded.certificates_per_s / ceiling_per_s,
        },
        render_seal_cpu_ms=alone[0].cpu_ms,
        render_seal_rss_mb={key: max(run.rss_mb[key] for run in ceiling) for key in ("start", "after_100", "end")},
        cold_start_s=cold_start_s,
        idle_rss_mb=memory,
        runs={"bare": bare, "idle": idle, "burst": crowd, "processes": len(ceiling)},
    )


def measure_recovery(var: Path, *, opt: Path, rounds: int, progress: Progress) -> Recovery:
    """Kills under load on a stack of its own. Raises PartError where it does not come back."""
    stack = _stack(var, opt)
    with _running(stack):
        town = next(iter(stack.towns().values()))
        with registry_database(stack) as database:
            seed(database, town=town.refnis, residents=1000, seed=1)
        tokens = [citizen_token(stack, town, HARD_CASES[key].number) for key in CITIZENS]
        found: Recovery = _count(
            progress,
            "killed and back",
            rounds * len(PARTS),
            lambda told: recover(stack, tokens, BODY, rounds=rounds, told=told),
        )
    return found


def _stack(var: Path, opt: Path) -> Stack:
    """From nothing, but for the embedded store's binary."""
    shutil.rmtree(var, ignore_errors=True)
    (var / "opt").mkdir(parents=True)
    (var / "opt" / "store").symlink_to(opt)
    os.environ.update({**NO_LIMITS, "LOKET_VAR": str(var)})
    return Stack(var=var, outside=os.environ)


@contextmanager
def _running(stack: Stack) -> Iterator[float]:
    """The seconds it took from nothing running to all ready; secrets and seals are made before."""
    with Claims() as until_it_starts:
        stack.choose_ports(until_it_starts)
    prepare(stack)
    began = time.monotonic()
    running.up(stack)
    try:
        yield time.monotonic() - began
    finally:
        running.down(stack)


def _facts(database: Any, town: str) -> Facts:
    """What the register says of the demonstration's citizen: a household of four."""
    view = PopulationSource(Populations(database), clock=lambda: datetime.now(UTC)).view(town=town)
    request = Request(applicant=DEMO_CITIZEN, subject=DEMO_CITIZEN, capacity="self", fields=FIELDS)
    answer = inquire(
        request, application_id="bench", town=town, product=products()[PRODUCT], view=view, now=datetime.now(UTC)
    )
    assert answer.facts is not None
    return answer.facts


def _ceiling(stack: Stack, facts: Facts, language: str, count: int, progress: Progress) -> list[Bare]:
    cores = os.cpu_count() or 1
    progress(f"render and seal alone, {cores} processes", 0, 1)
    return at_full_cores(facts, language=language, count=count, processes=cores, **_paper(stack))


def _paper(stack: Stack) -> dict[str, Any]:
    secrets = demo_secrets(stack.var, towns=stack.towns())
    return {"towns": stack.towns_folder, "secrets": {k: v for k, v in secrets.items() if k.startswith("LOKET_SEAL_")}}


def _idle_memory(stack: Stack) -> dict[str, float]:
    """One process of each service; `documents-child` is one of those in which documents prints."""
    found = {}
    for name, service in status(stack)["services"].items():
        process = psutil.Process(service["processes"][0]["pid"])
        found[name] = process.memory_info().rss / 2**20
        if name == "documents":
            found["documents-child"] = max(child.memory_info().rss / 2**20 for child in process.children())
    return found


def _count(progress: Progress, what: str, total: int, work: Callable[[Callable[[], None]], Any]) -> Any:
    done = 0

    def told() -> None:
        nonlocal done
        done += 1
        progress(what, done, total)

    progress(what, 0, total)
    return work(told)
