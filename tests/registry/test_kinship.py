"""Who may ask about whom beyond a minor child: what the dossiers say, and nothing is told to anybody else."""

from datetime import date
from typing import Any

import pytest

from services.contracts.national_number import compose
from services.registry.domain import CivilState, CivilStatus, Dossier, LegalCohabitation, Parent, Standing
from services.registry.kinship import capacity_of, may_ask
from services.registry.merges import find
from tests.registry.fakes import FakeRegister, a_dossier, gone

TODAY = date(2026, 6, 1)
GRAND, MOTHER, CHILD, GRANDCHILD = (compose(year, 1, 2, 1) for year in (1935, 1960, 1985, 2015))
SPOUSE, OTHER, OLD = compose(1986, 1, 2, 2), compose(1970, 1, 2, 3), compose(1985, 1, 2, 41, bis=40)


def a_person(number: str, year: int, **chosen: Any) -> Dossier:
    return a_dossier(number, born_on=f"{year}-01-02", **chosen)


def a_family(**changed: Dossier) -> FakeRegister:
    """Grandmother, mother, child, grandchild; the child is married."""
    people = {
        "grand": a_person(GRAND, 1935),
        "mother": a_person(MOTHER, 1960, parents=(Parent(number=GRAND, authority=False),)),
        "child": a_person(
            CHILD,
            1985,
            parents=(Parent(number=MOTHER, authority=False),),
            civil_status=CivilStatus(state=CivilState.MARRIED, partner=SPOUSE),
        ),
        "grandchild": a_person(GRANDCHILD, 2015, parents=(Parent(number=CHILD, authority=True),)),
        "spouse": a_person(SPOUSE, 1986, civil_status=CivilStatus(state=CivilState.MARRIED, partner=CHILD)),
        "other": a_person(OTHER, 1970),
        **changed,
    }
    return FakeRegister({each.number: each for each in people.values()}, None)


def allowed(register: FakeRegister, capacity: str, applicant: str, subject: str) -> bool:
    asking, about = find(applicant, register), find(subject, register)
    numbers = asking.all_numbers(())
    return may_ask(capacity=capacity, applicant=asking, numbers=numbers, subject=about, view=register, on=TODAY)


@pytest.mark.parametrize(
    ("capacity", "applicant", "subject", "expected"),
    [
        ("descendant", CHILD, MOTHER, True),
        ("descendant", CHILD, GRAND, True),
        ("descendant", GRANDCHILD, GRAND, True),
        ("descendant", MOTHER, CHILD, False),
        ("descendant", OTHER, GRAND, False),
        ("ascendant", MOTHER, CHILD, True),
        ("ascendant", GRAND, CHILD, True),
        ("ascendant", CHILD, MOTHER, False),
        ("ascendant", OTHER, CHILD, False),
        ("spouse", CHILD, SPOUSE, True),
        ("spouse", SPOUSE, CHILD, True),
        ("spouse", CHILD, MOTHER, False),
        ("spouse", OTHER, CHILD, False),
        ("anyone", CHILD, CHILD, True),
        ("anyone", CHILD, MOTHER, False),
        ("descendant", CHILD, CHILD, False),
    ],
)
def test_a_relation_is_what_the_dossiers_say(capacity: str, applicant: str, subject: str, expected: bool):
    assert allowed(a_family(), capacity, applicant, subject) is expected


def test_of_a_minor_only_the_parent_with_authority_asks_as_its_parent():
    """A parent from whom a child is hidden would otherwise ask as its ascendant."""
    assert not allowed(a_family(), "ascendant", CHILD, GRANDCHILD)
    assert not allowed(a_family(), "ascendant", MOTHER, GRANDCHILD)


def test_whoever_is_protected_is_asked_about_by_none_of_them():
    hidden = a_family(
        mother=a_person(MOTHER, 1960, protected_address=True, parents=(Parent(number=GRAND, authority=False),)),
        spouse=a_person(
            SPOUSE,
            1986,
            protected_address=True,
            civil_status=CivilStatus(state=CivilState.MARRIED, partner=CHILD),
        ),
    )

    assert not allowed(hidden, "descendant", CHILD, MOTHER)
    assert not allowed(hidden, "ascendant", GRAND, MOTHER)
    assert not allowed(hidden, "spouse", CHILD, SPOUSE)


def test_a_divorced_spouse_is_none_and_a_widow_is_one():
    divorced = a_family(
        child=a_person(CHILD, 1985, civil_status=CivilStatus(state=CivilState.DIVORCED, partner=SPOUSE))
    )
    widowed = a_family(
        spouse=a_person(SPOUSE, 1986, civil_status=CivilStatus(state=CivilState.WIDOWED, partner=CHILD)),
        child=a_person(
            CHILD,
            1985,
            registration=gone(Standing.DECEASED),
            civil_status=CivilStatus(state=CivilState.MARRIED, partner=SPOUSE),
        ),
    )

    assert not allowed(divorced, "spouse", CHILD, SPOUSE)
    assert not allowed(divorced, "spouse", SPOUSE, CHILD)
    assert allowed(widowed, "spouse", SPOUSE, CHILD)
    assert not allowed(widowed, "spouse", CHILD, SPOUSE)  # the dead ask nothing


