"""Where the people of a household lived before and in it."""

from datetime import date, timedelta
from random import Random

from deploy.demo.generator.people import Draft, Home
from deploy.demo.generator.places import Places
from services.contracts.address import Address
from services.registry.domain import Stay

_MONTH = timedelta(days=30)
_YEAR = timedelta(days=365)


class Family:
    """The addresses that one family lived at together, oldest first; the last is the household's own.

    `settled`: it never moved since it was founded.
    """

    def __init__(
        self, home: Home, *, founded: date, as_of: date, places: Places, rng: Random, settled: bool = False
    ) -> None:
        self._places = places
        self._rng = rng
        self.founded = founded
        days = (as_of - founded).days
        moves = sorted(rng.randrange(1, days) for _ in range(_moves(rng))) if days > 400 and not settled else []
        starts = [founded, *(founded + timedelta(days=offset) for offset in dict.fromkeys(moves))]
        came = rng.randrange(len(starts)) if rng.random() < 0.6 else 0
        self._segments: list[tuple[Address, date]] = []
        for position, start in enumerate(starts):
            if position == len(starts) - 1:
                address = home.address
            elif position < came:
                address = places.address_in(places.somewhere(start))
            else:
                address = places.address_in(places.town)
            self._segments.append((address, start))

    def settle(self, draft: Draft, *, joined: date | None = None) -> None:
        """Writes the stays of one member, who lived elsewhere before joining (by default when it was founded)."""
        begin = max(joined or self.founded, draft.born)
        stays: list[Stay] = []
        if begin > draft.born:
            stays += self._youth(draft, begin)
        for position, (address, start) in enumerate(self._segments):
            end = self._segments[position + 1][1] if position + 1 < len(self._segments) else None
            if end is not None and end <= begin:
                continue
            stays.append(
                Stay(address=address, since=max(start, begin).isoformat(), until=end.isoformat() if end else None)
            )
        draft.stays = stays

    def _youth(self, draft: Draft, until: date) -> list[Stay]:
        """The parental home, then homes of one's own. The register begins at the border for those born abroad."""
        places, rng = self._places, self._rng
        first = draft.born
        if draft.birth_country != "BE":
            first = draft.born + timedelta(days=rng.randrange(max((until - draft.born).days, 1)))
        stays: list[Stay] = []
        while first < until - _MONTH:
            years = rng.randrange(19, 29) if first == draft.born else rng.randrange(3, 20)
            last = min(first + years * _YEAR, until)
            if until - last < _YEAR:
                last = until
            place = places.town if rng.random() < 0.4 else places.somewhere(first)
            stays.append(Stay(address=places.address_in(place), since=first.isoformat(), until=last.isoformat()))
            first = last
        return stays


def _moves(rng: Random) -> int:
    return rng.choices((0, 1, 2, 3), (38, 34, 19, 9))[0]
