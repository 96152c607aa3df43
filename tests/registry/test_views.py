"""Who lives where and whose child somebody is: one suite for the stand-in and the populations in the store."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from pymongo.database import Database

from services.contracts.facts import Address
from services.registry.domain import (
    Dossier,
    Household,
    Membership,
    Parent,
    RegisterKind,
    Registration,
    Standing,
    Stay,
    View,
)
from services.registry.sources.mapping import dossier_document, household_document
from services.registry.sources.population import PopulationSource
from services.registry.sources.populations import Populations
from tests.registry import looking_up
from tests.registry.fakes import (
    CHILD,
    EARLIER,
    GROWN,
    HOME,
    NOBODY,
    NOON,
    OTHER_TOWN,
    PARENT,
    PARTNER,
    STRANGER,
    TODDLER,
    TOWN,
    a_dossier,
    gone,
)

Make = Callable[..., View]


@dataclass(frozen=True)
class Everything:
    """As far as this suite asks."""

    people: tuple[Dossier, ...]
    homes: tuple[Household, ...]

    def living_at(self, address: Address) -> tuple[str, ...]:
        return looking_up.living_at(address, self.people, self.homes)

    def children_of(self, numbers: tuple[str, ...]) -> tuple[str, ...]:
        return looking_up.children_of(numbers, self.people)

    def parents_of(self, numbers: tuple[str, ...]) -> tuple[str, ...]:
        return looking_up.parents_of(numbers, self.people)


@pytest.fixture
def stored(database: Database[dict[str, Any]]) -> Make:
    def make(*people: Dossier, homes: tuple[Household, ...] = (), forget: str = "") -> View:
        populations = Populations(database)
        populations.ensure_indexes()
        for town in (TOWN, OTHER_TOWN):
            place = {"town": town, "population": populations.begin(town)}
            mine = people if town == TOWN else (a_dossier(NOBODY, children=(CHILD,)),)
            documents = [dossier_document(each) | place for each in mine]
            homes_ = [household_document(each) | place for each in homes if town == TOWN]
            for document in (*documents, *homes_):
                document.pop(forget, None)
            populations.write(documents, homes_)
            populations.switch(town, place["population"], {}, now=NOON)
        return PopulationSource(populations, clock=lambda: NOON).view(town=TOWN)

    return make


@pytest.fixture(params=["fake", "stored", "stored before there was a dwelling"])
def make(request: pytest.FixtureRequest) -> Make:
    if request.param == "fake":
        return lambda *people, homes=(): Everything(people, homes)
    stored = request.getfixturevalue("stored")
    forget = "dwelling" if "before" in request.param else ""
    return lambda *people, homes=(): stored(*people, homes=homes, forget=forget)


def at(address: Address) -> tuple[Stay, ...]:
    return (Stay(address=EARLIER, since="2010-01-01", until="2019-04-15"), Stay(address=address, since="2019-04-15"))


def test_who_lives_at_an_address_says_the_own_dossier_or_a_household_there(make: Make):
    home = Household(
        id="h7", address=HOME, members=(Membership(number=STRANGER, relation="reference-person", since="2019-04-15"),)
    )
    view = make(
        a_dossier(PARENT, household="h1"),
        a_dossier(PARTNER, household=None, stays=at(replace(HOME, street={"und": "VOORBEELDSTRAAT "}))),
        a_dossier(GROWN, household="h7", stays=()),
        a_dossier(CHILD, registration=gone(Standing.MOVED_OUT)),
        a_dossier(TODDLER, replaced_by=PARENT),
        homes=(home, replace(home, id="h8", address=EARLIER)),
    )

    assert view.living_at(HOME) == tuple(sorted((PARENT, PARTNER, GROWN, STRANGER)))
    assert view.living_at(replace(HOME, street={"nl": "voorbeeldstraat"})) == view.living_at(HOME)


@pytest.mark.parametrize(
    "address",
    [
        replace(HOME, house_number="13"),
        replace(HOME, box=None),
        replace(HOME, postcode="3201"),
        replace(HOME, street={"nl": "Andere straat"}),
        EARLIER,
    ],
)
def test_nobody_lives_at_an_address_next_door_or_where_all_left(make: Make, address: Address):
    bis = Registration(standing=Standing.RESIDENT, since="2010-01-01", register=RegisterKind.BIS)

    assert make(a_dossier(PARENT), a_dossier(CHILD, registration=bis, stays=at(address))).living_at(address) == ()


def test_parents_and_children_are_found_from_either_side_whatever_became_of_the_dossiers(make: Make):
    named = (Parent(number=PARTNER, authority=False), Parent(number=PARENT, authority=True))
    view = make(
        a_dossier(PARENT, children=(CHILD, GROWN)),
        a_dossier(STRANGER, children=(CHILD,), replaced_by=PARENT),
        a_dossier(CHILD, parents=named),
        a_dossier(TODDLER, parents=named[:1], registration=gone(Standing.MOVED_OUT)),
    )

    assert view.parents_of((CHILD, NOBODY)) == tuple(sorted((PARENT, STRANGER)))
    assert view.parents_of((GROWN,)) == (PARENT,)
    assert view.parents_of((PARENT,)) == view.children_of((CHILD,)) == ()
    assert view.children_of((PARTNER, NOBODY)) == tuple(sorted((CHILD, TODDLER)))
    assert view.children_of((PARENT,)) == (CHILD,)


@pytest.mark.parametrize("by", ["dwelling", "parents.number", "children"])
def test_they_are_looked_up_by_an_index(stored: Make, database: Database[dict[str, Any]], by: str):
    stored(a_dossier(PARENT))

    plan = database["dossiers"].find({"town": TOWN, "population": 1, by: {"$in": ["x", None]}}).explain()

    assert "COLLSCAN" not in str(plan)
    assert f"{by}_1" in str(plan)
