"""Of which products a town gives the federal attest: each mistake by its field, with the mend."""

from dataclasses import replace
from typing import Any

import pytest

from services.contracts.attests import FEDERAL_ATTEST, FederalAttests, federal_attest_problems
from services.contracts.catalogue import offered, products, read_product
from services.contracts.plans import pinned, plan_of
from services.contracts.product import CERTIFICATE, PASSED_THROUGH, Product
from services.contracts.schema import Unreadable
from tests.intake.fakes import a_town

CHOSEN = FederalAttests(products=("residence",), seal_authorities="rrn.pem", sealed_by="FOD Binnenlandse Zaken")
WITH_ATTEST = [id for id, product in products().items() if product.attest]


def problems(*, asks_platform: bool = True, off: tuple[str, ...] = (), **chosen: Any) -> dict[str, str]:
    found = federal_attest_problems(
        replace(CHOSEN, **chosen),
        catalogue=products(),
        with_attest=WITH_ATTEST,
        off=off,
        asks_platform=asks_platform,
    )
    return dict(found)


def test_a_town_that_names_none_gives_its_own():
    nothing = {"products": (), "seal_authorities": None, "sealed_by": None}

    assert problems(asks_platform=False, **nothing) == {}
    assert problems() == {}


@pytest.mark.parametrize(
    ("chosen", "field", "mend"),
    [
        ({"asks_platform": False}, "products", "population.source: magda"),
        ({"products": ("rezidence",)}, "products[0]", "no product of the catalogue; was residence meant?"),
        ({"products": ("zebra",)}, "products[0]", "no product of the catalogue; choose from household-composition"),
        ({"products": ("nationality",)}, "products[0]", "has no attest that says the same; choose from"),
        ({"products": ("residence", "life", "residence")}, "products[2]", "write it once"),
        ({"off": ("residence",)}, "products[0]", "stands in products_off, too"),
        ({"seal_authorities": None}, "seal_authorities", "such as seal_authorities: national-register.pem"),
        ({"sealed_by": " "}, "sealed_by", "such as sealed_by: Federale Overheidsdienst Binnenlandse Zaken"),
        ({"sealed_by": "two\nlines"}, "sealed_by", "in one line"),
        ({"products": ()}, "seal_authorities", "name in products of which, or leave it out"),
    ],
)
def test_each_mistake_is_told_with_its_mend(chosen: dict[str, Any], field: str, mend: str):
    assert mend in problems(**chosen)[field]


def test_what_a_town_has_chosen_is_passed_through_on_the_facts_that_stand_on_it():
    town = a_town(federal_attests=replace(CHOSEN, products=("life",)))

    life, residence = (offered(town, products())[id] for id in ("life", "residence"))

    assert life.facts == ("identity", "life", "nationality", "residence", "civil-status", FEDERAL_ATTEST)
    assert (life.gives.kind, life.gives.sections, life.is_federal) == (PASSED_THROUGH, ("identity", "life"), True)
    assert residence == products()["residence"]


def test_a_town_without_the_field_offers_what_it_always_did():
    assert offered(a_town(), products()) == {
        id: product for id, product in products().items() if product.is_offered_by(a_town())
    }


@pytest.mark.parametrize(("then", "now"), [(CHOSEN, FederalAttests()), (FederalAttests(), CHOSEN)])
def test_an_application_gets_what_it_was_filed_for_whatever_the_town_chooses_later(
    then: FederalAttests, now: FederalAttests
):
    filed = offered(a_town(federal_attests=then), products())["residence"]

    today = products()["residence"].given_by(a_town(federal_attests=now))
    for product in (products()["residence"], today):
        found = pinned(product, plan_of(filed))
        assert (found.facts, found.is_federal) == (filed.facts, filed.is_federal)
    assert pinned(products()["residence"], plan_of(filed)).gives == filed.gives


def test_a_plan_of_the_last_version_is_given_as_before():
    product = products()["residence"]
    attest = product.given_by(a_town(federal_attests=CHOSEN))

    for filed in (product, attest):
        assert pinned(product, replace(plan_of(filed), gives="")).gives.kind == filed.gives.kind
    assert (product.gives.kind, attest.gives.kind) == (CERTIFICATE, PASSED_THROUGH)


def test_what_is_given_is_pinned_whatever_the_catalogue_says_later():
    deed = products()["birth-deed-extract"]
    later = replace(deed, gives=replace(deed.gives, kind=CERTIFICATE))

    assert pinned(later, plan_of(deed)).gives.kind == PASSED_THROUGH


@pytest.mark.parametrize("product", products().values(), ids=lambda each: each.id)
def test_every_product_is_given_as_its_file_says_to_whom_it_was_promised(product: Product):
    assert pinned(product, plan_of(product)) == product


TOY = """
id: toy
titles: {nl: a, fr: a, de: a, en: a}
explanations: {nl: a., fr: a., de: a., en: a.}
group: living
for: [self]
facts: FACTS
gives: {kind: certificate, statements: {usual: {nl: a, fr: a, de: a, en: a}}}
law: population-registers
retention: certificate
fresh_for: 24 h
current_for: 90 days
desk_minutes: 1
attest: ATTEST
"""


@pytest.mark.parametrize(
    ("attest", "facts", "wrong"),
    [
        ("{name: Leven}", "[identity, life]", set()),
        ("{name: Leven, tells: [residence]}", "[identity, life]", set()),
        ("{name: ''}", "[identity, life]", {"attest.name"}),
        ("{name: Leven, tells: [life]}", "[identity, life]", {"attest.tells"}),
        ("{name: Leven, tells: [birth-deed]}", "[identity, life]", {"attest.tells"}),
        ("{name: Leven, tells: [federal-attest]}", "[identity, life]", {"attest.tells"}),
        ("{name: Leven}", "[life]", {"attest", "facts"}),
        ("{name: Leven}", "[identity, criminal-record]", {"attest"}),
    ],
)
def test_a_product_names_its_attest_as_data(attest: str, facts: str, wrong: set[str]):
    text = TOY.replace("FACTS", facts).replace("ATTEST", attest)
    if not wrong:
        assert read_product("toy.yaml", text).attest is not None
        return
    with pytest.raises(Unreadable) as found:
        read_product("toy.yaml", text)
    assert set(found.value.problems) == wrong
