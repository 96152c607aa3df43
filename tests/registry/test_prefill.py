"""The people a citizen may ask about."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.contracts.days import begin_of
from services.contracts.errors import NotFound, UnknownProduct
from services.contracts.registry import Person, Prefill, ReadPrefill
from services.registry.domain import Parent, SourceUnavailable, Standing
from services.registry.handlers import read_prefill
from tests.intake.fakes import a_town
from tests.registry.fakes import (
    CHILD,
    NOBODY,
    NOON,
    OTHER_TOWN,
    PARENT,
    PARTNER,
    STRANGER,
    TODDLER,
    TOWN,
    TOWNS,
    FakeAccesses,
    FakeRegister,
    a_dossier,
    a_product,
    a_register,
    gone,
)


def prefill(register: FakeRegister, citizen: str = PARENT, **chosen: Any) -> Prefill:
    accesses = chosen.get("accesses") or FakeAccesses()
    product = a_product("life", capacities=chosen.get("capacities", ("self", "parent")))
    return read_prefill(
        ReadPrefill(town=chosen.get("town", TOWN), citizen=citizen, product=chosen.get("product", "special")),
        register=register,
        accesses=accesses,
        towns=chosen.get("towns", TOWNS),
        products={"special": product},
        access_id="look-1",
        now=chosen.get("now", NOON),
    )


def test_self_first_then_minor_children_with_authority():
    assert prefill(a_register()) == Prefill(
        subjects=(
            Person(national_number=PARENT, name="Voornaam Tweede Naam", capacity="self"),
            Person(national_number=CHILD, name="Voornaam Tweede Naam", capacity="parent"),
            Person(national_number=TODDLER, name="Voornaam Tweede Naam", capacity="parent"),
        )
    )
    assert [person.national_number for person in prefill(a_register(), PARTNER).subjects] == [PARTNER, TODDLER]


def test_one_name_only():
    register = a_register(a_dossier(STRANGER, first_names=(), last_name="Naam"))

    assert [person.name for person in prefill(register, STRANGER).subjects] == ["Naam"]


@pytest.mark.parametrize(("capacities", "count"), [(("self",), 1), (("parent",), 2)])
def test_only_capacities_of_the_product(capacities: tuple[str, ...], count: int):
    assert len(prefill(a_register(), capacities=capacities).subjects) == count


def test_who_moved_out_may_still_ask_about_the_children():
    register = a_register(a_dossier(registration=gone(Standing.MOVED_OUT), children=(CHILD,)))

    found = prefill(register)

    assert [person.national_number for person in found.subjects] == [CHILD, TODDLER]
    assert found.code is None


@pytest.mark.parametrize(
    ("register", "citizen", "code"),
    [
        (a_register(), NOBODY, "not-a-resident"),
        (a_register(), "85073003329", "unknown-person"),
        (a_register(a_dossier(STRANGER, registration=gone(Standing.DECEASED))), STRANGER, "deceased"),
    ],
)
def test_nobody_to_ask_about_says_why(register: FakeRegister, citizen: str, code: str):
    assert prefill(register, citizen) == Prefill(code=code)


def test_another_town_knows_nobody_of_this_one():
    assert prefill(a_register(), town=OTHER_TOWN) == Prefill(code="not-a-resident")


def test_an_outage_is_told_as_such():
    register, accesses = a_register(), FakeAccesses()
    register.away = SourceUnavailable("paused")

    assert prefill(register, accesses=accesses) == Prefill(code="register-unavailable")
    assert accesses.entries == {}


def test_a_product_that_the_town_does_not_have():
    with pytest.raises(UnknownProduct):
        prefill(a_register(), product="no-such-product")


def test_a_product_that_the_town_switched_off_is_not_prefilled():
    accesses = FakeAccesses()

    with pytest.raises(UnknownProduct):
        prefill(a_register(), accesses=accesses, towns={TOWN: a_town(TOWN, products_off=("special",))})

    assert accesses.entries == {}


def test_a_town_that_is_not_there_is_not_found():
    with pytest.raises(NotFound):
        prefill(a_register(), town="99999")


def test_a_child_is_of_age_when_its_birthday_begins_in_belgium():
    register = a_register(a_dossier(TODDLER, born_on="2008-06-02", parents=(Parent(number=PARENT, authority=True),)))

    evening, midnight = (
        prefill(register, now=begin_of(date(2026, 6, 2)) - ago) for ago in (timedelta(milliseconds=1), timedelta())
    )

    assert TODDLER in [person.national_number for person in evening.subjects]
    assert TODDLER not in [person.national_number for person in midnight.subjects]
