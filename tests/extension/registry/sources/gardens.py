"""The gardener's list: a file for each tenant. One whom the gardener has to look up first is promised for tomorrow."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from services.contracts.errors import Refusal
from services.registry.ports import Away, Contradicted, Finding, Found, Outcome, Promised, SourceQuestion
from services.registry.sources import SourceKind, Surroundings


@dataclass(frozen=True, kw_only=True)
class Gardens:
    """`list` is the folder of the gardener's list."""

    list: str


class GardenList:
    """See ports.Source."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._folders = folders

    def look_up(self, question: SourceQuestion) -> Outcome:
        """By the tenant's number."""
        folder, number = self._folders[question.town], question.subject.dossier.number
        try:
            known = json.loads((folder / f"{number}.json").read_text())
        except FileNotFoundError:
            if not folder.is_dir():
                return Away()
            (folder / f"{number}.asked").write_text(question.application_id)
            return Promised(by=question.now + timedelta(days=1), reference=number, code=Refusal.REGISTER_UNAVAILABLE)
        if known.get("of") != number:
            return Contradicted(kind="garden-of-another")
        return Found(answers=dict.fromkeys(question.facts, known))

    def answered(self) -> Iterable[str]:
        """Those that the gardener has looked up since."""
        for folder in self._folders.values():
            for asked in folder.glob("*.asked"):
                if asked.with_suffix(".json").exists():
                    yield asked.stem

    def acknowledge(self, references: Collection[str]) -> None:
        """They were told."""
        for folder in self._folders.values():
            for reference in references:
                (folder / f"{reference}.asked").unlink(missing_ok=True)

    def check(self, *, reach: bool = False) -> Finding | None:
        """Whether there is a list."""
        missing = [str(folder) for folder in self._folders.values() if not folder.is_dir()]
        return Finding(said=f"there is no {', '.join(missing)}") if missing else None

    def close(self) -> None:
        """It is read file by file."""


def _make(settings: Mapping[str, Gardens], surroundings: Surroundings) -> GardenList:
    return GardenList({town: surroundings.folder / each.list for town, each in settings.items()})


SOURCE = SourceKind(name="gardens", settings=Gardens, make=_make, is_demo=True)
