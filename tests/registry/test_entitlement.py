"""Who may ask about whom, and what the register will not say even then."""

from dataclasses import replace
from datetime import date

import pytest

from services.contracts.errors import Refusal
from services.contracts.extracts import Request
from services.contracts.national_number import compose
from services.registry.askable import askable
from services.registry.domain import Dossier, Parent, Standing, is_minor, may_be_minor
from services.registry.inquiry import Answer, inquire
from tests.registry.fakes import (
    CHILD,
    GROWN,
    NOBODY,
    NOON,
    OTHER_TOWN,
    PARENT,
    PARTNER,
    STRANGER,
    TODDLER,
    TOWN,
    FakeRegister,
    a_dossier,
    a_household,
    a_product,
    a_register,
    gone,
)

SINGLE = (PARENT, "reference-person")


def ask(
    register: FakeRegister,
    *facts: str,
    applicant: str = PARENT,
    subject: str | None = None,
    capacity: str = "self",
    town: str = TOWN,
    capacities: tuple[str, ...] = ("self", "parent"),
) -> Answer:
    return inquire(
        Request(applicant=applicant, subject=subject or applicant, capacity=capacity),
        application_id="a1",
        town=town,
        product=a_product(*(facts or ("identity", "residence")), capacities=capacities),
        view=register.view(town=town),
        now=NOON,
    )


@pytest.mark.parametrize(
    ("born_on", "minor"),
    [
        ("2008-06-01", False),
        ("2008-06-02", True),
        ("2008-06-00", False),
        ("2008-07-00", True),
        ("2008-00-00", False),
        ("2009-00-00", True),
    ],
)
def test_a_minor_is_certainly_under_eighteen(born_on: str, minor: bool):
    assert is_minor(born_on, date(2026, 6, 1)) is minor


@pytest.mark.parametrize(
    ("born_on", "possible"),
    [
        ("2008-06-01", False),
        ("2008-06-02", True),
        ("2008-05-00", False),
        ("2008-06-00", True),
        ("2007-00-00", False),
        ("2008-00-00", True),
        ("2008-02-30", True),
    ],
)
def test_a_possible_minor_is_not_certainly_of_age(born_on: str, possible: bool):
    assert may_be_minor(born_on, date(2026, 6, 1)) is possible


def test_the_day_is_a_belgian_day():
    child = a_dossier(CHILD, born_on="2008-06-02", parents=(Parent(number=PARENT, authority=True),))
    late_evening = NOON.replace(hour=22, minute=30)  # half past midnight, the second of June, in Belgium

    answer = inquire(
        Request(applicant=PARENT, subject=CHILD, capacity="parent"),
        application_id="a1",
        town=TOWN,
        product=a_product("life"),
        view=a_register(child),
        now=late_evening,
    )

    assert answer.refusal is Refusal.NOT_ENTITLED


def test_a_resident_asks_about_self():
    answer = ask(a_register())

    assert answer.refusal is None
    assert answer.facts is not None


def offered(register: FakeRegister, *facts: str, citizen: str) -> list[tuple[str, str]]:
    people, _ = askable(citizen, town=TOWN, product=a_product("identity", *facts), view=register, now=NOON)
    return [(dossier.number, capacity) for dossier, capacity in people]


@pytest.mark.parametrize("applicant", [PARENT, PARTNER, STRANGER, GROWN])
@pytest.mark.parametrize("known", ["as it should be", "no dossier", "no children", "gone", "merged into nobody"])
def test_the_form_offers_whom_one_may_ask_about_and_nobody_else(applicant: str, known: str):
    """A parent need not have a dossier here, nor one that names the child: the child's decides."""
    register = a_register(a_dossier(STRANGER, household=None))
    dossier = register.dossiers_.pop(applicant)
    changes = {
        "as it should be": {},
        "no children": {"children": ()},
        "gone": {"registration": gone(Standing.MOVED_OUT)},
        "merged into nobody": {"registration": gone(Standing.MOVED_OUT), "replaced_by": NOBODY},
    }
    if known in changes:
        register.dossiers_[applicant] = replace(dossier, **changes[known])

    may = {
        number
        for number in (CHILD, TODDLER, GROWN, PARENT)
        if ask(register, "life", applicant=applicant, subject=number, capacity="parent").refusal is None
    }

    assert {number for number, capacity in offered(register, "life", citizen=applicant) if capacity == "parent"} == may
    if known in ("as it should be", "no children", "gone"):  # a household cannot be told without its members
        assert may == {PARENT: {CHILD, TODDLER}, PARTNER: {TODDLER}}.get(applicant, set())


def test_a_minor_asks_about_self():
    assert ask(a_register(), applicant=CHILD).facts is not None


@pytest.mark.parametrize("parent", [PARENT, PARTNER])
def test_a_parent_with_authority_asks_about_a_minor(parent: str):
    assert ask(a_register(), applicant=parent, subject=TODDLER, capacity="parent").facts is not None


