"""A merged number is followed wherever it is met: asked with, asked about, a parent's, a child's, a member's."""

from dataclasses import replace
from typing import Any

import pytest

from services.contracts.errors import Refusal
from services.contracts.extracts import Facts, Request
from services.contracts.national_number import compose
from services.contracts.registry import Numbers, ReadNumbers, ReadPrefill
from services.registry.access import GIVEN
from services.registry.contradictions import Contradiction, Inconsistent
from services.registry.domain import Parent, Registration, SourceUnavailable, Standing
from services.registry.handlers import compile_extract, read_numbers, read_prefill
from services.registry.inquiry import Answer, inquire
from services.registry.merges import numbers_of
from tests.registry.fakes import (
    CHILD,
    GROWN,
    NOBODY,
    NOON,
    PARENT,
    PARTNER,
    STRANGER,
    TODDLER,
    TOWN,
    TOWNS,
    Desk,
    FakeAccesses,
    FakeRegister,
    a_cause,
    a_dossier,
    a_family,
    a_household,
    a_product,
    a_register,
    gone,
)

OLD, OLDER = compose(1985, 7, 30, 3), compose(1985, 7, 30, 5, bis=40)
OLD_CHILD = compose(2015, 5, 4, 3)


def merged(old: str, into: str) -> object:
    return a_dossier(old, replaced_by=into)


def ask(
    register: FakeRegister, *facts: str, applicant: str = PARENT, subject: str = "", capacity: str = "self"
) -> Answer:
    return inquire(
        Request(applicant=applicant, subject=subject or applicant, capacity=capacity),
        application_id="a1",
        town=TOWN,
        product=a_product("identity", *facts),
        view=register,
        now=NOON,
    )


def facts_of(answer: Answer) -> Facts:
    assert answer.refusal is None
    assert answer.facts is not None
    return answer.facts


def part_of(answer: Answer, fact: str) -> Any:
    return facts_of(answer).parts[fact]


def listed_as(old: str, number: str, register: FakeRegister) -> FakeRegister:
    """The same register, whose household lists somebody under an old number."""
    assert register.household_ is not None
    members = tuple(
        replace(each, number=old) if each.number == number else each for each in register.household_.members
    )
    register.household_ = replace(register.household_, members=members)
    return register


@pytest.mark.parametrize("who", [PARENT, PARTNER, CHILD, TODDLER, GROWN])
@pytest.mark.parametrize("applicant", [PARENT, PARTNER])
def test_a_member_listed_under_an_old_number_stays_a_member(who: str, applicant: str):
    register = listed_as(OLDER, who, a_register(merged(OLDER, OLD), merged(OLD, who)))

    household = part_of(ask(register, "household", applicant=applicant), "household")

    assert household == part_of(ask(a_register(), "household", applicant=applicant), "household")


def test_a_residence_is_given_to_who_is_listed_under_an_old_number():
    register = listed_as(OLD, PARENT, a_register(merged(OLD, PARENT)))

    assert part_of(ask(register, "residence"), "residence") == part_of(ask(a_register(), "residence"), "residence")


def test_a_merge_of_many_numbers_is_followed_to_its_end():
    chain = [compose(1985, 7, 30, 11 + 2 * n) for n in range(40)]
    links = [merged(old, into) for old, into in zip(chain, [*chain[1:], PARENT], strict=True)]

    assert part_of(ask(a_register(*links), applicant=chain[0]), "identity") == part_of(
        ask(a_register(*links)), "identity"
    )


def test_the_number_on_paper_is_the_current_one_and_the_former_ones_travel_along():
    identity = part_of(ask(a_register(merged(OLD, PARENT), merged(OLDER, OLD)), applicant=OLDER), "identity")

    assert identity is not None
    assert (identity.national_number, set(identity.former_numbers)) == (PARENT, {OLD, OLDER})


