"""The registry's own population: seeded, asked, exchanged and away, one town apart from another."""

from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from deploy.demo.generator.hard_cases import DEMO_CITIZEN, HARD_CASES
from deploy.demo.generator.population import generate
from deploy.demo.generator.seeding import Seeded, seed
from services.registry.consistency import check_address, check_words
from services.registry.contradictions import Contradiction, Inconsistent
from services.registry.domain import (
    Dossier,
    LastWishes,
    LegalCohabitation,
    Nationality,
    Parent,
    Place,
    SourceUnavailable,
    Voting,
)
from services.registry.merges import numbers_of
from services.registry.sources.population.mapping import dossier_document, dossier_of, household_document, household_of
from services.registry.sources.population.populations import Populations
from services.registry.sources.population.view import PopulationSource
from tests.listening import Listening
from tests.registry.fakes import CHILD, NOBODY, NOON, OTHER_TOWN, PARTNER, STRANGER, TOWN, a_dossier

Store = Database[dict[str, Any]]


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def source(database: Store, clock: Clock) -> PopulationSource:
    return PopulationSource(Populations(database), clock=clock)


def fill(database: Store, town: str = TOWN, *, seed_: int = 1, residents: int = 150) -> Seeded:
    return seed(database, town=town, residents=residents, seed=seed_)


def an_ordinary_number(town: str = TOWN, *, seed_: int = 1, residents: int = 150) -> str:
    """Of the last resident who is no hard case."""
    everyone = generate(town=town, residents=residents, seed=seed_)
    return [member.number for each in everyone for member in each.members][-1]


def contents(database: Store, town: str) -> list[dict[str, Any]]:
    left_out = {"_id": 0, "population": 0}
    return [
        *database["dossiers"].find({"town": town}, left_out).sort("number", 1),
        *database["households"].find({"town": town}, left_out).sort("household", 1),
    ]


def test_documents_hold_all_of_a_town():
    for each in generate(town=TOWN, residents=150, seed=1):
        assert each.household is None or household_of(household_document(each.household)) == each.household
        for dossier in (*each.members, *each.outside):
            assert dossier_of(dossier_document(dossier)) == dossier


def test_a_document_holds_all_that_a_dossier_can_say():
    said = a_dossier(
        birth_place=Place(refnis="24062", names={"nl": "Leuven"}),
        cohabitation=LegalCohabitation(partner=PARTNER, since="2012-06-02", until="2020-01-31"),
        parents=(Parent(number=STRANGER, authority=False),),
        children=(CHILD,),
        protected_address=True,
        household="h1",
        replaced_by=NOBODY,
        last_wishes=LastWishes(mode="burial", declared_on="2020-05-00"),
        voting=Voting(is_excluded=True, registered_for=("municipal",)),
        reference_address=True,
    )
    silent = {each.name for each in fields(Dossier) if getattr(said, each.name) == each.default}

    assert silent == {"has_all_stays"}, "the store has them all"
    assert dossier_of(dossier_document(said)) == said


def test_a_document_of_before_tells_of_no_reference_address():
    document = dossier_document(a_dossier(reference_address=True))
    del document["reference_address"]

    assert dossier_of(document) == a_dossier()


def test_a_seeded_town_is_found_as_it_was_made(database: Store, source: PopulationSource):
    reported: list[int] = []
    told = seed(database, town=TOWN, residents=150, seed=1, progress=reported.append)

    view = source.view(town=TOWN)
    dossier = view.dossier(DEMO_CITIZEN)
    assert dossier is not None
    assert dossier.household is not None
    household = view.household(dossier.household)
    assert household is not None
    numbers = tuple(member.number for member in household.members)
    assert list(view.dossiers(numbers)) == list(numbers)
    assert sum(reported) == told.residents == 150
    assert told.dossiers == database["dossiers"].count_documents({})


def test_seeding_the_same_again_gives_the_same(database: Store):
    fill(database)
    before = contents(database, TOWN)

    again = fill(database)

    assert contents(database, TOWN) == before
    assert again.population == 2


def test_a_new_population_replaces_the_old_one_of_its_town_only(database: Store, source: PopulationSource):
    fill(database)
    fill(database, OTHER_TOWN)
    others, old = contents(database, OTHER_TOWN), an_ordinary_number()

    fill(database, seed_=2)

    assert source.view(town=TOWN).dossier(old) is None
    assert contents(database, OTHER_TOWN) == others
    assert database["dossiers"].distinct("population", {"town": TOWN}) == [2]


