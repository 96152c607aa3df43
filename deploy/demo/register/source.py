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
        return DemonstrationView(self, town, self.current(town))


class DemonstrationView(PopulationView):
    """See domain.View."""

    _is_lost = False

    def dossier(self, number: str) -> Dossier | None:
        """Raises SourceUnavailable until its time has come; it begins with the first asking, and anew after each
        answer.
        """
        found = self._dossiers.find_one({**self._place, "number": number}, {"answers": 1}) or {}
        if manner := found.get("answers"):
            self._wait(found["_id"], manner)
        return super().dossier(number)

    def confirm(self) -> None:
        """An answer that is lost reached nobody, though it was given: it is asked for again, and given twice."""
        super().confirm()
        if self._is_lost:
            raise SourceUnavailable("lost")

    def _wait(self, id: str, manner: dict[str, Any]) -> None:
        asked_at, now = manner.get("first_asked_at"), self._source.clock()
        if asked_at is None:
            self._remember(id, first_asked_at=now)
        if asked_at is None or now < asked_at + timedelta(seconds=manner["after_s"]):
            raise SourceUnavailable("late")
        self._is_lost = bool(manner.get("twice")) and not manner.get("was_lost")
        if self._is_lost:
            self._remember(id, was_lost=True)
        else:
            self._remember(id, first_asked_at=None, was_lost=False)

    def _remember(self, id: str, **values: Any) -> None:
        changed = {f"answers.{name}": value for name, value in values.items()}
        self._dossiers.update_one({"_id": id}, {"$set": changed})