@pytest.mark.parametrize("applicant", [PARENT, OLD, OLDER])
@pytest.mark.parametrize("listed", [PARENT, OLD, OLDER])
@pytest.mark.parametrize("subject", [CHILD, OLD_CHILD])
def test_parent_and_child_are_known_by_any_of_their_numbers(applicant: str, listed: str, subject: str):
    child = a_dossier(CHILD, born_on="2015-05-04", parents=(Parent(number=listed, authority=True),))
    register = a_register(child, merged(OLD_CHILD, CHILD), merged(OLD, PARENT), merged(OLDER, OLD))

    answer = ask(register, "residence", applicant=applicant, subject=subject, capacity="parent")

    assert facts_of(answer).parts["identity"] == part_of(ask(register, applicant=CHILD), "identity")


@pytest.mark.parametrize("authority", [(True, False), (False, True), (False, False)])
def test_authority_that_was_taken_away_is_not_asked_for_under_another_number(authority: tuple[bool, bool]):
    parents = tuple(
        Parent(number=number, authority=each) for number, each in zip((OLD, PARENT), authority, strict=True)
    )
    register = a_register(a_dossier(CHILD, born_on="2015-05-04", parents=parents), merged(OLD, PARENT))

    for applicant in (OLD, PARENT):
        assert ask(register, applicant=applicant, subject=CHILD, capacity="parent").refusal is Refusal.NOT_ENTITLED


@pytest.mark.parametrize(("applicant", "subject"), [(OLD, PARENT), (PARENT, OLD), (OLD, OLDER)])
@pytest.mark.parametrize("capacity", ["self", "parent"])
def test_who_asks_about_an_own_other_number_asks_about_self(applicant: str, subject: str, capacity: str):
    register = a_register(merged(OLD, PARENT), merged(OLDER, PARENT))

    identity = facts_of(ask(register, "household", applicant=applicant, subject=subject, capacity=capacity)).parts[
        "identity"
    ]

    assert identity is not None
    assert identity.national_number == PARENT


def test_a_parent_who_died_under_an_old_number_asks_nothing():
    register = a_register(merged(OLD, PARENT), a_dossier(PARENT, registration=gone(Standing.DECEASED)))

    assert ask(register, applicant=OLD, subject=CHILD, capacity="parent").refusal is Refusal.NOT_ENTITLED


def test_who_left_and_was_merged_elsewhere_is_no_resident():
    left = a_dossier(OLD, registration=gone(Standing.MOVED_OUT), replaced_by=NOBODY)

    assert ask(a_register(left), applicant=OLD).refusal is Refusal.NOT_A_RESIDENT


@pytest.mark.parametrize("into", [OLD_CHILD, NOBODY])
def test_a_stranger_does_not_learn_that_the_register_contradicts_itself(into: str):
    """A ring, or a dossier that is not there. Nor does a parent: who is protected in the current one cannot be seen."""
    child = next(each for each in a_family() if each.number == CHILD)
    register = a_register(replace(child, replaced_by=into), replace(child, number=OLD_CHILD, replaced_by=CHILD))

    for applicant in (STRANGER, PARTNER, PARENT):
        assert ask(register, applicant=applicant, subject=CHILD, capacity="parent").refusal is Refusal.NOT_ENTITLED


def test_nor_that_a_dossier_cannot_be_read_or_a_birth_is_impossible():
    child = next(each for each in a_family() if each.number == CHILD)
    register = a_register(replace(child, born_on="2015-02-30"))

    assert ask(register, applicant=STRANGER, subject=CHILD, capacity="parent").refusal is Refusal.NOT_ENTITLED
    with pytest.raises(Inconsistent, match=Contradiction.DATE_IMPOSSIBLE):
        ask(register, applicant=PARENT, subject=CHILD, capacity="parent")