def test_a_seeding_that_stopped_half_way_changes_nothing_and_is_cleared_by_the_next(
    database: Store, source: PopulationSource
):
    fill(database)
    number = an_ordinary_number()

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        seed(database, town=TOWN, residents=150, seed=2, progress=stop)

    assert source.view(town=TOWN).dossier(number) is not None
    fill(database)
    assert database["dossiers"].distinct("population", {"town": TOWN}) == [3]


def test_a_later_seeding_that_was_quicker_stays(database: Store):
    populations = Populations(database)
    slow = populations.begin(TOWN)
    quick = fill(database).population

    populations.switch(TOWN, slow, {}, now=None)

    assert database["populations"].find_one({"_id": TOWN}, {"current": 1, "_id": 0}) == {"current": quick}
    assert database["dossiers"].count_documents({"town": TOWN, "population": quick}) > 0


def test_a_population_exchanged_between_two_looks_is_asked_again(database: Store, source: PopulationSource):
    fill(database)
    view = source.view(town=TOWN)

    fill(database)

    with pytest.raises(SourceUnavailable, match="population-exchanged"):
        view.confirm()


def test_a_look_begins_with_the_population_of_the_last_that_was_confirmed(database: Store, source: PopulationSource):
    fill(database)
    source.view(town=TOWN).confirm()
    database["populations"].delete_one({"_id": TOWN})

    view = source.view(town=TOWN)

    assert view.dossier(an_ordinary_number()) is not None
    with pytest.raises(SourceUnavailable, match="no-population-yet"):
        view.confirm()
    with pytest.raises(SourceUnavailable, match="no-population-yet"):
        source.view(town=TOWN)


def test_after_an_exchange_the_next_look_is_at_the_new_population(database: Store, source: PopulationSource):
    fill(database)
    source.view(town=TOWN).confirm()
    fill(database)

    with pytest.raises(SourceUnavailable, match="population-exchanged"):
        source.view(town=TOWN).confirm()
    view = source.view(town=TOWN)

    assert view.dossier(an_ordinary_number()) is not None
    view.confirm()


def test_another_towns_people_are_not_there(database: Store, source: PopulationSource):
    fill(database)
    fill(database, OTHER_TOWN)
    number = an_ordinary_number()

    assert source.view(town=TOWN).dossier(number) is not None
    assert source.view(town=OTHER_TOWN).dossier(number) is None
    assert source.view(town=OTHER_TOWN).dossiers((number,)) == {}


def test_a_town_without_a_population_is_away(source: PopulationSource):
    with pytest.raises(SourceUnavailable, match="no-population-yet"):
        source.view(town=TOWN)


def test_a_maintenance_window_ends_by_itself(database: Store, source: PopulationSource, clock: Clock):
    fill(database)
    fill(database, OTHER_TOWN)
    until = NOON + timedelta(minutes=5)
    Populations(database).pause(TOWN, until=until, reason="maintenance")

    with pytest.raises(SourceUnavailable) as told:
        source.view(town=TOWN)

    assert told.value.until == until
    source.view(town=OTHER_TOWN)
    clock.now = until
    source.view(town=TOWN)


def test_a_pause_without_an_end_lasts_until_it_is_resumed(database: Store, source: PopulationSource, clock: Clock):
    fill(database)
    Populations(database).pause(TOWN)
    clock.now += timedelta(days=365)
    with pytest.raises(SourceUnavailable):
        source.view(town=TOWN)

    Populations(database).resume(TOWN)

    source.view(town=TOWN).confirm()


def change(database: Store, number: str, values: dict[str, Any]) -> None:
    done = database["dossiers"].update_one({"town": TOWN, "number": number}, {"$set": values})
    assert done.modified_count == 1


