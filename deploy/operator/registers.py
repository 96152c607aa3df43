"""The towns' registers as operators ask them: to look into what waits, and whether one elsewhere can be asked."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pymongo.database import Database

from deploy.local.stack import Stack
from services.contracts.populations import MAGDA
from services.contracts.towns import Town
from services.registry.sources.population import PopulationSource
from services.registry.sources.populations import Populations
from services.registry.sources.registers import Registers, others


def registers_of(stack: Stack, database: Database[dict[str, Any]]) -> Registers:
    """Those of all towns; `database` is the registry's."""
    towns = stack.towns()
    own = PopulationSource(Populations(database), clock=_now)
    elsewhere = others(towns, folder=stack.towns_folder, secrets=_secrets(stack, towns), clock=_now, workers=1)
    return Registers(own, elsewhere)


def register_problem(stack: Stack, town: Town, *, now: datetime, reach: bool = True) -> str | None:
    """What an operator has to mend, None where nothing is. `reach` knocks at the platform, which may take seconds."""
    if town.population.source != MAGDA:
        return None
    from services.registry.sources.magda.opening import check  # noqa: PLC0415 - brings lxml and httpx

    secrets = _secrets(stack, {town.refnis: town})
    problem = check(town, folder=stack.towns_folder, secrets=secrets, now=now, reach=reach)
    return problem or _attest_problem(stack, town)


def _attest_problem(stack: Stack, town: Town) -> str | None:
    if not town.federal_attests.products:
        return None
    from services.registry.sources.sealing import SealChecker  # noqa: PLC0415 - brings httpx

    wrong = SealChecker(stack.towns_folder / str(town.federal_attests.seal_authorities)).check()
    return f"federal_attests.{wrong}" if wrong else None


def _secrets(stack: Stack, towns: Mapping[str, Town]) -> dict[str, str]:
    given = {name: value for name, value in stack.outside.items() if name.startswith("LOKET_MAGDA_")}
    if stack.profile != "demo":
        return given
    from deploy.demo.secrets import demo_secrets  # noqa: PLC0415 - production stands without the demonstration

    return demo_secrets(stack.var, towns=towns) | given


def _now() -> datetime:
    return datetime.now(UTC)
