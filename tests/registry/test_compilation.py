"""An extract holds what the product declares, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from services.contracts.extracts import Facts, Request
from services.registry.facts import known_facts, of_population
from services.registry.inquiry import inquire
from tests.registry.fakes import (
    HOME,
    NOON,
    PARENT,
    TOWN,
    FakeRegister,
    a_product,
    a_register,
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


RESIDENT_FACTS = sorted({fact.name for fact in of_population(known_facts().values())} - {"departure"})


@given(st.sets(st.sampled_from(RESIDENT_FACTS)))
def test_only_declared_facts_are_filled_in(declared: set[str]):
    facts = compiled(a_register(), *declared)

    assert set(facts.parts) == declared


def test_no_dossier_is_opened_that_the_product_does_not_need():
    register = a_register()

    compiled(register, "identity", "residence")

    assert register.asked == [PARENT]


def test_the_residence_is_the_last_stay():
    residence = compiled(a_register(), "residence").parts["residence"]

    assert (residence.address, residence.since.isoformat()) == (HOME, "2019-04-15")


def test_a_household_begins_with_the_reference_person_and_goes_on_by_age():
    household = compiled(a_register(), "household").parts["household"]

    assert [member.born_on for member in household.members] == [
        "1985-07-30",
        "1987-03-12",
        "2006-01-01",
        "2015-05-04",
        "2021-09-21",
    ]
    assert [member.relation for member in household.members[:3]] == ["reference-person", "spouse", "child"]


def test_what_the_citizen_filled_in_travels_along():
    assert compiled(a_register(), "life").fields == {"purpose": "school"}