WIDOW = a_person(SPOUSE, 1986, civil_status=CivilStatus(state=CivilState.WIDOWED, partner=CHILD))


def a_dead(state: CivilState, partner: str | None = None, **chosen: Any) -> Dossier:
    status = CivilStatus(state=state, partner=partner)
    return a_person(CHILD, 1985, **{"registration": gone(Standing.DECEASED), "civil_status": status, **chosen})


@pytest.mark.parametrize(
    ("dead", "expected"),
    [
        (a_dead(CivilState.MARRIED, SPOUSE), True),
        (a_dead(CivilState.MARRIED), True),
        (a_dead(CivilState.UNMARRIED), True),
        (a_dead(CivilState.NOT_SAID), True),
        (a_dead(CivilState.MARRIED, OTHER), False),
        (a_dead(CivilState.DIVORCED), False),
        (a_dead(CivilState.DIVORCED, SPOUSE), False),
        (a_dead(CivilState.WIDOWED, OTHER), False),
        (a_dead(CivilState.UNMARRIED, protected_address=True), False),
        (a_dead(CivilState.UNMARRIED, registration=gone(Standing.MOVED_OUT)), False),
    ],
)
def test_the_survivors_dossier_says_of_whom_they_are_widowed(dead: Dossier, expected: bool):
    register = a_family(spouse=WIDOW, child=dead)

    assert allowed(register, "spouse", SPOUSE, CHILD) is expected
    assert not allowed(register, "spouse", OTHER, CHILD)


def test_the_dead_ones_dossier_alone_makes_nobody_a_widow():
    register = a_family(spouse=a_person(SPOUSE, 1986), child=a_dead(CivilState.MARRIED, SPOUSE))

    assert not allowed(register, "spouse", SPOUSE, CHILD)


@pytest.mark.parametrize(
    ("theirs", "of_the_dead", "expected"),
    [("2024-01-01", "2024-01-01", True), ("2024-01-01", None, True), ("2023-12-31", None, False), (None, "", False)],
)
def test_a_legal_cohabitation_that_death_ended_counts(theirs: str | None, of_the_dead: str | None, expected: bool):
    """The dead one's standing is since 2024-01-01; "" is a dossier without a cohabitation."""
    ended = LegalCohabitation(partner=OTHER, since="2010-01-01", until=of_the_dead)
    register = a_family(
        mother=a_person(
            MOTHER,
            1960,
            registration=gone(Standing.DECEASED),
            cohabitation=None if of_the_dead == "" else ended,
        ),
        other=a_person(OTHER, 1970, cohabitation=LegalCohabitation(partner=MOTHER, since="2010-01-01", until=theirs)),
    )

    assert allowed(register, "spouse", OTHER, MOTHER) is expected


def test_a_legal_cohabitation_counts_until_it_ends():
    def living_together(until: str | None) -> FakeRegister:
        return a_family(
            mother=a_person(
                MOTHER, 1960, cohabitation=LegalCohabitation(partner=OTHER, since="2010-01-01", until=until)
            ),
            other=a_person(
                OTHER, 1970, cohabitation=LegalCohabitation(partner=MOTHER, since="2010-01-01", until=until)
            ),
        )

    assert allowed(living_together(None), "spouse", MOTHER, OTHER)
    assert not allowed(living_together("2020-01-01"), "spouse", MOTHER, OTHER)


def test_somebody_is_found_under_an_old_number():
    merged = a_family(
        grandchild=a_person(GRANDCHILD, 2000, parents=(Parent(number=OLD, authority=True),)),
        old=a_person(OLD, 1985, replaced_by=CHILD),
    )

    assert allowed(merged, "ascendant", CHILD, GRANDCHILD)
    assert allowed(merged, "descendant", GRANDCHILD, CHILD)


def test_nobody_is_asked_about_whose_dossier_is_not_here():
    assert not allowed(a_family(), "descendant", CHILD, compose(1950, 1, 1, 77))


@pytest.mark.parametrize(
    ("asked", "is_self", "fields", "expected"),
    [
        ("self", True, {}, ("self",)),
        ("self", True, {"deed-of": "public"}, ("anyone",)),
        ("self", True, {"deed-of": "person"}, ("self",)),
        ("parent", False, {}, ("parent", "spouse", "descendant")),
        ("nobody", False, {}, ()),
    ],
)
def test_in_which_capacities_somebody_may_be_meant_to_ask(
    asked: str, is_self: bool, fields: dict[str, str], expected: tuple[str, ...]
):
    offered = ("self", "parent", "spouse", "descendant", "anyone")

    assert capacity_of(asked=asked, is_self=is_self, fields=fields, offered=offered) == expected
