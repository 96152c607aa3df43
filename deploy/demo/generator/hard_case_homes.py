"""The households of the hard cases. Names are drawn from Faker's lists by a generator that no seed changes."""

import unicodedata
from dataclasses import replace
from datetime import date
from random import Random

from deploy.demo.generator.beginnings import Beginnings
from deploy.demo.generator.hard_cases import HARD_CASES
from deploy.demo.generator.people import Draft, Home, declare_cohabitation, give_parents, marry
from deploy.demo.generator.places import official
from services.contracts.address import Address
from services.contracts.partial_days import earliest
from services.registry.domain import (
    REFERENCE_PERSON,
    CivilState,
    CivilStatus,
    Membership,
    Nationality,
    Registration,
    Standing,
    Stay,
)

STREETS = {"nl": "Voorbeeldstraat", "fr": "Rue de l’Exemple", "de": "Beispielstraße"}
_FOUNDED = date(2013, 9, 1)
_MOVED = date(2019, 4, 15)


class HardCaseHomes:
    """Builds them all, in an order that never changes."""

    def __init__(self, *, town: str, as_of: date) -> None:
        # A fixed seed: their names are part of what is documented, whatever the seed of the town.
        self._make = Beginnings(town=town, as_of=as_of, rng=Random("hard-cases"))  # noqa: S311
        languages = self._make.places.languages
        self._native = f"BE-{languages[0]}"
        self._street = {language: STREETS[language] for language in languages}
        self._homes: list[Home] = []

    def build(self) -> list[Home]:
        self._families()
        self._alone()
        self._names()
        self._numbers()
        self._gone()
        self._protected()
        self._contradicted()
        self._others()
        return self._homes

    def _others(self) -> None:
        """Those of whoever builds more."""

    def _draft(
        self,
        key: str | None = None,
        *,
        born: date | None = None,
        sex: str | None = None,
        name: str | None = None,
        origin: str | None = None,
    ) -> Draft:
        """The hard case `key`, or someone of its household."""
        if key is None:
            return self._make.person(born or date(1980, 1, 1), sex=sex, origin=origin or self._native, last_name=name)
        case = HARD_CASES[key]
        born_by = earliest(case.born_on)
        if born_by is None:
            raise ValueError(case.born_on)
        draft = self._make.person(born_by, sex=case.sex, origin=origin or self._native, last_name=name)
        draft.number, draft.born_on = case.number, case.born_on
        if "-00" in case.born_on:
            draft.nationalities = (Nationality(code="BE", since=None),)
            draft.birth_country, draft.birth_place = "XX", None
        return draft

    def _home(
        self, *members: tuple[Draft, str], since: date = _FOUNDED, box: str | None = None, collective: bool = False
    ) -> Home:
        """Its members moved in together, and once inside the town since."""
        number = len(self._homes) + 1
        home = Home(id=f"x{number}", address=self._address(2 * number, box), collective=collective)
        for draft, relation in members:
            home.add(draft, relation, since)
            self._settle(draft, home, since)
        self._homes.append(home)
        return home

    def _alone(self) -> None:
        self._single("single")
        self._single("student", since=date(2023, 9, 15), box="305")
        divorced = self._single("divorced")
        divorced.civil_status = CivilStatus(state=CivilState.DIVORCED, since="2012-05-08")
        for key in ("care-home", "prison"):
            others = [(self._draft(born=date(1936 + 7 * n, 3, 1 + n)), "unrelated") for n in range(5)]
            self._home((self._draft(key), "unrelated"), *others, since=_MOVED, collective=True)
        for key in ("late", "very-late", "twice"):
            self._single(key)

    def _families(self) -> None:
        one = self._draft("demo-citizen")
        other = self._draft("demo-spouse")
        children = [self._draft(key, name=one.last_name) for key in ("demo-child", "demo-toddler")]
        grown = self._draft("just-of-age", name=one.last_name)
        marry(one, other, date(2013, 6, 15))
        for child in children:
            give_parents(child, one, other)
        give_parents(grown, one)
        self._home((one, REFERENCE_PERSON), (other, "spouse"), *((child, "child") for child in children))
        self._home((grown, REFERENCE_PERSON), since=date(2025, 9, 1))

        parent, minor = self._draft("parent-of-a-minor"), self._draft("minor")
        apart = self._draft("parent-without-authority")
        give_parents(minor, parent, apart, without_authority=(apart,))
        self._home((parent, REFERENCE_PERSON), (minor, "child"))
        self._home((apart, REFERENCE_PERSON), since=_MOVED)

        parent, child = self._draft("parent-in-town"), self._draft("child-of-two-towns")
        away = self._gone_to("parent-from-elsewhere", Standing.MOVED_OUT, "24062")
        give_parents(child, parent, away)
        self._home((parent, REFERENCE_PERSON), (child, "child")).outside.append(away)

        one, other = self._draft("legal-cohabitant"), self._draft(born=date(1994, 9, 30), sex="F")
        declare_cohabitation(one, other, date(2020, 2, 20))
        self._home((one, REFERENCE_PERSON), (other, "legal-cohabitant"))
        self._blended()
        self._twelve()

    def _blended(self) -> None:
        one, other = self._draft("blended-family"), self._draft(born=date(1984, 2, 11), sex="F")
        marry(one, other, date(2018, 8, 18))
        own, step = self._draft(born=date(2011, 1, 9), name=one.last_name), self._draft(born=date(2012, 7, 2))
        both = self._draft(born=date(2019, 12, 5), name=one.last_name)
        give_parents(own, one)
        give_parents(step, other)
        give_parents(both, one, other)
        children = ((own, "child"), (step, "stepchild"), (both, "child"))
        self._home((one, REFERENCE_PERSON), (other, "spouse"), *children)

    def _twelve(self) -> None:
        one, other = self._draft("twelve-members"), self._draft(born=date(1977, 4, 1), sex="F")
        elder = self._draft(born=date(1950, 10, 10), sex="F", name=one.last_name)
        give_parents(one, elder)
        marry(one, other, date(1999, 7, 3))
        children = [self._draft(born=date(2000 + 3 * n, 1 + n, 5 + n), name=one.last_name) for n in range(7)]
        for child in children:
            give_parents(child, one, other)
        in_law, grandchild = self._draft(born=date(2001, 6, 6)), self._draft(born=date(2024, 5, 20))
        give_parents(grandchild, children[0], in_law)
        self._home(
            (one, REFERENCE_PERSON),
            (other, "spouse"),
            (elder, "parent"),
            *((child, "child") for child in children),
            (in_law, "child-in-law"),
            (grandchild, "grandchild"),
        )

    def _names(self) -> None:
        long = self._single("long-name")
        long.first_names, long.last_name = _long_names()
        for key in ("one-name", "no-first-name"):
            draft = self._single(key)
            several = [self._make.names.last(self._native) for _ in range(1 if key == "one-name" else 3)]
            draft.first_names, draft.last_name = (
                (),
                " ".join(several).split(" ")[0] if key == "one-name" else " ".join(several),
            )
        for key, origin in (("arabic-name", "arabic"), ("hebrew-name", "hebrew")):
            self._single(key, origin=origin)
        accented = self._single("combining-characters", origin="vietnamese")
        accented.first_names = tuple(_combining(name) for name in accented.first_names)
        accented.last_name = _combining(accented.last_name)

    def _numbers(self) -> None:
        self._single("bis-number", origin="RO")
        self._single("bis-number-sex-unknown", origin="PT").sex = "X"
        parent, child = self._draft("unknown-birth-day"), self._draft("minor-unknown-birth-day")
        give_parents(child, parent)
        self._home((parent, REFERENCE_PERSON), (child, "child"))
        self._single("unknown-birth-month")
        stateless = self._single("stateless")
        stateless.nationalities, stateless.birth_country, stateless.birth_place = (Nationality(code="XS"),), "SU", None
        several = self._single("several-nationalities", origin="IT")
        several.nationalities = (
            Nationality(code="BE", since="2009-03-17"),
            Nationality(code="IT", since="1983-05-16"),
            Nationality(code="AR", since=None),
        )
        current = self._single("merged-into")
        for key, into in (("merged", "merged-into"), ("merged-twice", "merged")):
            old = self._draft(key, name=current.last_name)
            old.first_names, old.replaced_by = current.first_names, HARD_CASES[into].number
            old.registration = Registration(standing=Standing.RESIDENT, since="2008-01-01")
            self._homes[-1].outside.append(old)

    def _gone(self) -> None:
        widow = self._single("widowed")
        dead = self._gone_to("deceased", Standing.DECEASED, None, on=date(2022, 11, 30))
        widow.civil_status = CivilStatus(state=CivilState.WIDOWED, since="2022-11-30", partner=dead.number)
        dead.civil_status = CivilStatus(state=CivilState.MARRIED, partner=widow.number)
        self._homes[-1].outside += [
            dead,
            self._gone_to("moved-out", Standing.MOVED_OUT, "11002"),
            self._gone_to("emigrated", Standing.EMIGRATED, "CA"),
            self._gone_to("struck-off", Standing.STRUCK_OFF, None),
        ]

    def _protected(self) -> None:
        parent, child = self._draft("protected-address"), self._draft("child-at-protected-address")
        apart = self._draft("parent-of-protected")
        parent.protected_address = True
        give_parents(child, parent, apart)
        self._home((parent, REFERENCE_PERSON), (child, "child"))
        self._home((apart, REFERENCE_PERSON))

    def _contradicted(self) -> None:
        self._single("no-household").household = None
        nowhere = self._single("no-address")
        nowhere.stays[-1] = replace(nowhere.stays[-1], until="2024-06-01")
        one, other = self._draft("two-reference-persons"), self._draft(born=date(1975, 8, 8))
        self._home((one, REFERENCE_PERSON), (other, REFERENCE_PERSON))
        self._merged_child()
        widow, dead = self._single("widow-of-a-member"), self._draft(born=date(1949, 1, 30), sex="M")
        self._leave(dead, Standing.DECEASED, None, on=date(2025, 3, 3))
        widow.civil_status = CivilStatus(state=CivilState.WIDOWED, since="2025-03-03", partner=dead.number)
        dead.civil_status = CivilStatus(state=CivilState.MARRIED, partner=widow.number)
        self._homes[-1].outside.append(dead)
        self._homes[-1].unclosed.append(Membership(number=dead.number, relation="spouse", since=_FOUNDED.isoformat()))
        self._single("household-elsewhere")
        home = self._homes[-1]
        home.address = home.members[0][0].stays[0].address

    def _merged_child(self) -> None:
        parent, child = self._draft("lives-with-merged"), self._draft("merged-child")
        before = self._draft("merged-child-before", name=child.last_name)
        give_parents(child, parent)
        self._home((parent, REFERENCE_PERSON), (child, "child"))
        before.first_names, before.replaced_by = child.first_names, child.number
        before.stays = [Stay(address=self._homes[-1].address, since="2014-01-01")]
        before.registration = Registration(standing=Standing.RESIDENT, since="2014-01-01")
        self._homes[-1].old_numbers[child.number] = before.number
        self._homes[-1].outside.append(before)

    def _single(self, key: str, *, since: date = _FOUNDED, box: str | None = None, origin: str | None = None) -> Draft:
        draft = self._draft(key, origin=origin)
        self._home((draft, REFERENCE_PERSON), since=since, box=box)
        return draft

    def _gone_to(self, key: str, standing: Standing, destination: str | None, on: date = date(2021, 2, 1)) -> Draft:
        draft = self._draft(key)
        self._leave(draft, standing, destination, on=on)
        return draft

    def _leave(self, draft: Draft, standing: Standing, destination: str | None, *, on: date) -> None:
        draft.registration = Registration(standing=standing, since=on.isoformat(), destination=destination)
        since = max(draft.born, _FOUNDED)
        draft.stays = [Stay(address=self._address(1, None), since=since.isoformat(), until=on.isoformat())]

    def _settle(self, draft: Draft, home: Home, since: date) -> None:
        """At an odd number of the street first, at home since _MOVED."""
        first = max(since, draft.born)
        if first >= _MOVED:
            draft.stays = [Stay(address=home.address, since=first.isoformat())]
            return
        before = self._address(2 * len(self._homes) + 1, None)
        draft.stays = [
            Stay(address=before, since=first.isoformat(), until=_MOVED.isoformat()),
            Stay(address=home.address, since=_MOVED.isoformat()),
        ]

    def _address(self, number: int, box: str | None) -> Address:
        town = self._make.places.town
        return Address(
            street=self._street,
            house_number=str(number),
            box=box,
            postcode=town.postcode,
            municipality=official(town),
        )


def _long_names() -> tuple[tuple[str, ...], str]:
    """200 characters, the spaces between the names counted; syllables, so that nobody is really called so."""
    first = ("Lalala", "Nanana" * 3)
    last = f"{'Bababa' * 10} {'Rarara' * 4} {'Dadada' * 5}"
    last += " " + ("Mamama" * 12)[: 200 - len(" ".join((*first, last))) - 1]
    return first, last


def _combining(name: str) -> str:
    """Decomposed, with one mark more (a dot below) under the first letter."""
    decomposed = unicodedata.normalize("NFD", name)
    return decomposed[0] + "\N{COMBINING DOT BELOW}" + decomposed[1:]