@pytest.mark.parametrize(
    "values",
    [
        {"born_on": None},
        {"born_on": 19850730},
        {"last_name": ["Naam"]},
        {"first_names": "Naam"},
        {"first_names": None},
        {"first_names": [1]},
        {"nationalities": [{"code": None, "since": None}]},
        {"nationalities": [{"code": "BE"}, "FR"]},
        {"registration": None},
        {"registration.standing": "visiting"},
        {"registration.since": 2010},
        {"civil_status.state": "engaged"},
        {"stays": {}},
        {"stays.0.since": None},
        {"stays.0.until": 0},
        {"stays.0.address": "Voorbeeldstraat 1"},
        {"stays.0.address.house_number": 12},
        {"stays.0.address.street": 3},
        {"parents": [{"number": "85073003328", "authority": "yes"}]},
        {"children": [85073003328]},
        {"protected_address": "no"},
        {"protected_address": None},
        {"household": 7},
        {"replaced_by": 7},
    ],
    ids=repr,
)
def test_a_dossier_of_another_make_is_a_contradiction_and_no_error(
    database: Store, source: PopulationSource, values: dict[str, Any]
):
    fill(database)
    view = source.view(town=TOWN)
    change(database, DEMO_CITIZEN, values)

    with pytest.raises(Inconsistent, match=Contradiction.DOSSIER_UNREADABLE):
        view.dossier(DEMO_CITIZEN)
    with pytest.raises(Inconsistent, match=Contradiction.DOSSIER_UNREADABLE):
        view.dossiers((DEMO_CITIZEN,))


@pytest.mark.parametrize("values", [{"members.0.since": None}, {"members": 3}, {"collective": None}], ids=repr)
def test_so_is_a_household_of_another_make(database: Store, source: PopulationSource, values: dict[str, Any]):
    fill(database)
    view = source.view(town=TOWN)
    dossier = view.dossier(DEMO_CITIZEN)
    assert dossier is not None
    database["households"].update_one({"town": TOWN, "household": dossier.household}, {"$set": values})

    with pytest.raises(Inconsistent, match=Contradiction.DOSSIER_UNREADABLE):
        view.household(str(dossier.household))


def test_what_a_dossier_lacks_is_a_contradiction_too(database: Store, source: PopulationSource):
    fill(database)
    database["dossiers"].update_one({"number": DEMO_CITIZEN}, {"$unset": {"stays": 1}})

    with pytest.raises(Inconsistent, match=Contradiction.DOSSIER_UNREADABLE):
        source.view(town=TOWN).dossier(DEMO_CITIZEN)


def test_who_was_merged_into_whom_is_found_from_both_sides_in_one_town(database: Store, source: PopulationSource):
    fill(database)
    fill(database, OTHER_TOWN)
    current, old, older = (HARD_CASES[key].number for key in ("merged-into", "merged", "merged-twice"))
    view = source.view(town=TOWN)

    assert view.merged_into((current,)) == (old,)
    assert view.merged_into((current, old)) == tuple(sorted((old, older)))
    assert view.merged_into((older,)) == ()
    assert set(numbers_of(older, view)) == {current, old, older}


def test_the_residents_of_a_household_are_those_whose_dossiers_name_it(database: Store, source: PopulationSource):
    fill(database)
    view = source.view(town=TOWN)
    dossier = view.dossier(DEMO_CITIZEN)
    assert dossier is not None
    household = view.household(str(dossier.household))
    assert household is not None
    everybody = tuple(sorted(member.number for member in household.members))
    assert view.residents_of(household.id) == everybody
    left, merged, *others = everybody

    change(database, left, {"registration.standing": "moved-out"})
    change(database, merged, {"replaced_by": others[0]})

    assert view.residents_of(household.id) == tuple(others)


@pytest.mark.parametrize("by", ["replaced_by", "household"])
def test_merges_and_households_are_looked_up_by_an_index(database: Store, source: PopulationSource, by: str):
    fill(database, residents=3000)

    plan = database["dossiers"].find({"town": TOWN, "population": 1, by: "h1"}).explain()

    assert "IXSCAN" in str(plan)


def test_a_number_is_looked_up_by_an_index(database: Store, source: PopulationSource):
    fill(database, residents=3000)

    plan = database["dossiers"].find({"town": TOWN, "population": 1, "number": DEMO_CITIZEN}).explain()

    assert "IXSCAN" in str(plan)


BLANK = ("", " ", "-", ".", "\u00a0", "\u200b", " - ")


