"""A whole town: the hard cases first, then households until it has its residents, then those who left."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from deploy.demo.generator.beginnings import Beginnings
from deploy.demo.generator.declared import declare
from deploy.demo.generator.departures import Departures
from deploy.demo.generator.people import Home
from deploy.demo.generator.register_case_homes import AllHardCaseHomes
from deploy.demo.generator.shapes import Shapes
from services.registry.domain import Dossier, Household

AS_OF = date(2026, 1, 1)
"""The day for which towns are made, whenever that is done: a clock would make two towns of one seed."""

_DEPARTED = 0.05
_PROTECTED = 0.002


@dataclass(frozen=True, slots=True)
class Generated:
    """A household with the dossiers of its members, and of people it explains who are not residents."""

    household: Household | None
    members: tuple[Dossier, ...]
    outside: tuple[Dossier, ...] = ()


def generate(*, town: str, residents: int, seed: int, as_of: date = AS_OF) -> Iterator[Generated]:
    """The people of a town, the same for the same arguments on any machine.

    `residents` counts living residents, the hard cases among them: fewer than those there never are. Streets and
    places have a name in each language of the town's regime, which follows from its code. Raises ValueError for a
    code that is no municipality's on that day.
    """
    rng = Random(f"{town}:{residents}:{seed}:{as_of}")  # noqa: S311 - nothing here is a secret
    beginnings = Beginnings(town=town, as_of=as_of, rng=rng)
    departures = Departures(beginnings)
    shapes = Shapes(beginnings, departures)

    hard = AllHardCaseHomes(town=town, as_of=as_of).build()
    for home in hard:
        for draft in (*(member for member, _, _ in home.members), *home.outside):
            beginnings.numbers.reserve(draft.number)
    count = 0
    for home in hard:
        count += len(home.members)
        yield _generated(home, as_of=as_of)
    for home in _collective(shapes, max(residents - count, 0), rng):
        count += len(home.members)
        yield _generated(home, as_of=as_of)
    while count < residents:
        home = shapes.draw()
        if count + len(home.members) > residents:
            home = shapes.single()
        _protect_some(home, rng)
        count += len(home.members)
        yield _generated(home, as_of=as_of)
    for _ in range(int(residents * _DEPARTED)):
        yield Generated(None, (), (departures.draw().dossier(),))


def _collective(shapes: Shapes, residents: int, rng: Random) -> Iterator[Home]:
    """Care homes for one resident in a hundred, student rooms for one in a hundred and fifty."""
    beds = residents // 100
    while beds >= 20:
        size = min(beds, rng.randrange(60, 140))
        beds -= size
        yield shapes.care_home(size)
    rooms = residents // 150
    while rooms >= 8:
        size = min(rooms, rng.randrange(12, 60))
        rooms -= size
        yield from shapes.student_house(size)


def _protect_some(home: Home, rng: Random) -> None:
    """Who fled takes the children along: the whole household's address is protected then."""
    if rng.random() < _PROTECTED:
        for draft, _, _ in home.members:
            draft.protected_address = True


def _generated(home: Home, *, as_of: date) -> Generated:
    for draft, _, _ in home.members:
        declare(draft, as_of=as_of)
    return Generated(
        home.household(),
        tuple(draft.dossier() for draft, _, _ in home.members),
        tuple(draft.dossier() for draft in home.outside),
    )
