"""Households of every shape, and how often each comes.

The weights begin at Statbel's shares of household types and are then tuned until the age pyramid fits.
"""

from collections.abc import Callable
from datetime import timedelta

from deploy.demo.generator.beginnings import Beginnings
from deploy.demo.generator.departures import Departures
from deploy.demo.generator.people import Draft, Home, give_parents
from deploy.demo.generator.pyramid import Ages
from deploy.demo.generator.ties import Ties
from services.registry.domain import REFERENCE_PERSON

_YEAR = timedelta(days=365)


class Shapes:
    """Draws households one after the other."""

    def __init__(self, beginnings: Beginnings, departures: Departures) -> None:
        self._make = beginnings
        self._ties = Ties(beginnings, departures)
        self._rng = beginnings.rng
        self._as_of = beginnings.as_of
        self._ages = Ages(self._rng)
        shapes: dict[Callable[[], Home], int] = {
            self.single: 372,
            self.couple: 275,
            self.family: 152,
            self.single_parent: 72,
            self.blended_family: 20,
            self.three_generations: 12,
            self.shared_house: 6,
            self.siblings: 8,
        }
        self._shapes, self._weights = list(shapes), list(shapes.values())

    def draw(self) -> Home:
        """The next private household."""
        if self._ties.waiting:
            return self._ties.waiting.pop()
        return self._rng.choices(self._shapes, self._weights)[0]()

    def single(self) -> Home:
        age = self._ages.single()
        home = self._ties.home()
        person = self._make.person(self._make.born_at(age), arrived=True)
        self._ties.civil_past(person, age, home)
        self._found(home, person, age)
        return home

    def couple(self) -> Home:
        home = self._ties.home()
        one, other, together = self._ties.pair(home, self._ages.couple())
        self._ties.settle(home, together, (one, other))
        return home

    def family(self) -> Home:
        """A couple with children of both."""
        first = self._ages.first_child()
        home = self._ties.home()
        one, other, together = self._ties.pair(home, self._ages.at_first_child() + first, before=first)
        children = self._ties.children(one, other, first)
        self._ties.add_children(home, children, since=together, parents=(one, other))
        self._ties.settle(home, together, (one, other, *children))
        return home

    def single_parent(self) -> Home:
        first = self._ages.first_child()
        age = self._ages.at_first_child() + first
        home = self._ties.home()
        parent = self._make.person(self._make.born_at(age), sex="F" if self._rng.random() < 0.82 else "M", arrived=True)
        together = self._make.born_at(first) - _YEAR
        home.add(parent, REFERENCE_PERSON, together)
        former = self._ties.former_partner(home, parent, age, together)
        children = self._ties.children(parent, former, first)
        self._ties.add_children(home, children, since=together, parents=(parent, former))
        self._ties.settle(home, together, (parent, *children))
        return home

    def blended_family(self) -> Home:
        """Children of the reference person, of the partner, and perhaps of both."""
        rng = self._rng
        age = rng.randrange(30, 50)
        first = max(3, min(age - 22, rng.randrange(4, 20)))
        home = self._ties.home()
        one, other, together = self._ties.pair(home, age, before=rng.randrange(1, 3))
        everyone: list[Draft] = [one, other]
        for parent, relation in ((one, "child"), (other, "stepchild")):
            former = self._ties.former_partner(home, parent, age, together - 4 * _YEAR, keep_civil_status=True)
            children = self._ties.children(parent, former, first, at_most=2)
            self._ties.add_children(home, children, relation=relation, since=together, parents=(parent, former))
            everyone += children
        if rng.random() < 0.5:
            born = self._make.day_between(together, self._as_of)
            child = self._make.person(born, origin=one.origin, last_name=one.last_name)
            self._ties.add_children(home, [child], since=together, parents=(one, other))
            everyone.append(child)
        self._ties.settle(home, together, everyone)
        return home

    def three_generations(self) -> Home:
        first = self._rng.randrange(0, 16)
        home = self._ties.home()
        age = self._ages.at_first_child() + first
        one, other, together = self._ties.pair(home, age, before=first)
        children = self._ties.children(one, other, first)
        self._ties.add_children(home, children, since=together, parents=(one, other))
        of_partner = self._rng.random() < 0.4
        child = other if of_partner else one
        elder = self._make.person(self._make.born_at(min(age + self._rng.randrange(22, 34), 99)), origin=child.origin)
        give_parents(child, elder)
        self._ties.civil_past(elder, 75, home)
        home.add(elder, "parent-in-law" if of_partner else "parent", together)
        self._ties.settle(home, together, (one, other, *children, elder))
        return home

    def shared_house(self) -> Home:
        """People who share the rent."""
        home = self._ties.home()
        people = [
            self._make.person(self._make.born_at(self._rng.randrange(20, 36)), arrived=True)
            for _ in range(self._rng.randrange(2, 6))
        ]
        together = self._make.day_between(self._as_of - 3 * _YEAR, self._as_of)
        for position, person in enumerate(people):
            home.add(person, "unrelated" if position else REFERENCE_PERSON, together)
        self._ties.settle(home, together, people)
        return home

    def siblings(self) -> Home:
        """Brothers and sisters who stayed together."""
        home = self._ties.home()
        age = self._rng.randrange(45, 85)
        one = self._make.person(self._make.born_at(age))
        other = self._make.person(self._make.born_at(age - 3), origin=one.origin, last_name=one.last_name)
        together = self._make.born_at(20)
        home.add(one, REFERENCE_PERSON, together)
        home.add(other, "sibling", together)
        self._ties.settle(home, together, (one, other))
        return home

    def student_house(self, rooms: int) -> list[Home]:
        """One building, each student a household of one."""
        homes = []
        for address in self._make.places.building(rooms):
            home = self._ties.home()
            home.address = address
            age = self._rng.randrange(18, 25)
            person = self._make.person(self._make.born_at(age), arrived=True)
            since = self._make.day_between(self._as_of - min(age - 17, 4) * _YEAR, self._as_of)
            home.add(person, REFERENCE_PERSON, since)
            self._ties.settle(home, since, (person,), settled=True)
            homes.append(home)
        return homes

    def care_home(self, beds: int) -> Home:
        """A collective household: nobody is its reference person."""
        home = self._ties.home(collective=True)
        for _ in range(beds):
            age = self._ages.care_home()
            person = self._make.person(self._make.born_at(age))
            self._ties.civil_past(person, age, home)
            since = self._make.day_between(self._as_of - 5 * _YEAR, self._as_of)
            home.add(person, "unrelated", since)
            self._ties.settle(home, since, (person,), settled=True)
        return home

    def _found(self, home: Home, person: Draft, age: int) -> None:
        since = self._make.day_between(self._as_of - min(max(age - 18, 1), 30) * _YEAR, self._as_of)
        home.add(person, REFERENCE_PERSON, since)
        self._ties.settle(home, since, (person,))