@pytest.mark.parametrize("blank", BLANK)
def test_what_may_be_missing_and_is_blank_is_missing(database: Store, source: PopulationSource, blank: str):
    fill(database)
    number = an_ordinary_number()
    change(
        database,
        number,
        {
            "sex": blank,
            "household": blank,
            "replaced_by": blank,
            "birth_place": {"refnis": blank, "names": {"und": blank, "fr": "Paris"}},
            "civil_status.since": blank,
            "civil_status.partner": blank,
            "registration.destination": blank,
            "first_names": [blank, "Voornaam", blank],
            "nationalities": [{"code": "BE", "since": blank}],
            "cohabitation": {"partner": DEMO_CITIZEN, "since": "2020-01-01", "until": blank},
            "stays.0.until": None,
            "stays.0.address.box": blank,
            "stays.0.address.street": {"nl": "Straat", "fr": blank},
        },
    )

    dossier = source.view(town=TOWN).dossier(number)

    assert dossier is not None
    assert (dossier.sex, dossier.household, dossier.replaced_by) == (None, None, None)
    assert dossier.birth_place == Place(names={"fr": "Paris"})
    assert (dossier.civil_status.since, dossier.civil_status.partner) == (None, None)
    assert dossier.registration.destination is None
    assert dossier.first_names == ("Voornaam",)
    assert dossier.nationalities == (Nationality(code="BE"),)
    assert dossier.cohabitation is not None
    assert dossier.cohabitation.until is None
    assert dossier.stays[0].address.box is None
    assert dossier.stays[0].address.street == {"nl": "Straat"}


@pytest.mark.parametrize("blank", BLANK)
@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("last_name", Contradiction.NAME_MISSING),
        ("house_number", Contradiction.ADDRESS_INCOMPLETE),
        ("postcode", Contradiction.ADDRESS_INCOMPLETE),
    ],
)
def test_what_has_to_be_there_and_is_blank_is_never_put_on_paper(
    database: Store, source: PopulationSource, blank: str, field: str, kind: str
):
    fill(database)
    stored = database["dossiers"].find_one({"town": TOWN, "number": DEMO_CITIZEN})
    assert stored is not None
    last = len(stored["stays"]) - 1
    change(database, DEMO_CITIZEN, {field if field == "last_name" else f"stays.{last}.address.{field}": blank})

    dossier = source.view(town=TOWN).dossier(DEMO_CITIZEN)

    assert dossier is not None
    with pytest.raises(Inconsistent, match=kind):
        check_words(dossier) if field == "last_name" else check_address(dossier.stays[-1].address, TOWN)


@pytest.mark.parametrize("blank", ["", " ", "-"])
def test_who_was_merged_into_a_blank_lives_where_they_live(database: Store, source: PopulationSource, blank: str):
    """A neighbour with a protected address must not be passed over because of it."""
    fill(database)
    view = source.view(town=TOWN)
    dossier = view.dossier(DEMO_CITIZEN)
    assert dossier is not None
    assert dossier.current_stay is not None
    change(database, DEMO_CITIZEN, {"replaced_by": blank, f"stays.{len(dossier.stays) - 1}.until": blank})

    assert DEMO_CITIZEN in view.living_at(dossier.current_stay.address)
    assert DEMO_CITIZEN in view.residents_of(str(dossier.household))


def test_nobody_is_looked_for_twice(database: Store, mongo_uri: str, clock: Clock):
    fill(database)
    known, unknown = an_ordinary_number(), "00000000097"
    listening = Listening()
    with MongoClient[dict[str, Any]](mongo_uri, tz_aware=True, event_listeners=[listening]) as client:
        view = PopulationSource(Populations(client[database.name]), clock=clock).view(town=TOWN)
        first = (view.dossier(known), view.dossier(unknown), view.merged_into((known,)))
        listening.sent.clear()

        again = (view.dossiers((known, unknown)), view.merged_into((known,)))
        sent = list(listening.sent)

    assert (again, sent) == (({known: first[0]}, first[2]), [])


def test_whoever_a_broken_dossier_was_merged_into_meets_it(database: Store, source: PopulationSource):
    fill(database)
    one, other, broken = (each["number"] for each in database["dossiers"].find({"town": TOWN}).limit(3))
    database["dossiers"].update_one({"number": broken}, {"$set": {"replaced_by": [one, other]}})

    view = source.view(town=TOWN)

    assert view.merged_into((one,)) == view.merged_into((other,)) == view.merged_into((other, one)) == (broken,)
