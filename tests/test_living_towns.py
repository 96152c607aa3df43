"""What a town's officers choose is served by every process, is kept, and can be taken back."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from services.chassis.restorations import JUMP, pass_over
from services.contracts.errors import InvalidField, TownNotInOrder
from services.contracts.intake import CheckApplication
from services.contracts.town_setups import (
    ChangedTown,
    ChangeTown,
    ReadTownHistory,
    ReadTowns,
    TakeTownBack,
    TownSetup,
)
from services.contracts.towns import Colours
from tests.registry.fakes import PARENT, TOWN
from tests.road import NOON, Road, refused

OTHERS = ("registry", "documents", "notify")


@pytest.fixture
def road(mongo_client: MongoClient[dict[str, Any]], database_prefix: str) -> Road:
    return Road(mongo_client, database_prefix, now=NOON)


def chosen(road: Road, **changes: Any) -> TownSetup:
    return replace(road.services["intake"].towns.setup(TOWN), **changes)


def change(road: Road, setup: TownSetup, *, after: int = 0, by: str = "an officer") -> ChangedTown:
    changed: ChangedTown = road.ask(ChangeTown(town=TOWN, setup=setup, by=by, after=after))
    return changed


def dialled(road: Road) -> list[str]:
    """The town's telephone, as each service knows it."""
    return [road.services[name].towns[TOWN].office.phone for name in ("intake", *OTHERS)]


def with_phone(road: Road, phone: str) -> TownSetup:
    setup = chosen(road)
    return replace(setup, office=replace(setup.office, phone=phone))


def test_a_choice_is_served_by_every_service_once_it_has_heard(road: Road) -> None:
    (before, *_) = dialled(road)

    change(road, with_phone(road, "+32 16 11 22 33"))
    assert dialled(road) == ["+32 16 11 22 33", before, before, before]
    assert road.carry() == ["handled"] * 3

    assert dialled(road) == ["+32 16 11 22 33"] * 4


def test_processes_that_did_not_hear_it_themselves_find_it_in_their_store(
    road: Road, mongo_client: MongoClient[dict[str, Any]], database_prefix: str
) -> None:
    beside = Road(mongo_client, database_prefix, now=NOON, ids="y")
    change(road, with_phone(road, "+32 16 11 22 33"))
    road.carry()

    for service in beside.services.values():
        service.refresh_towns()
    later = Road(mongo_client, database_prefix, now=NOON, ids="z")
    for service in later.services.values():
        service.stored_towns.start()

    assert dialled(beside) == dialled(later) == ["+32 16 11 22 33"] * 4


def test_of_two_versions_the_later_counts_however_they_come(road: Road) -> None:
    first = change(road, with_phone(road, "+32 16 11 11 11"))
    second = change(road, with_phone(road, "+32 16 22 22 22"), after=first.version)
    early, late = (entry["body"].encode() for entry in road.databases["intake"]["towns"].find_one()["outbox"])

    assert road.deliver(late) == ["handled"] * 3
    assert road.deliver(early) == ["seen-before"] * 3
    assert road.deliver(late) == ["seen-before"] * 3
    assert second.version == first.version + 1
    assert dialled(road) == ["+32 16 22 22 22"] * 4


def test_a_choice_is_taken_back_by_another_version(road: Road) -> None:
    (file, *_) = dialled(road)
    change(road, with_phone(road, "+32 16 11 11 11"), by="first")
    road.later(days=1)
    change(road, with_phone(road, "+32 16 22 22 22"), after=1, by="second")

    road.ask(TakeTownBack(town=TOWN, to=1, by="third", after=2))
    road.carry()
    assert dialled(road) == ["+32 16 11 11 11"] * 4
    road.ask(TakeTownBack(town=TOWN, to=0, by="fourth", after=3))
    road.carry()
    assert dialled(road) == [file] * 4

    told = road.ask(ReadTownHistory(town=TOWN)).versions
    assert [(each.version, each.of, each.by, each.is_file) for each in told] == [
        (4, 0, "fourth", True),
        (3, 1, "third", False),
        (2, 2, "second", False),
        (1, 1, "first", False),
    ]
    assert {each.changed for each in told} == {("office.phone",)}
    assert [each.changed_at for each in told[2:]] == [NOON + timedelta(days=1), NOON]
    assert road.databases["intake"]["town_setups"].count_documents({}) == 2


