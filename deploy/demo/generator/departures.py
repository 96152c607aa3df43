"""How someone leaves the register's residents: dead, moved out, emigrated or struck off."""

from datetime import date, timedelta

from deploy.demo.generator.beginnings import Beginnings
from deploy.demo.generator.people import Draft
from services.registry.domain import Registration, Standing, Stay

_COUNTRIES = ("NL", "FR", "ES", "DE", "GB", "LU", "CH", "US", "PT", "IT", "CA", "MA")


class Departures:
    """Writes the end of a dossier, and where in the town the person lived before it."""

    def __init__(self, beginnings: Beginnings) -> None:
        self._make = beginnings
        self._rng = beginnings.rng

    def draw(self) -> Draft:
        """Someone who left in the last twenty years."""
        draft = self._make.person(self._make.born_at(self._rng.randrange(20, 90)), arrived=True)
        on = self._make.day_between(self._make.as_of - timedelta(days=20 * 365), self._make.as_of)
        on = max(on, draft.born)
        leave = self._rng.choices((self.moved_out, self.deceased, self.emigrated, self.struck_off), (52, 28, 15, 5))[0]
        leave(draft, on)
        return draft

    def deceased(self, draft: Draft, on: date) -> None:
        self._leave(draft, Standing.DECEASED, on)

    def moved_out(self, draft: Draft, on: date) -> None:
        self._leave(draft, Standing.MOVED_OUT, on, self._make.places.somewhere(on).refnis)

    def emigrated(self, draft: Draft, on: date) -> None:
        self._leave(draft, Standing.EMIGRATED, on, self._rng.choice(_COUNTRIES))

    def struck_off(self, draft: Draft, on: date) -> None:
        """Not found at the address any more, destination unknown (Royal Decree of 16 July 1992, article 8)."""
        self._leave(draft, Standing.STRUCK_OFF, on)

    def _leave(self, draft: Draft, standing: Standing, on: date, destination: str | None = None) -> None:
        places = self._make.places
        came = self._make.day_between(max(draft.born, on - timedelta(days=25 * 365)), on)
        draft.registration = Registration(standing=standing, since=on.isoformat(), destination=destination)
        draft.stays = [
            Stay(address=places.address_in(places.town), since=came.isoformat(), until=on.isoformat()),
        ]
