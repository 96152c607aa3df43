"""How a person of the town begins: origin, names, birth, nationality, number."""

from datetime import date, timedelta
from random import Random

from deploy.demo.generator.names import LOCALES, Names
from deploy.demo.generator.people import Draft, Numbers
from deploy.demo.generator.places import Places, place_of
from services.contracts.municipalities import REGIMES
from services.registry.domain import Nationality

_FOREIGN = {
    "RO": 16,
    "NL": 14,
    "FR": 12,
    "IT": 10,
    "MA": 9,
    "ES": 7,
    "PT": 7,
    "TR": 5,
    "SY": 6,
    "IN": 4,
    "DE": 5,
    "CD": 5,
}
_BIRTH_YEARS = 366


class Beginnings:
    """Makes people. The day they are made for is `as_of`."""

    def __init__(self, *, town: str, as_of: date, rng: Random) -> None:
        self.as_of = as_of
        self.rng = rng
        self.names = Names(rng)
        self.numbers = Numbers(rng)
        self.places = Places(town, rng, as_of=as_of)
        self._native = _natives(self.places.town.regime)
        self._foreign, self._shares = list(_FOREIGN), list(_FOREIGN.values())

    def origin(self) -> str:
        """Where a family comes from: an origin of LOCALES, `*` in front where it has become Belgian."""
        drawn = self.rng.random()
        if drawn < 0.76:
            return self.rng.choice(self._native)
        foreign = self.rng.choices(self._foreign, self._shares)[0]
        return foreign if drawn > 0.87 else f"*{foreign}"

    def born_at(self, age: int) -> date:
        """A day of birth that makes someone `age` years old now."""
        year, month, day = self.as_of.year - age, self.as_of.month, self.as_of.day
        latest = date(year, month, min(day, 28))
        return latest - timedelta(days=self.rng.randrange(0, 365))

    def person(
        self,
        born: date,
        *,
        sex: str | None = None,
        origin: str | None = None,
        last_name: str | None = None,
        arrived: bool = False,
    ) -> Draft:
        """Someone born on a day. `arrived`: foreign-born is likely, as in a family's first generation."""
        rng = self.rng
        sex = sex or ("M" if rng.random() < 0.492 else "F")
        origin = origin or self.origin()
        country = origin.lstrip("*")
        abroad = country in _FOREIGN and arrived and rng.random() < 0.8
        born_on = self._as_recorded(born) if abroad else born.isoformat()
        if country not in LOCALES:
            raise ValueError(origin)
        place = None
        if not abroad:
            place = self.places.here(born) if rng.random() < 0.35 else self.places.somewhere(born)
        return Draft(
            number=self.numbers.give(born_on, sex),
            first_names=self.names.first(country, sex),
            last_name=last_name or self.names.last(country),
            sex=sex,
            born=born,
            born_on=born_on,
            origin=origin,
            birth_place=place_of(place) if place else None,
            birth_country=country if abroad else "BE",
            nationalities=self._nationalities(origin, country, born, abroad=abroad),
        )

    def day_between(self, first: date, last: date) -> date:
        """A day from `first` to `last`, both included."""
        return first + timedelta(days=self.rng.randrange(max((last - first).days, 0) + 1))

    def _as_recorded(self, born: date) -> str:
        """What papers from abroad say of a birth: now and then not the day, or only the year."""
        drawn = self.rng.random()
        if drawn < 0.008:
            return f"{born.year}-00-00"
        return f"{born.year}-{born.month:02d}-00" if drawn < 0.012 else born.isoformat()

    def _nationalities(self, origin: str, country: str, born: date, *, abroad: bool) -> tuple[Nationality, ...]:
        if country not in _FOREIGN:
            return (_since_birth("BE", born),)
        if not origin.startswith("*"):
            return (_since_birth(country, born),)
        if not abroad:
            belgian = _since_birth("BE", born)
        else:
            earliest = min(born + timedelta(days=5 * _BIRTH_YEARS), self.as_of)
            belgian = Nationality(code="BE", since=self.day_between(earliest, self.as_of).isoformat())
        if self.rng.random() < 0.5:
            return (belgian,)
        return (belgian, Nationality(code=country, since=None))


def _natives(regime: str) -> tuple[str, ...]:
    """Whose names the town's families have: in Brussels as many of each language, elsewhere few of the other one."""
    languages = REGIMES[regime]
    own = 1 if regime == "brussels" or len(languages) == 1 else 4
    return tuple(f"BE-{language}" for language in (*languages[:1] * own, *languages[1:]))


def _since_birth(code: str, born: date) -> Nationality:
    return Nationality(code=code, since=born.isoformat())
