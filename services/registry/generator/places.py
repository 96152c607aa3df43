"""Where people live, were born and moved to.

`municipalities.csv` holds the 581 municipalities of 1 January 2020 (Statbel, open data, through
vandenbroucke/belgian_municipalities; German names added): the mergers of 2025 are not in it.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import accumulate
from random import Random

from services.contracts.facts import Address

MUNICIPALITIES_AS_OF = "2020-01-01"

_SUFFIXES = {
    "nl": ("straat", "laan", "weg", "dreef", "plein"),
    "fr": ("Rue", "Avenue", "Chemin", "Clos", "Place"),
    "de": ("straße", "weg", "allee", "gasse", "platz"),
}


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality as the seeded town's own language names it."""

    refnis: str
    name: str
    postcode: str
    inhabitants: int


@cache
def municipalities(language: str) -> dict[str, Municipality]:
    """All of Belgium by REFNIS code, named in a language (a German name only where there is one)."""
    found = {}
    for row in _rows("municipalities.csv"):
        name = row[f"name_{language}"] or row["name_fr"]
        found[row["refnis"]] = Municipality(row["refnis"], name, row["postcode"], int(row["inhabitants"]))
    return found


@cache
def street_names(language: str) -> tuple[str, ...]:
    """The streets that every town of a language has."""
    stems = [row[language] for row in _rows("streets.csv")]
    if language == "fr":
        return tuple(f"{kind} {stem}" for stem in stems for kind in _SUFFIXES["fr"])
    return tuple(f"{stem}{suffix}" for stem in stems for suffix in _SUFFIXES[language])


def _rows(name: str) -> Iterator[dict[str, str]]:
    return csv.DictReader(resources.files(__package__).joinpath(name).read_text(encoding="utf-8").splitlines())


class Places:
    """Addresses of the seeded town, each given out once, and of the country around it."""

    def __init__(self, town: str, language: str, rng: Random) -> None:
        every = municipalities(language)
        if town not in every:
            raise ValueError(f"no municipality {town} in the table of {MUNICIPALITIES_AS_OF}")
        self.town = every[town]
        self._rng = rng
        self._streets = street_names(language)
        # One in four people moves within the arrondissement (the first two digits): neighbours weigh more.
        self._elsewhere = [place for refnis, place in every.items() if refnis != town]
        self._weights = list(
            accumulate(place.inhabitants * (12 if place.refnis[:2] == town[:2] else 1) for place in self._elsewhere)
        )
        self._next_number = dict.fromkeys(self._streets, 1)
        self._free: list[Address] = []

    def home(self) -> Address:
        """An address of the town that nobody has yet."""
        if not self._free:
            self._build()
        return self._free.pop()

    def building(self, boxes: int) -> list[Address]:
        """All the homes of one building, numbered as Belgian letter boxes are."""
        street = self._rng.choice(self._streets)
        number = self._house_number(street)
        return [self._address(street, number, f"{box // 10 + 1}{box % 10 + 1:02d}") for box in range(boxes)]

    def house(self) -> Address:
        """A house of the town by itself."""
        street = self._rng.choice(self._streets)
        return self._address(street, self._house_number(street), None)

    def somewhere(self) -> Municipality:
        """Another municipality: near ones and big ones more often."""
        return self._rng.choices(self._elsewhere, cum_weights=self._weights)[0]

    def address_in(self, place: Municipality) -> Address:
        """An address in a municipality, taken or not."""
        rng = self._rng
        return Address(
            street=rng.choice(self._streets),
            house_number=str(rng.randrange(1, 180)),
            box=None,
            postcode=place.postcode,
            municipality=place.name,
        )

    def _build(self) -> None:
        for _ in range(200):
            if self._rng.random() < 0.06:
                self._free += self.building(self._rng.randrange(4, 17))
            else:
                self._free.append(self.house())
        self._rng.shuffle(self._free)

    def _house_number(self, street: str) -> str:
        number = self._next_number[street]
        self._next_number[street] = number + self._rng.choice((1, 1, 1, 2))
        return str(number)

    def _address(self, street: str, number: str, box: str | None) -> Address:
        return Address(
            street=street,
            house_number=number,
            box=box,
            postcode=self.town.postcode,
            municipality=self.town.name,
        )
