"""A source that answers late, or whose answer is lost on the way and comes again: for the hard cases that say so.

A dossier's document says how (`answers`, written where it is seeded): `after_s` from the first asking, and `twice`.
"""

from datetime import timedelta
from typing import Any

from services.registry.domain import Dossier, SourceUnavailable
from services.registry.sources.population.view import PopulationSource, PopulationView


class DemonstrationSource(PopulationSource):
    """The registry's own population, told in the manner of a register far away."""

    def view(self, *, town: str) -> "DemonstrationView":
        """See PopulationSource."""
        return DemonstrationView(self, town, self.assumed(town))


class DemonstrationView(PopulationView):
    """See domain.View."""

    def __init__(self, source: DemonstrationSource, town: str, population: int) -> None:
        super().__init__(source, town, population)
        self._manners: dict[str, dict[str, Any]] = {}
        self._is_lost = False

    def dossier(self, number: str) -> Dossier | None:
        """Raises SourceUnavailable until its time has come; it begins with the first asking, and anew after each
        answer.
        """
        found = super().dossier(number)
        if manner := self._manners.pop(number, None):
            self._wait(number, manner)
        return found

    def confirm(self) -> None:
        """An answer that is lost reached nobody, though it was given: it is asked for again, and given twice."""
        super().confirm()
        if self._is_lost:
            raise SourceUnavailable("lost")

    def _read(self, document: dict[str, Any]) -> Dossier:
        if manner := document.get("answers"):
            self._manners[document["number"]] = manner
        return super()._read(document)

    def _wait(self, number: str, manner: dict[str, Any]) -> None:
        asked_at, now = manner.get("first_asked_at"), self._source.clock()
        if asked_at is None:
            self._remember(number, first_asked_at=now)
        if asked_at is None or now < asked_at + timedelta(seconds=manner["after_s"]):
            raise SourceUnavailable("late")
        self._is_lost = bool(manner.get("twice")) and not manner.get("was_lost")
        if self._is_lost:
            self._remember(number, was_lost=True)
        else:
            self._remember(number, first_asked_at=None, was_lost=False)

    def _remember(self, number: str, **values: Any) -> None:
        changed = {f"answers.{name}": value for name, value in values.items()}
        self._dossiers.update_one({**self._place, "number": number}, {"$set": changed})
