"""Fills the registry's store with a generated town."""

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any

from pymongo.database import Database

from deploy.demo.generator.hard_cases import HARD_CASES
from deploy.demo.generator.population import Generated, generate
from services.registry.sources.population.mapping import dossier_document, household_document
from services.registry.sources.population.populations import Populations

_BATCH = 2000

EDITION = 3
"""Goes up with what a town's people are made of. The first had each name in one language."""


@dataclass(frozen=True, kw_only=True)
class Seeded:
    """What a seeding did. `dossiers` counts the departed too."""

    town: str
    population: int
    residents: int
    dossiers: int
    households: int
    seconds: float


def seed(
    database: Database[dict[str, Any]],
    *,
    town: str,
    residents: int = 30_000,
    seed: int = 1,
    progress: Callable[[int], None] = lambda _: None,
    now: datetime | None = None,
) -> Seeded:
    """Gives a town a new population, and only that town.

    The new one is written beside the old; questions are answered from the old until one update switches over; then
    the old is removed. Stopped half-way, the old one stays, and the next seeding clears what was left. `progress` is
    called with the number of residents written since its last call. Raises ValueError as generate does.
    """
    started = perf_counter()
    populations = Populations(database)
    populations.ensure_indexes()
    population = populations.begin(town)
    # While the store takes one batch, the next is being made.
    with ThreadPoolExecutor(max_workers=1) as pool:
        writer = _Writer(populations, town, population, progress, pool)
        for generated in generate(town=town, residents=residents, seed=seed):
            writer.add(generated)
        writer.finish()
    populations.switch(town, population, {"residents": writer.residents, "seed": seed, "edition": EDITION}, now=now)
    return Seeded(
        town=town,
        population=population,
        residents=writer.residents,
        dossiers=writer.dossiers,
        households=writer.households,
        seconds=round(perf_counter() - started, 3),
    )


_MANNERS = {
    case.number: {"after_s": case.answers_after_s, "twice": case.answers_twice}
    for case in HARD_CASES.values()
    if case.answers_after_s or case.answers_twice
}


class _Writer:
    """Collects documents and writes them a batch at a time."""

    def __init__(
        self,
        populations: Populations,
        town: str,
        population: int,
        progress: Callable[[int], None],
        pool: Executor,
    ) -> None:
        self._populations = populations
        self._pool = pool
        self._under_way: Future[None] | None = None
        self._place = {"town": town, "population": population}
        self._prefix = f"{town}:{population}:"
        self._progress = progress
        self._dossiers: list[dict[str, Any]] = []
        self._households: list[dict[str, Any]] = []
        self._unreported = self._written = 0
        self.residents = self.dossiers = self.households = 0

    def add(self, generated: Generated) -> None:
        for dossier in (*generated.members, *generated.outside):
            self.dossiers += 1
            document = {"_id": f"{self._prefix}{self.dossiers}", **self._place, **dossier_document(dossier)}
            if dossier.number in _MANNERS:
                document["answers"] = _MANNERS[dossier.number]
            self._dossiers.append(document)
        if generated.household is not None:
            self.households += 1
            document = {"_id": f"{self._prefix}{self.households}", **self._place}
            self._households.append(document | household_document(generated.household))
        self.residents += len(generated.members)
        self._unreported += len(generated.members)
        if len(self._dossiers) >= _BATCH:
            self._flush()

    def finish(self) -> None:
        """Until all is in the store. Raises what writing raised."""
        self._flush()
        self._settle()

    def _flush(self) -> None:
        self._settle()
        self._under_way = self._pool.submit(self._populations.write, self._dossiers, self._households)
        self._written, self._unreported = self._unreported, 0
        self._dossiers, self._households = [], []

    def _settle(self) -> None:
        if self._under_way is not None:
            self._under_way.result()
            self._progress(self._written)
