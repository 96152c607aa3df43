"""Where people live, were born and moved to: streets and municipalities in every official language of the place."""

import csv
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib import resources
from itertools import accumulate
from random import Random

from services.contracts.address import Address
from services.contracts.municipalities import REGIMES, Municipality, municipalities, municipality, parts
from services.contracts.naming import Names
from services.registry.domain import Place

_KINDS = {
    "nl": ("straat", "laan", "weg", "dreef", "plein"),
    "fr": ("Rue", "Avenue", "Chemin", "Drève", "Place"),
    "de": ("straße", "allee", "weg", "gasse", "platz"),
}
"""The same kind of street in each language."""


@cache
def street_names(languages: tuple[str, ...]) -> tuple[Names, ...]:
    """The streets that every town of these languages has."""
    return tuple(
        {language: _street(row[language], kind, language) for language in languages}
        for row in _rows("streets.csv")
        for kind in range(len(_KINDS["nl"]))
    )


def _street(stem: str, kind: int, language: str) -> str:
    word = _KINDS[language][kind]
    return f"{word} {stem}" if language == "fr" else f"{stem}{word}"


def official(known: Municipality) -> Names:
    """Its names in its own languages, as they stand in an address."""
    return {language: known.names[language] for language in REGIMES[known.regime]}


def place_of(known: Municipality) -> Place:
    """As a dossier names a municipality."""
    return Place(refnis=known.refnis, names=known.names)


def _every() -> tuple[Municipality, ...]:
    return tuple(municipalities().values())


def _town(refnis: str, as_of: date) -> Municipality:
    known, now = municipalities().get(refnis), municipality(refnis, as_of)
    if known is None or now is None:
        raise ValueError(f"no municipality has the code {refnis}")
    if now is not known:
        names = " / ".join(official(now).values())
        raise ValueError(f"{refnis} became part of {names} on {known.until}; its code is {now.refnis}")
    return known


def _rows(name: str) -> Iterator[dict[str, str]]:
    return csv.DictReader(resources.files(__package__).joinpath(name).read_text(encoding="utf-8").splitlines())


class Places:
    """Addresses of the seeded town, each given out once, and of the country around it.

    `as_of` is the day whose municipalities are today's. Raises ValueError for a town that is none of them.
    """

    def __init__(self, town: str, rng: Random, *, as_of: date) -> None:
        self.town = _town(town, as_of)
        self.languages = REGIMES[self.town.regime]
        self._rng = rng
        self._streets = street_names(self.languages)
        self._neighbours = {day: self._around(day) for day in sorted({each.since or date.min for each in _every()})}
        self._next_number = [1] * len(self._streets)
        self._free: list[Address] = []

    def home(self) -> Address:
        """An address of the town that nobody has yet."""
        if not self._free:
            self._build()
        return self._free.pop()

    def building(self, boxes: int) -> list[Address]:
        """All the homes of one building, numbered as Belgian letter boxes are."""
        street = self._rng.randrange(len(self._streets))
        number = self._house_number(street)
        return [self._address(street, number, f"{box // 10 + 1}{box % 10 + 1:02d}") for box in range(boxes)]

    def house(self) -> Address:
        """A house of the town by itself."""
        street = self._rng.randrange(len(self._streets))
        return self._address(street, self._house_number(street), None)

    def somewhere(self, on: date) -> Municipality:
        """Another municipality of a day: near ones and big ones more often."""
        elsewhere, weights = self._neighbours[max(day for day in self._neighbours if day <= on)]
        return self._rng.choices(elsewhere, cum_weights=weights)[0]

    def here(self, on: date) -> Municipality:
        """What was here on a day: the town, or the largest of those that became it."""
        return max(parts(self.town.refnis, on), key=lambda part: part.inhabitants)

    def address_in(self, place: Municipality) -> Address:
        """An address in a municipality, taken or not, in the languages of the place; the town's is as it is now."""
        rng = self._rng
        return Address(
            street=rng.choice(street_names(REGIMES[place.regime])),
            house_number=str(rng.randrange(1, 180)),
            box=None,
            postcode=place.postcode,
            municipality=official(place),
        )

    def _build(self) -> None:
        for _ in range(200):
            if self._rng.random() < 0.06:
                self._free += self.building(self._rng.randrange(4, 17))
            else:
                self._free.append(self.house())
        self._rng.shuffle(self._free)

    def _around(self, day: date) -> tuple[list[Municipality], list[int]]:
        """One in four people moves within the arrondissement (the first two digits): neighbours weigh more."""
        here = {part.refnis for part in parts(self.town.refnis, day)}
        elsewhere = [each for each in _every() if each.exists_on(day) and each.refnis not in here]
        near = self.town.refnis[:2]
        weights = (each.inhabitants * (12 if each.refnis[:2] == near else 1) for each in elsewhere)
        return elsewhere, list(accumulate(weights))

    def _house_number(self, street: int) -> str:
        number = self._next_number[street]
        self._next_number[street] = number + self._rng.choice((1, 1, 1, 2))
        return str(number)

    def _address(self, street: int, number: str, box: str | None) -> Address:
        return Address(
            street=self._streets[street],
            house_number=number,
            box=box,
            postcode=self.town.postcode,
            municipality=official(self.town),
        )
