"""Where facts come from that no population has: a module or package for each source, whose SOURCE says how it is made.

Which of them a town has, and where and how it is asked, stands in the town's file under `sources.<name>`; secrets come
from the environment.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pymongo.database import Database

from services.contracts.rooms import extend, modules
from services.contracts.schema import Strict, Unreadable, load
from services.contracts.towns import Town
from services.registry.ports import Source

__path__ = extend(__path__, "registry/sources")


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a source is made in. `folder` is that of the towns' files, to which paths in them are relative; `secrets`
    is the environment."""

    folder: Path
    secrets: Mapping[str, str]
    database: Database[dict[str, Any]]
    clock: Callable[[], datetime]


@dataclass(frozen=True, kw_only=True)
class SourceKind:
    """A source as it can be chosen. `settings` is the dataclass of what a town's file says of it, `make` is given them
    by town; `is_demo`: it is refused by a town that is not a specimen. `chosen_by`: a source that does not stand under
    `sources`, and what of a town's file says that the town has it; None where it has not. `one_fact`: it answers one
    question, and a product wants one fact of it at most."""

    name: str
    settings: type
    make: Callable[[Mapping[str, Any], Surroundings], Source]
    is_demo: bool = False
    one_fact: bool = False
    chosen_by: Callable[[Town], Any] | None = None


def source_kinds() -> dict[str, SourceKind]:
    """All that there are, by name."""
    found = [module.SOURCE for module in modules(__name__) if hasattr(module, "SOURCE")]
    return {kind.name: kind for kind in found}


def make_sources(towns: Mapping[str, Town], surroundings: Surroundings) -> dict[str, Source]:
    """The sources that any of these towns has, by name. Raises Unreadable, with what is wrong in a town's file."""
    kinds, settings = source_kinds(), dict[str, dict[str, Any]]()
    for refnis, town in towns.items():
        for name, written in town.sources.items():
            settings.setdefault(name, {})[refnis] = _settings(kinds, town, name, written)
        for kind in kinds.values():
            if kind.chosen_by is not None and (chosen := kind.chosen_by(town)) is not None:
                settings.setdefault(kind.name, {})[refnis] = chosen
    return {name: kinds[name].make(by_town, surroundings) for name, by_town in settings.items()}


def _settings(kinds: Mapping[str, SourceKind], town: Town, name: str, written: Mapping[str, str]) -> Any:
    named = [kind.name for kind in kinds.values() if kind.chosen_by is None]
    if name not in named:
        raise Unreadable(town.refnis, {f"sources.{name}": f"there is no such source; choose from {', '.join(named)}"})
    if kinds[name].is_demo and not town.specimen:
        raise Unreadable(
            town.refnis, {f"sources.{name}": "is for demonstrations; take it out, or set `specimen: true`"}
        )
    try:
        return load(kinds[name].settings, written, base=Strict)
    except Unreadable as wrong:
        raise Unreadable(town.refnis, {f"sources.{name}": wrong.problems}) from None
