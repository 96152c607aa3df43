"""Nobody learns that somebody outside the household is protected: the answers are those where nobody is.

HOME is a house with several households at one address, as where no boxes are written.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from services.contracts.extracts import Request
from services.contracts.national_number import compose
from services.contracts.registry import Prefill, ReadPrefill
from services.registry.contradictions import Inconsistent
from services.registry.domain import Dossier, Household, Parent, Standing, Stay
from services.registry.handlers import read_prefill
from services.registry.inquiry import inquire
from tests.registry.fakes import (
    CHILD,
    EARLIER,
    HOME,
    NOON,
    PARENT,
    PARTNER,
    STRANGER,
    TOWN,
    TOWNS,
    FakeAccesses,
    FakeRegister,
    a_dossier,
    a_household,
    a_product,
    a_register,
    gone,
)

OLD = compose(1970, 1, 1, 3)
BOTH = (Parent(number=PARENT, authority=True), Parent(number=PARTNER, authority=True))
FACTS = ("residence", "household", "life")
DESK, COLLECTIVE, GIVEN = "not-entitled", "collective-household", "given"


def home(*others: Dossier, household: Household | None = None, **father: object) -> FakeRegister:
    """PARTNER lives at HOME with CHILD; the other parent, PARENT, lives elsewhere in the town."""
    mother = a_dossier(PARTNER, born_on="1987-03-12", sex="F", children=(CHILD,))
    child = a_dossier(CHILD, born_on="2015-05-04", parents=BOTH)
    away = (Stay(address=EARLIER, since="2010-01-01"),)
    usual = {"household": "h9", "stays": away, "children": (CHILD,), **father}
    household = household or a_household((PARTNER, "reference-person"), (CHILD, "child"))
    return a_register(mother, child, a_dossier(PARENT, **usual), *others, household=household, family=False)


def stranger(**changes: object) -> Dossier:
    return a_dossier(STRANGER, **{"born_on": "1970-01-01", "household": "h7", **changes})


def listing_the_stranger(*, collective: bool = False, relation: str = "unrelated") -> Household:
    return a_household((PARTNER, "reference-person"), (CHILD, "child"), (STRANGER, relation), collective=collective)


def community() -> Household:
    return a_household((PARTNER, "unrelated"), (CHILD, "unrelated"), (STRANGER, "community-member"))


OUTSIDERS: dict[str, Callable[[bool], FakeRegister]] = {
    "a neighbour": lambda protected: home(stranger(protected_address=protected)),
    "a neighbour who has no household": lambda protected: home(stranger(household=None, protected_address=protected)),
    "a neighbour who was protected under an old number": lambda protected: home(
        stranger(), a_dossier(OLD, replaced_by=STRANGER, protected_address=protected)
    ),
    "who says to be of the household, which does not list them": lambda protected: home(
        stranger(household="h1", protected_address=protected)
    ),
    "a member by a stale list, at another address": lambda protected: home(
        stranger(stays=(Stay(address=EARLIER, since="2010-01-01"),), protected_address=protected),
        household=listing_the_stranger(),
    ),
    "a member by a stale list, who left the town": lambda protected: home(
        stranger(registration=gone(Standing.MOVED_OUT), household="h1", protected_address=protected),
        household=listing_the_stranger(),
    ),
    "somebody else in a collective household": lambda protected: home(
        stranger(household="h1", protected_address=protected), household=listing_the_stranger(collective=True)
    ),
    "somebody else in a community": lambda protected: home(
        stranger(household="h1", protected_address=protected), household=community()
    ),
    "the other parent, in a household of their own": lambda protected: home(
        protected_address=protected, stays=(Stay(address=HOME, since="2019-04-15"),)
    ),
    "the other parent, of whom nobody knows where": lambda protected: home(
        protected_address=protected, household=None, registration=gone(Standing.STRUCK_OFF)
    ),
}


def answer(register: FakeRegister, facts: str, *, applicant: str, subject: str) -> str:
    capacity = "self" if applicant == subject else "parent"
    try:
        told = inquire(
            Request(applicant=applicant, subject=subject, capacity=capacity),
            application_id="a1",
            town=TOWN,
            product=a_product("identity", facts),
            view=register,
            now=NOON,
        )
    except Inconsistent as found:
        return found.what
    return told.refusal.value if told.refusal else GIVEN


def form(register: FakeRegister, facts: str, *, citizen: str) -> Prefill:
    return read_prefill(
        ReadPrefill(town=TOWN, citizen=citizen, product="special"),
        register=register,
        accesses=FakeAccesses(),
        towns=TOWNS,
        products={"special": a_product("identity", facts)},
        access_id="look",
        now=NOON,
    )


@pytest.mark.parametrize("facts", FACTS)
@pytest.mark.parametrize("who", OUTSIDERS)
def test_a_protection_outside_the_household_changes_no_answer_to_who_lives_there(who: str, facts: str):
    unprotected, protected = (OUTSIDERS[who](each) for each in (False, True))

    for applicant, subject in ((PARTNER, CHILD), (CHILD, CHILD), (PARTNER, PARTNER)):
        told = [answer(each, facts, applicant=applicant, subject=subject) for each in (unprotected, protected)]
        assert told[0] == told[1] != "protected-address"
    for citizen in (PARTNER, CHILD):
        assert form(unprotected, facts, citizen=citizen) == form(protected, facts, citizen=citizen)


@pytest.mark.parametrize("who", OUTSIDERS)
def test_nor_what_the_register_is_asked_for_a_parent_who_lives_there(who: str):
    """Time and the access log tell, too."""
    registers = [OUTSIDERS[who](each) for each in (False, True)]

    for register in registers:
        answer(register, "residence", applicant=PARTNER, subject=CHILD)

    assert registers[0].asked == registers[1].asked


@pytest.mark.parametrize("protected", [True, False])
def test_a_parent_is_told_the_address_that_is_their_own(protected: bool):
    register = OUTSIDERS["a neighbour"](protected)

    for facts in FACTS:
        assert answer(register, facts, applicant=PARTNER, subject=CHILD) == GIVEN
    assert STRANGER not in register.asked


@pytest.mark.parametrize(
    ("who", "told"),
    [
        ("a neighbour", DESK),
        ("the other parent, of whom nobody knows where", DESK),
        ("somebody else in a community", COLLECTIVE),
    ],
)
@pytest.mark.parametrize("protected", [True, False])
def test_a_minor_who_asks_alone_is_sent_to_the_desk_from_an_address_of_several_households(
    who: str, told: str, protected: bool
):
    """Another parent may hold the minor's card, and the answer may not tell whether anybody there is protected."""
    register = OUTSIDERS[who](protected)

    assert [answer(register, facts, applicant=CHILD, subject=CHILD) for facts in FACTS] == [told, told, GIVEN]
    assert form(register, "residence", citizen=CHILD).code == told
    assert form(register, "life", citizen=CHILD).code is None


