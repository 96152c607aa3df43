"""What is told to who mends a register: whom a contradiction concerns, with the look in the access log."""

from dataclasses import replace

import pytest

from services.contracts.attests import FEDERAL_ATTEST
from services.contracts.catalogue import products
from services.contracts.extracts import Request
from services.contracts.plans import plan_of
from services.registry.domain import SourceUnavailable, Standing
from services.registry.extract import Extract, State
from services.registry.repair import Fault, look_into
from tests.registry.contradictory import contradictions
from tests.registry.fakes import (
    CHILD,
    NOON,
    PARENT,
    PARTNER,
    FakeAccesses,
    FakeRegister,
    a_dossier,
    a_register,
    an_extract,
    gone,
)


def look(
    register: FakeRegister, product: str, *, accesses: FakeAccesses | None = None, extract: Extract | None = None
) -> Fault:
    return look_into(
        extract or replace(an_extract(), product=product),
        Request(applicant=PARENT, subject=PARENT, capacity="self"),
        product=products()[product],
        register=register,
        accesses=accesses or FakeAccesses(),
        operator="operator:somebody",
        reason="ticket 12",
        access_id="look-1",
        now=NOON,
    )


@pytest.mark.parametrize("way", contradictions())
def test_every_contradiction_names_a_dossier_or_an_entry(way: str):
    kind, (register, product) = contradictions()[way]

    fault = look(register, product)

    assert fault.kind == kind
    assert fault.numbers or fault.household


@pytest.mark.parametrize("standing", [Standing.DECEASED, Standing.MOVED_OUT])
def test_the_dossier_at_fault_is_the_members_where_the_membership_was_not_closed(standing: Standing):
    register = a_register(a_dossier(PARTNER, born_on="1987-03-12", registration=gone(standing)))

    fault = look(register, "household-composition")

    assert fault == Fault(kind="membership-not-closed", numbers=(PARTNER,), household="h1")


def test_a_member_without_a_dossier_is_named_by_the_number_that_is_listed():
    register = a_register()
    del register.dossiers_[CHILD]

    assert look(register, "household-composition").numbers == (CHILD,)


def test_what_is_mended_is_said_to_be_and_no_fact_leaves():
    assert look(a_register(), "residence") == Fault(kind=None)


def test_the_look_is_logged_with_who_looked_and_why():
    accesses = FakeAccesses()

    look(a_register(a_dossier(household=None)), "household-composition", accesses=accesses)

    entry = accesses.only()
    assert (entry.purpose, entry.by, entry.reason) == ("repair", "operator:somebody", "ticket 12")
    assert (entry.application_id, entry.outcome) == ("a1", "register-contradicted")
    assert PARENT in entry.about


def test_a_register_that_is_away_says_nothing_of_a_fault():
    register, accesses = a_register(), FakeAccesses()
    register.away = SourceUnavailable("paused")

    with pytest.raises(SourceUnavailable):
        look(register, "residence", accesses=accesses)

    assert accesses.entries == {}


@pytest.mark.parametrize(
    ("product", "kind"), [("residence", "attest-seal-broken"), ("birth-deed-extract", "deed-of-another")]
)
def test_what_a_source_beside_the_population_contradicts_is_named_as_it_was(product: str, kind: str):
    facts = (*products()[product].facts, *([FEDERAL_ATTEST] if product == "residence" else []))
    plan = replace(plan_of(products()[product]), facts=facts)
    extract = replace(an_extract(), product=product, plan=plan, state=State.CONTRADICTED, code=kind)

    assert look(a_register(), product, extract=extract) == Fault(kind=kind)
