"""What may be true of the members of a household is no contradiction."""

import pytest

from services.contracts.catalogue import products
from services.contracts.extracts import Request
from services.registry.domain import CivilState
from services.registry.inquiry import inquire
from tests.registry.contradictory import Case, beside, listing, wed
from tests.registry.fakes import GROWN, NOON, PARENT, TOWN

BOTH = {"one": True, "other": True}
CAN_BE: dict[str, Case] = {
    **{
        f"{relation} of {born_on}": beside(relation, born_on)
        for relation, born_on in (
            ("child", "1995-07-30"),
            ("child", "1995-00-00"),
            ("parent", "1975-07-30"),
            ("parent", "1975-00-00"),
            ("grandchild", "2005-07-30"),
            ("grandparent", "1965-07-30"),
            ("great-grandchild", "2015-07-30"),
            ("great-grandparent", "1955-07-30"),
            ("stepchild", "1980-01-01"),
            ("parent-in-law", "1990-01-01"),
            ("uncle-or-aunt", "2010-01-01"),
            ("nephew-or-niece", "1950-01-01"),
            ("sibling", "1920-01-01"),
        )
    },
    **{
        f"an own child who by adoption is a {relation}, too": listing((PARENT, "reference-person"), (GROWN, relation))
        for relation in ("grandchild", "sibling", "cousin", "nephew-or-niece", "other-relative")
    },
    "spouses": wed("spouse", **BOTH),
    "spouses who are cousins": wed("cousin", **BOTH),
    "two who are married, perhaps to others": wed("unrelated", one=False, other=False),
    "who were married to each other": wed("unrelated", **BOTH, state=CivilState.DIVORCED),
}


@pytest.mark.parametrize("case", CAN_BE)
def test_what_can_be_true_is_certified(case: str):
    register, product = CAN_BE[case]
    number = register.household_.members[0].number if register.household_ else ""

    answer = inquire(
        Request(applicant=number, subject=number, capacity="self"),
        application_id="a1",
        town=TOWN,
        product=products()[product],
        view=register,
        now=NOON,
    )

    assert answer.facts is not None