@pytest.mark.parametrize(
    ("applicant", "subject", "capacity"),
    [
        (PARTNER, CHILD, "parent"),
        (PARENT, GROWN, "parent"),
        (PARENT, PARTNER, "parent"),
        (PARENT, PARENT, "parent"),
        (PARENT, PARTNER, "self"),
        (STRANGER, TODDLER, "parent"),
        (CHILD, PARENT, "parent"),
        (PARENT, TODDLER, "mandate"),
        (PARENT, NOBODY, "parent"),
        (PARENT, "12345678901", "parent"),
    ],
    ids=[
        "parent without authority",
        "child of age",
        "spouse",
        "self as parent",
        "another as self",
        "stranger",
        "child about parent",
        "capacity nobody has",
        "nobody's number",
        "no number at all",
    ],
)
def test_whoever_may_not_ask_learns_nothing_else(applicant: str, subject: str, capacity: str):
    answer = ask(a_register(a_dossier(STRANGER)), applicant=applicant, subject=subject, capacity=capacity)

    assert (answer.refusal, answer.facts) == (Refusal.NOT_ENTITLED, None)


def test_a_product_for_self_only_is_not_for_parents():
    answer = ask(a_register(), subject=TODDLER, capacity="parent", capacities=("self",))

    assert answer.refusal is Refusal.NOT_ENTITLED


def test_a_parent_need_not_live_here():
    register = a_register(a_dossier(PARENT, registration=gone(Standing.MOVED_OUT)))

    assert ask(register, subject=CHILD, capacity="parent").facts is not None
    assert ask(register).refusal is Refusal.MOVED_OUT


@pytest.mark.parametrize("standing", [Standing.DECEASED, Standing.DECLARED_ABSENT])
@pytest.mark.parametrize("into", [None, NOBODY])
def test_a_dead_or_absent_parent_asks_nothing_whatever_the_dossier_was_merged_into(
    standing: Standing, into: str | None
):
    dossier = a_dossier(PARENT, registration=gone(standing), replaced_by=into, children=(CHILD, TODDLER))
    register = a_register(dossier)

    for product in ("life", "residence"):
        assert ask(register, product, subject=TODDLER, capacity="parent").refusal is Refusal.NOT_ENTITLED
        assert [number for number, capacity in offered(register, product, citizen=PARENT) if capacity == "parent"] == []


@pytest.mark.parametrize(
    ("standing", "refusal"),
    [
        (Standing.DECEASED, Refusal.DECEASED),
        (Standing.MOVED_OUT, Refusal.MOVED_OUT),
        (Standing.EMIGRATED, Refusal.EMIGRATED),
        (Standing.STRUCK_OFF, Refusal.STRUCK_OFF),
    ],
)
def test_who_left_is_told_how(standing: Standing, refusal: Refusal):
    answer = ask(a_register(a_dossier(STRANGER, registration=gone(standing))), "life", applicant=STRANGER)

    assert answer.refusal is refusal


def test_who_is_not_in_the_register_is_no_resident():
    assert ask(a_register(), applicant=NOBODY).refusal is Refusal.NOT_A_RESIDENT


def test_who_lives_in_another_town_does_not_exist_here():
    register = a_register()

    assert ask(register, town=OTHER_TOWN).refusal is Refusal.NOT_A_RESIDENT
    assert ask(register, subject=CHILD, capacity="parent", town=OTHER_TOWN).refusal is Refusal.NOT_ENTITLED


def test_a_number_that_is_none_is_nobody():
    register = a_register()

    assert ask(register, applicant="85073003329").refusal is Refusal.UNKNOWN_PERSON
    assert register.asked == []


def protected(number: str, **more: object) -> Dossier:
    return a_dossier(number, protected_address=True, **more)


@pytest.mark.parametrize("facts", [("residence",), ("household",)])
def test_a_protected_address_is_not_put_on_paper(facts: tuple[str, ...]):
    assert ask(a_register(protected(PARENT)), *facts).refusal is Refusal.PROTECTED_ADDRESS


def test_facts_without_an_address_are_given_all_the_same():
    assert ask(a_register(protected(PARENT)), "identity", "life").facts is not None


def test_one_protected_member_protects_the_household():
    register = a_register(protected(PARTNER))

    assert ask(register, "household").refusal is Refusal.PROTECTED_ADDRESS
    assert ask(register, "residence", subject=CHILD, capacity="parent").refusal is Refusal.PROTECTED_ADDRESS


def test_an_unprotected_member_tells_nobody_anything_new_by_its_own_residence():
    assert ask(a_register(protected(PARTNER)), "residence").facts is not None


def test_a_collective_household_has_no_composition():
    register = a_register(household=a_household((PARENT, "unrelated"), (STRANGER, "unrelated"), collective=True))

    assert ask(register, "household").refusal is Refusal.COLLECTIVE_HOUSEHOLD
    assert ask(register, "residence").facts is not None


def test_a_protected_neighbour_in_a_care_home_stops_nobody():
    household = a_household((PARENT, "unrelated"), (STRANGER, "unrelated"), collective=True)
    register = a_register(protected(STRANGER), household=household)

    assert ask(register, "residence").facts is not None


def test_a_merged_number_leads_to_the_current_dossier():
    old, older = compose(1985, 7, 30, 3), compose(1985, 7, 30, 5, bis=40)
    register = a_register(a_dossier(older, replaced_by=old), a_dossier(old, replaced_by=PARENT))

    answer = ask(register, "identity", applicant=older)

    assert answer.facts is not None
    assert answer.facts.parts["identity"].national_number == PARENT


def test_an_old_and_a_current_number_are_one_person():
    old = compose(1985, 7, 30, 3)
    register = a_register(a_dossier(old, replaced_by=PARENT))

    assert ask(register, applicant=old, subject=PARENT).facts is not None
    assert ask(register, applicant=old, subject=CHILD, capacity="parent").facts is not None