def test_an_application_filed_before_the_merge_is_answered_after_it():
    desk = Desk(a_register(family=True))
    desk.register.away = SourceUnavailable("paused")
    compile_extract(desk.submitted("household-composition"), a_cause(), **desk.ports())
    people = [replace(each, number=OLD) if each.number == PARENT else each for each in a_family()]
    household = a_household(
        (OLD, "reference-person"), (PARTNER, "spouse"), (TODDLER, "child"), (CHILD, "child"), (GROWN, "child")
    )
    desk.register = a_register(*people, merged(PARENT, OLD), household=household, family=False)

    again = desk.requested(desk.submitted("household-composition"))
    compile_extract(again, a_cause(2, type=type(again).TYPE), **desk.ports())

    facts = desk.facts.unlock(Facts, desk.emitted()[-1].facts, bound_to="a1")  # type: ignore[attr-defined]
    assert facts.parts["identity"].national_number == OLD
    assert len(facts.parts["household"].members) == 5


def test_a_prefill_shows_each_child_once_by_the_current_number():
    parent = a_dossier(PARENT, children=(OLD_CHILD, CHILD, TODDLER))
    register = a_register(
        parent, merged(OLD_CHILD, CHILD), a_dossier(OLD, replaced_by=PARENT, children=(GROWN, TODDLER))
    )

    for citizen in (PARENT, OLD):
        found = read_prefill(
            ReadPrefill(town=TOWN, citizen=citizen, product="special"),
            register=register,
            accesses=FakeAccesses(),
            towns=TOWNS,
            products={"special": a_product("identity", "life")},
            access_id="look",
            now=NOON,
        )
        assert [each.national_number for each in found.subjects] == [PARENT, CHILD, TODDLER]


def told(register: FakeRegister, citizen: str, accesses: FakeAccesses | None = None) -> Numbers:
    return read_numbers(
        ReadNumbers(town=TOWN, citizen=citizen),
        register=register,
        accesses=accesses or FakeAccesses(),
        access_id="look",
        now=NOON,
    )


@pytest.mark.parametrize(
    "links",
    [
        ((OLD, PARENT), (OLDER, OLD)),
        ((OLD, PARENT), (OLDER, PARENT)),
        ((OLD, PARENT), (PARENT, OLD), (OLDER, OLD)),
        ((OLD, NOBODY), (PARENT, NOBODY), (OLDER, OLD)),
    ],
    ids=["chain", "two into one", "ring", "into one that is not there"],
)
def test_all_numbers_of_somebody_are_told_whichever_is_asked_with(links: tuple[tuple[str, str], ...]):
    register = a_register(*(a_dossier(old, replaced_by=into) for old, into in links))
    everything = {PARENT, OLD, OLDER, *(into for _, into in links)}

    for citizen in sorted(everything):
        answer = told(register, citizen)
        assert {citizen, *answer.others} == everything
        assert citizen not in answer.others


def test_who_was_never_merged_has_one_number():
    assert told(a_register(merged(OLD, PARENT)), PARTNER) == Numbers()
    assert told(a_register(merged(OLD, PARENT)), NOBODY) == Numbers()
    assert told(a_register(), "no number") == Numbers()


def test_a_number_that_is_none_is_nobodys():
    assert told(a_register(a_dossier("1", replaced_by=PARENT)), PARENT) == Numbers()


def test_a_register_that_is_away_says_so():
    register = a_register()
    register.away = SourceUnavailable("paused")

    assert told(register, PARENT).code == "register-unavailable"


def test_asking_for_numbers_is_a_look_that_is_logged():
    accesses = FakeAccesses()

    told(a_register(merged(OLD, PARENT)), PARENT, accesses)

    look = accesses.only()
    assert (look.purpose, look.product, look.by, look.outcome) == ("numbers", None, PARENT, GIVEN)
    assert set(look.about) == {PARENT, OLD}


def test_looks_under_any_number_of_somebody_are_found():
    desk = Desk(a_register())
    compile_extract(desk.submitted("life"), a_cause(), **desk.ports())
    people = [replace(each, number=OLD) if each.number == PARENT else each for each in a_family()]
    register = a_register(*people, merged(PARENT, OLD), family=False)

    found = desk.accesses.about(*numbers_of(OLD, register), town=TOWN)

    assert found == [desk.accesses.only()]


def test_a_registration_that_began_today_has_begun():
    today = Registration(standing=Standing.RESIDENT, since="2026-06-01")

    assert ask(a_register(a_dossier(registration=today))).refusal is None
