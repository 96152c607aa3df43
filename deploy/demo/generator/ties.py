"""The ties inside a household: partners, children, former partners, and what the civil registry made of them."""

from collections.abc import Iterable
from datetime import date, timedelta

from deploy.demo.generator.beginnings import Beginnings
from deploy.demo.generator.departures import Departures
from deploy.demo.generator.histories import Family
from deploy.demo.generator.people import Draft, Home, declare_cohabitation, give_parents, marry
from services.registry.domain import REFERENCE_PERSON, CivilState, CivilStatus

_YEAR = timedelta(days=365)


class Ties:
    """Makes the people who belong together, and writes how they do."""

    def __init__(self, beginnings: Beginnings, departures: Departures) -> None:
        self._make = beginnings
        self._left = departures
        self._rng = beginnings.rng
        self._as_of = beginnings.as_of
        self._count = 0
        self.waiting: list[Home] = []
        """Households that came about elsewhere: parents who live apart in the same town."""

    def home(self, *, collective: bool = False) -> Home:
        """An empty household at a home of its own."""
        self._count += 1
        places = self._make.places
        return Home(
            id=f"h{self._count}", address=places.house() if collective else places.home(), collective=collective
        )

    def pair(self, home: Home, age: int, *, before: int | None = None) -> tuple[Draft, Draft, date]:
        """Two partners, married, legally cohabiting or neither, together `before` years ago at the latest."""
        rng = self._rng
        sex = rng.choice("MF")
        same = rng.random() < 0.025
        one = self._make.person(self._make.born_at(age), sex=sex, arrived=True)
        origin = one.origin if rng.random() < 0.7 else None
        younger = max(19, age + rng.randrange(-6, 7))
        other = self._make.person(
            self._make.born_at(younger), sex=sex if same else "FM"["FM".index(sex) - 1], origin=origin, arrived=True
        )
        of_age = max(one.born, other.born) + 18 * _YEAR + timedelta(days=5)
        latest = self._as_of if before is None else self._make.born_at(before)
        together = self._make.day_between(max(of_age, self._as_of - 45 * _YEAR), max(latest, of_age))
        home.add(one, REFERENCE_PERSON, together)
        home.add(other, self._bond(one, other, together, min(age, younger)), together)
        return one, other, together

    def _bond(self, one: Draft, other: Draft, together: date, age: int) -> str:
        rng = self._rng
        since = self._make.day_between(together, min(together + 8 * _YEAR, self._as_of))
        if rng.random() < 0.25 + min(age, 70) / 110:
            marry(one, other, since)
            if rng.random() < 0.12:
                declare_cohabitation(one, other, together, since)
            return "spouse"
        if rng.random() < 0.6:
            declare_cohabitation(one, other, since)
            return "legal-cohabitant"
        return "partner"

    def children(self, one: Draft, other: Draft | None, first: int, *, at_most: int = 6) -> list[Draft]:
        """The oldest is `first` years old; the others follow at two to four years."""
        rng = self._rng
        count = min(at_most, rng.choices((1, 2, 3, 4, 5, 6), (36, 42, 15, 5, 1.4, 0.6))[0])
        father = one if one.sex == "M" or other is None else other
        name = father.last_name
        if other is not None and rng.random() < 0.08:
            name = f"{one.last_name} {other.last_name}"
        children = []
        for position in range(count):
            age = first - position * rng.randrange(2, 5)
            if age < 0:
                break
            children.append(self._make.person(self._make.born_at(age), origin=one.origin, last_name=name))
        return children

    def add_children(
        self,
        home: Home,
        children: list[Draft],
        *,
        relation: str = "child",
        since: date,
        parents: tuple[Draft, Draft | None],
    ) -> None:
        """`since` or since birth; a parent who lives elsewhere may have lost authority."""
        known = tuple(parent for parent in parents if parent is not None)
        apart = tuple(parent for parent in known if parent.household != home.id)
        without = apart if self._rng.random() < 0.12 else ()
        for child in children:
            give_parents(child, *known, without_authority=without)
            home.add(child, relation, since)

    def former_partner(
        self, home: Home, parent: Draft, age: int, together: date, *, keep_civil_status: bool = False
    ) -> Draft | None:
        """The other parent: elsewhere in town, moved out, dead, or not recorded."""
        rng = self._rng
        if rng.random() < 0.12:
            return None
        other = self._make.person(
            self._make.born_at(max(19, age + rng.randrange(-4, 8))), sex="FM"["FM".index(parent.sex) - 1]
        )
        since = self._make.day_between(min(together + 2 * _YEAR, self._as_of), self._as_of)
        fate = rng.random()
        died = fate < 0.1
        if fate > 0.65:
            apart = self.home()
            apart.add(other, REFERENCE_PERSON, since)
            self.settle(apart, since, (other,), settled=True)
            self.waiting.append(apart)
        elif died:
            self._left.deceased(other, since)
        else:
            self._left.moved_out(other, since)
        if not keep_civil_status and rng.random() < 0.5:
            self._part(parent, other, since, died=died)
        if other.household is None:
            home.outside.append(other)
        return other

    def _part(self, person: Draft, former: Draft, since: date, *, died: bool) -> None:
        state = CivilState.WIDOWED if died else CivilState.DIVORCED
        person.civil_status = CivilStatus(state=state, since=since.isoformat(), partner=former.number)
        if died:  # the dossier of the dead stands as it stood
            former.civil_status = CivilStatus(state=CivilState.MARRIED, partner=person.number)
        else:
            former.civil_status = CivilStatus(state=state, since=since.isoformat(), partner=person.number)

    def civil_past(self, person: Draft, age: int, home: Home) -> None:
        """Whom someone who lives alone may have been married to."""
        rng = self._rng
        if age < 28 or rng.random() > min(0.25 + (age - 28) / 70, 0.86):
            return
        died = rng.random() < (age - 40) / 55
        former = self._make.person(self._make.born_at(max(27, age + rng.randrange(-5, 6))), origin=person.origin)
        since = self._make.day_between(self._as_of - min(age - 26, 20) * _YEAR, self._as_of)
        if died:
            self._left.deceased(former, since)
        else:
            self._left.moved_out(former, since)
        self._part(person, former, since, died=died)
        if rng.random() < 0.5:
            home.outside.append(former)

    def settle(self, home: Home, together: date, people: Iterable[Draft], *, settled: bool = False) -> None:
        family = Family(
            home, founded=together, as_of=self._as_of, places=self._make.places, rng=self._rng, settled=settled
        )
        for person in people:
            family.settle(person)
