"""For protection two entries are of two places only where that is certain, however officials wrote them down."""

from dataclasses import replace

import pytest

from services.contracts.catalogue import products
from services.contracts.errors import Refusal
from services.contracts.extracts import Request
from services.registry.askable import askable
from services.registry.domain import Parent, Stay
from services.registry.elsewhere import UNNUMBERED, house_numbers, is_certainly_elsewhere
from services.registry.inquiry import inquire
from tests.registry.fakes import (
    CHILD,
    EARLIER,
    NOON,
    PARENT,
    PARTNER,
    STRANGER,
    TOWN,
    FakeRegister,
    a_dossier,
    a_household,
    a_register,
)
from tests.registry.written_otherwise import CERTAINLY_TWO, PERHAPS_ONE, Pair

PRODUCTS = ("life", "residence", "household-composition")


@pytest.mark.parametrize("way", PERHAPS_ONE)
def test_what_may_be_one_dwelling_is_not_told_apart(way: str):
    one, other = PERHAPS_ONE[way]

    assert not is_certainly_elsewhere(one, other)
    assert not is_certainly_elsewhere(other, one)
    assert not is_certainly_elsewhere(one, one)


@pytest.mark.parametrize("way", CERTAINLY_TWO)
def test_what_is_certainly_another_is(way: str):
    one, other = CERTAINLY_TWO[way]

    assert is_certainly_elsewhere(one, other)
    assert is_certainly_elsewhere(other, one)


@pytest.mark.parametrize("way", PERHAPS_ONE)
def test_what_is_not_told_apart_is_found_by_what_it_is_looked_up_by(way: str):
    """Within one town, whose register is asked."""
    one, other = (set(house_numbers(each)) for each in PERHAPS_ONE[way])

    assert one & other or UNNUMBERED in one | other


@pytest.mark.parametrize("text", ["9" * 70_000, "1²" * 35_000, "a" * 70_000, "", "\u00bd", "\u216b", "\U00011066"])
def test_no_text_stops_the_comparison(text: str):
    one, other = PERHAPS_ONE["no box"]

    for part in ("house_number", "box", "postcode"):
        assert not is_certainly_elsewhere(replace(one, **{part: text}), replace(one, **{part: text}))
    is_certainly_elsewhere(replace(one, house_number=text, box=text), other)


def _beside_a_protected_mother(pair: Pair) -> FakeRegister:
    """CHILD with its grandmother; its mother, protected, in a household of her own in what may be the same dwelling."""
    here, there = ((Stay(address=each, since="2019-04-15"),) for each in pair)
    both = (Parent(number=PARENT, authority=True), Parent(number=PARTNER, authority=True))
    household = a_household((STRANGER, "reference-person"), (CHILD, "grandchild"))
    return a_register(
        a_dossier(CHILD, born_on="2015-05-04", stays=here, parents=both),
        a_dossier(STRANGER, born_on="1955-01-01", stays=here),
        a_dossier(PARTNER, born_on="1987-03-12", stays=there, household="h7", protected_address=True),
        a_dossier(PARENT, stays=(Stay(address=EARLIER, since="2010-01-01"),), household="h9", children=(CHILD,)),
        household=replace(household, address=pair[0]),
        family=False,
    )


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("way", PERHAPS_ONE)
def test_a_protected_address_that_is_written_otherwise_is_told_to_no_parent_who_lives_apart(way: str, turned: bool):
    register = _beside_a_protected_mother(PERHAPS_ONE[way][::-1] if turned else PERHAPS_ONE[way])  # type: ignore[arg-type]

    for product in map(products().__getitem__, PRODUCTS):
        request = Request(applicant=PARENT, subject=CHILD, capacity="parent")
        answer = inquire(request, application_id="a1", town=TOWN, product=product, view=register, now=NOON)
        assert answer.refusal is Refusal.NOT_ENTITLED
        offered, *_ = askable(PARENT, town=TOWN, product=product, view=register, now=NOON)
        assert [dossier.number for dossier, _ in offered] == [PARENT]


def test_where_the_mother_certainly_lives_elsewhere_the_father_may_ask():
    register = _beside_a_protected_mother(CERTAINLY_TWO["another box"])

    for name in ("life", "residence"):
        request = Request(applicant=PARENT, subject=CHILD, capacity="parent")
        answer = inquire(request, application_id="a1", town=TOWN, product=products()[name], view=register, now=NOON)
        assert answer.refusal is None
