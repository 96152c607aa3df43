"""Who lives where and whose child somebody is: one suite for the stand-in and the populations in the store."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from pymongo.database import Database

from deploy.demo.generator import in_memory
from deploy.demo.generator.seeding import seed
from services.contracts.address import Address
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
from services.registry.sources.population import dwellings
from services.registry.sources.population.mapping import (
    DWELLING,
    FORMER_DWELLINGS,
    dossier_document,
    household_document,
    household_of,
)
from services.registry.sources.population.populations import Populations
from services.registry.sources.population.view import PopulationSource
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
from tests.registry.written_otherwise import PERHAPS_ONE

Make = Callable[..., View]


@dataclass(frozen=True)
class Everything:
    """As far as this suite asks."""

    people: tuple[Dossier, ...]
    homes: tuple[Household, ...]

    def living_at(self, address: Address) -> tuple[str, ...]:
        return in_memory.living_at(address, self.people, self.homes)

    def children_of(self, numbers: tuple[str, ...]) -> tuple[str, ...]:
        return in_memory.children_of(numbers, self.people)

    def parents_of(self, numbers: tuple[str, ...]) -> tuple[str, ...]:
        return in_memory.parents_of(numbers, self.people)


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
    forget = DWELLING if "before" in request.param else ""
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
        replace(HOME, box="102"),
        replace(HOME, postcode="9000"),
        replace(HOME, street={"nl": "Andere straat"}),
        EARLIER,
    ],
)
def test_nobody_lives_at_an_address_next_door_or_where_all_left(make: Make, address: Address):
    bis = Registration(standing=Standing.RESIDENT, since="2010-01-01", register=RegisterKind.BIS)

    assert make(a_dossier(PARENT), a_dossier(CHILD, registration=bis, stays=at(address))).living_at(address) == ()


@pytest.mark.parametrize("way", PERHAPS_ONE)
def test_who_may_live_at_an_address_is_found_however_it_is_written(stored: Make, way: str):
    """By the own dossier, and by a household there."""
    member = Membership(number=STRANGER, relation="reference-person", since="2019-04-15")
    for one, other in (PERHAPS_ONE[way], PERHAPS_ONE[way][::-1]):
        view = stored(
            a_dossier(PARTNER, stays=at(one), household=None),
            a_dossier(GROWN, stays=at(replace(EARLIER, street={"nl": "Kerkplein"}))),
            homes=(Household(id="h7", address=one, members=(member,)),),
        )

        assert view.living_at(other) == tuple(sorted((PARTNER, STRANGER)))


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


@dataclass(frozen=True)
class Listened:
    """A collection, and the filters that it was asked with."""

    collection: Any
    filters: list[tuple[Any, dict[str, Any]]]

    def find(self, wanted: dict[str, Any], *rest: Any, **options: Any) -> Any:
        self.filters.append((self.collection, wanted))
        return self.collection.find(wanted, *rest, **options)

    def find_one(self, wanted: dict[str, Any], *rest: Any) -> Any:
        self.filters.append((self.collection, wanted))
        return self.collection.find_one(wanted, *rest)


LOOKS: dict[str, Callable[[View], object]] = {
    "dossiers": lambda view: view.dossiers((PARENT, NOBODY)),
    "household": lambda view: view.household("h1"),
    "residents_of": lambda view: view.residents_of("h1"),
    "living_at": lambda view: view.living_at(HOME),
    "merged_into": lambda view: view.merged_into((PARENT,)),
    "children_of": lambda view: view.children_of((PARENT,)),
    "parents_of": lambda view: view.parents_of((CHILD,)),
}


@pytest.mark.parametrize("look", LOOKS)
def test_every_look_is_answered_by_an_index(database: Database[dict[str, Any]], look: str):
    """By the very filters that are asked with: one more of another kind, and the embedded store reads everybody."""
    populations = Populations(database)
    seed(database, town=TOWN, residents=150)
    view = PopulationSource(populations, clock=lambda: NOON).view(town=TOWN)
    asked: list[tuple[Any, dict[str, Any]]] = []
    populations.dossiers = Listened(populations.dossiers, asked)  # type: ignore[assignment]
    populations.households = Listened(populations.households, asked)  # type: ignore[assignment]

    LOOKS[look](view)

    assert asked
    for collection, wanted in asked:
        plan = str(collection.find(wanted).explain()["queryPlanner"]["winningPlan"])
        assert "IXSCAN" in plan
        assert "COLLSCAN" not in plan


def test_living_at_looks_up_residents_and_households_by_the_dwelling_and_members_by_the_household(
    database: Database[dict[str, Any]],
):
    seed(database, town=TOWN, residents=150)
    populations = Populations(database)
    view = PopulationSource(populations, clock=lambda: NOON).view(town=TOWN)
    home = household_of(database["households"].find_one({"town": TOWN}) or {})
    asked: list[tuple[Any, dict[str, Any]]] = []
    populations.dossiers = Listened(populations.dossiers, asked)  # type: ignore[assignment]

    view.living_at(home.address)

    plans = [str(collection.find(wanted).explain()) for collection, wanted in asked]
    assert [f"{DWELLING}.numbers_1" in plan for plan in plans] == [True, True, False]
    assert ["household_1" in plan for plan in plans] == [False, False, True]


@pytest.mark.parametrize("former", FORMER_DWELLINGS)
def test_where_people_dwell_is_noted_anew_of_what_was_stored_under_an_old_key(
    former: str, database: Database[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(dwellings, "_AT_ONCE", 40)
    seed(database, town=TOWN, residents=150)
    collections = (database["dossiers"], database["households"])
    before = [list(each.find().sort("_id", 1)) for each in collections]
    for each in collections:
        each.update_many({}, {"$unset": {DWELLING: 1}, "$set": {former: "3200|12|101"}})
    unreadable = before[0][0]["_id"]
    database["dossiers"].update_one({"_id": unreadable}, {"$set": {"stays": 7}})

    noted = dwellings.note_dwellings(Populations(database))

    assert noted == sum(map(len, before)) - 1
    for collection, stored_before in zip(collections, before, strict=True):
        left_out = unreadable if collection.name == "dossiers" else None
        now = {each["_id"]: each.get(DWELLING) for each in collection.find()}
        was = {each["_id"]: None if each["_id"] == left_out else each[DWELLING] for each in stored_before}
        assert now == was
        assert collection.count_documents({former: {"$exists": True}}) == (left_out is not None)
    assert dwellings.note_dwellings(Populations(database)) == 0