def test_a_minor_who_lives_there_with_the_own_household_only_asks_alone():
    for facts in FACTS:
        assert answer(home(), facts, applicant=CHILD, subject=CHILD) == GIVEN


@pytest.mark.parametrize("collective", [True, False])
def test_a_parent_who_is_protected_is_told_so_wherever_they_live(collective: bool):
    register = home(household=a_household((PARTNER, "unrelated"), (CHILD, "unrelated"), collective=collective))
    register.dossiers_[PARTNER] = replace(register.dossiers_[PARTNER], protected_address=True)

    for facts in ("residence", "household"):
        assert answer(register, facts, applicant=PARTNER, subject=CHILD) == "protected-address"


def test_a_protected_parent_at_the_address_in_another_household_gets_no_paper_with_it():
    register = OUTSIDERS["the other parent, in a household of their own"](True)

    assert answer(register, "residence", applicant=PARENT, subject=CHILD) == "protected-address"


@pytest.mark.parametrize("facts", FACTS)
def test_a_parent_who_lives_apart_is_still_told_nothing(facts: str):
    assert answer(OUTSIDERS["a neighbour"](True), facts, applicant=PARENT, subject=CHILD) == DESK
    assert answer(OUTSIDERS["a neighbour"](False), facts, applicant=PARENT, subject=CHILD) == GIVEN


def test_where_two_numbers_of_a_member_agree_the_protection_of_either_counts():
    member = stranger(household="h1")
    old = a_dossier(OLD, replaced_by=STRANGER, protected_address=True)
    register = home(member, old, household=listing_the_stranger())

    for applicant, subject in ((PARTNER, CHILD), (CHILD, CHILD), (PARTNER, PARTNER)):
        assert answer(register, "household", applicant=applicant, subject=subject) == "protected-address"
