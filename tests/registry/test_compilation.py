"""An extract holds what the product declares, and nothing else."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.facts import FACTS, Facts, Request
from services.registry.compilation import Inconsistent
from services.registry.domain import Standing, Stay
from services.registry.inquiry import inquire
from tests.registry.fakes import (
    EARLIER,
    HOME,
    NOON,
    PARENT,
    PARTNER,
    TOWN,
    FakeRegister,
    a_dossier,
    a_household,
    a_product,
    a_register,
    gone,
)


def compiled(register: FakeRegister, *facts: str, capacity: str = "self", subject: str = PARENT) -> Facts:
    answer = inquire(
        Request(applicant=PARENT, subject=subject, capacity=capacity, fields={"purpose": "school"}),
        application_id="a1",
        town=TOWN,
        product=a_product(*facts),
        view=register,
        now=NOON,
    )
    assert answer.facts is not None
    return answer.facts


@given(st.sets(st.sampled_from(FACTS)))
def test_only_declared_facts_are_filled_in(declared: set[str]):
    facts = compiled(a_register(), *declared)

    filled = {field.name for field in fields(Facts) if field.name in FACTS and getattr(facts, field.name) is not None}
    assert filled == declared


def test_no_dossier_is_opened_that_the_product_does_not_need():
    register = a_register()

    compiled(register, "identity", "residence")

    assert register.asked == [PARENT]


def test_the_residence_is_the_last_stay():
    residence = compiled(a_register(), "residence").residence

    assert residence is not None
    assert (residence.address, residence.since.isoformat()) == (HOME, "2019-04-15")


def test_a_household_begins_with_the_reference_person_and_goes_on_by_age():
    household = compiled(a_register(), "household").household

    assert household is not None
    assert [member.born_on for member in household.members] == [
        "1985-07-30",
        "1987-03-12",
        "2006-01-01",
        "2015-05-04",
        "2021-09-21",
    ]
    assert [member.relation for member in household.members[:3]] == ["reference-person", "spouse", "child"]


def test_a_member_who_died_is_no_member():
    register = a_register(a_dossier(PARTNER, registration=gone(Standing.DECEASED)))

    household = compiled(register, "household").household

    assert household is not None
    assert len(household.members) == 4


def test_what_the_citizen_filled_in_travels_along():
    assert compiled(a_register(), "life").fields == {"purpose": "school"}


@pytest.mark.parametrize(
    ("register", "facts", "what"),
    [
        (a_register(a_dossier(stays=())), "residence", "resident-without-address"),
        (
            a_register(a_dossier(stays=(Stay(address=EARLIER, since="2010-01-01", until="2020-01-01"),))),
            "residence",
            "resident-without-address",
        ),
        (a_register(a_dossier(household="another")), "household", "resident-without-household"),
        (
            a_register(household=a_household((PARENT, "reference-person"), ("85073003328", "child"))),
            "household",
            "household-lacks-1-dossiers",
        ),
        (
            a_register(household=a_household((PARENT, "child"), (PARTNER, "child"))),
            "household",
            "household-without-one-reference-person",
        ),
        (a_register(a_dossier(replaced_by=PARENT)), "life", "merges-without-end"),
    ],
)
def test_a_register_that_contradicts_itself_gives_no_false_certificate(register: FakeRegister, facts: str, what: str):
    with pytest.raises(Inconsistent) as told:
        compiled(register, facts)

    assert told.value.what == what
