"""Which register each town's questions go to, as its file says."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Protocol

from services.contracts.populations import MAGDA
from services.contracts.towns import Town
from services.registry.domain import Register, View


class Elsewhere(Register, Protocol):
    """A register to which connections are kept."""

    def close(self) -> None: ...


class Registers:
    """A Register over those of all towns: the registry's own populations, unless a town's file names another."""

    def __init__(self, own: Register, others: Mapping[str, Elsewhere]) -> None:
        self.own = own
        self._others = others

    def view(self, *, town: str) -> View:
        """See domain.Register."""
        return self._others.get(town, self.own).view(town=town)

    def stop(self) -> None:
        """After the last question."""
        for each in self._others.values():
            each.close()


def others(
    towns: Mapping[str, Town],
    *,
    folder: Path,
    secrets: Mapping[str, str],
    clock: Callable[[], datetime],
    workers: int,
) -> dict[str, Elsewhere]:
    """The registers that are not ours, by town. One of them has half of the process' `workers` at most."""
    at_once = max(1, workers // 2)
    asked = {refnis: town for refnis, town in towns.items() if town.population.source == MAGDA}
    if not asked:
        return {}
    from services.registry.sources.magda.opening import MagdaRegister  # noqa: PLC0415 - brings lxml and httpx

    return {
        refnis: MagdaRegister(town, folder=folder, secrets=secrets, clock=clock, at_once=at_once)
        for refnis, town in asked.items()
    }
