"""The towns' registers and sources as operators ask them: to look into what waits, and whether one can be asked."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from pymongo.database import Database

from deploy.local.stack import Stack
from deploy.operator.terminal import Mistake
from services.contracts.populations import MAGDA
from services.contracts.retention import TEN_YEARS
from services.contracts.towns import Town
from services.registry.ports import Finding, Source
from services.registry.settings import RegistrySettings
from services.registry.sources.population.populations import Populations
from services.registry.sources.population.registers import Registers, others
from services.registry.sources.population.view import PopulationSource

_KEPT = next(each for each in fields(RegistrySettings) if each.name == "access_log_days")


@contextmanager
def registers_of(stack: Stack, database: Database[dict[str, Any]]) -> Iterator[Registers]:
    """Those of all towns; `database` is the registry's."""
    towns = stack.towns()
    own = PopulationSource(Populations(database), clock=_now)
    elsewhere = others(towns, folder=stack.towns_folder, secrets=_secrets(stack, towns), clock=_now, workers=1)
    registers = Registers(own, elsewhere)
    try:
        yield registers
    finally:
        registers.stop()


@contextmanager
def sources_of(
    stack: Stack, towns: Mapping[str, Town], database: Database[dict[str, Any]]
) -> Iterator[Mapping[str, Source]]:
    """Those that any of these towns has beyond its population. Raises Unreadable."""
    from services.registry.sources import Surroundings, make_sources  # noqa: PLC0415 - brings httpx and every source

    secrets = _secrets(stack, towns)
    made = make_sources(towns, Surroundings(folder=stack.towns_folder, secrets=secrets, database=database, clock=_now))
    try:
        yield made
    finally:
        for each in made.values():
            each.close()


def register_problem(stack: Stack, town: Town, *, now: datetime, reach: bool = True) -> Finding | None:
    """What an operator has to mend, None where nothing is. `reach` knocks at the platform, which may take seconds."""
    if town.population.source != MAGDA:
        return None
    from services.registry.sources.magda.opening import check  # noqa: PLC0415 - brings lxml and httpx

    secrets = _secrets(stack, {town.refnis: town})
    return check(town, folder=stack.towns_folder, secrets=secrets, now=now, reach=reach)


def kept_days(stack: Stack) -> int:
    """How long the access log is kept, read as the registry reads it. Raises Mistake."""
    given = stack.outside.get(_KEPT.metadata["variable"])
    try:
        return int(_KEPT.metadata["parse"](given)) if given else TEN_YEARS
    except ValueError as mend:
        raise Mistake(f"{_KEPT.metadata['variable']} cannot be used: {mend}") from None


def _secrets(stack: Stack, towns: Mapping[str, Town]) -> dict[str, str]:
    given = {name: value for name, value in stack.outside.items() if name.startswith("LOKET_MAGDA_")}
    if stack.profile != "demo":
        return given
    from deploy.demo.secrets import demo_secrets  # noqa: PLC0415 - production stands without the demonstration

    return demo_secrets(stack.var, towns=towns) | given


def _now() -> datetime:
    return datetime.now(UTC)