def test_who_asks_hears_of_what_he_does_not_know(road: Road) -> None:
    assert road.ask(ReadTowns()).towns == ()
    changed = change(road, with_phone(road, "+32 16 11 22 33"))

    assert road.ask(ReadTowns()).towns == (changed,)
    assert road.ask(ReadTowns(known={TOWN: 1, "99999": 4})).towns == ()
    (back,) = road.ask(ReadTowns(known={TOWN: 7})).towns
    assert back == changed


def test_the_same_twice_changes_nothing(road: Road) -> None:
    setup = with_phone(road, "+32 16 11 22 33")

    assert change(road, setup) == change(road, setup) == change(road, setup, after=1)
    assert len(road.ask(ReadTownHistory(town=TOWN)).versions) == 1


def test_nobody_overwrites_what_he_has_not_seen(road: Road) -> None:
    change(road, with_phone(road, "+32 16 11 11 11"))

    assert refused(lambda: change(road, with_phone(road, "+32 16 22 22 22"))) == "town-changed-meanwhile"
    assert refused(lambda: road.ask(TakeTownBack(town=TOWN, to=0, by="x", after=0))) == "town-changed-meanwhile"
    assert {*dialled(road)} >= {"+32 16 11 11 11"}


def test_what_is_not_in_order_is_named_with_its_mend_and_changes_nothing(road: Road) -> None:
    before = dialled(road)
    wrong = replace(
        with_phone(road, "none"),
        colours=Colours(primary="#ffff00", accent="#b8741a"),
        logo='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script/></svg>',
        products_off=("nothing-like-it",),
        departments={"nl": "\ud800"},
    )

    with pytest.raises(TownNotInOrder) as told:
        change(road, wrong)

    said = told.value.detail.splitlines()
    assert {line.partition(":")[0] for line in said} >= {
        "office.phone",
        "colours.primary",
        "logo",
        "products_off[0]",
        "departments.nl",
    }
    assert any("script" in line for line in said)
    assert (road.carry(), dialled(road)) == ([], before)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"town": "99999"}, id="no town of ours"),
        pytest.param({"town": "23027\n"}, id="half a town"),
    ],
)
def test_nothing_is_changed_of_a_town_that_is_not_served(road: Road, wrong: dict[str, str]) -> None:
    setup = with_phone(road, "+32 16 11 22 33")

    assert refused(lambda: road.ask(ChangeTown(setup=setup, by="x", after=0, **wrong))) == "not-found"
    assert refused(lambda: road.ask(TakeTownBack(to=0, by="x", after=0, **wrong))) == "not-found"
    assert refused(lambda: road.ask(ReadTownHistory(**wrong))) == "not-found"
    assert refused(lambda: road.ask(TakeTownBack(town=TOWN, to=5, by="x", after=0))) == "not-found"


@pytest.mark.parametrize(
    ("by", "told"), [("", "required"), ("  ", "required"), ("x" * 201, "too-long"), ("a\nb", "unprintable")]
)
def test_who_changes_it_has_a_name(road: Road, by: str, told: str) -> None:
    with pytest.raises(InvalidField) as refusal:
        change(road, with_phone(road, "+32 16 11 22 33"), by=by)

    assert refusal.value.fields["by"].slug == told


def test_a_product_that_is_switched_off_cannot_be_asked_for_any_more(road: Road) -> None:
    asked = CheckApplication(town=TOWN, citizen=PARENT, product="residence", email="citizen@example.org")
    road.ask(asked)

    change(road, chosen(road, products_off=("residence",)))

    assert refused(lambda: road.ask(asked)) == "unknown-product"
    road.ask(TakeTownBack(town=TOWN, to=0, by="x", after=1))
    road.ask(asked)


def test_after_a_restoration_no_version_comes_a_second_time(road: Road) -> None:
    """Who has seen what was lost would take another choice of that number for known."""
    before = change(road, with_phone(road, "+32 16 11 11 11"))
    pass_over({}, beside=[road.databases["intake"]["towns"]])

    after = change(road, with_phone(road, "+32 16 22 22 22"), after=before.version)

    assert after.version == before.version + JUMP + 1
    assert road.carry() == ["handled"] * 6
    assert dialled(road) == ["+32 16 22 22 22"] * 4
