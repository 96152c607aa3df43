"""Deeds and criminal records as the catalogue has them."""

from importlib import resources

import pytest

from services.contracts.catalogue import products, read_product
from services.contracts.deeds import FORMS, KINDS
from services.contracts.product import PASSED_THROUGH
from services.contracts.schema import Unreadable
from services.contracts.shared_files import questions
from services.registry.deeds import RULES
from services.registry.facts import declared
from services.registry.sources.deeds.fact import DeedFact

DEEDS = {id: product for id, product in products().items() if product.sources == {"deeds"}}


def test_every_kind_of_deed_can_be_asked_for():
    kinds = {fact.kind for product in DEEDS.values() for fact in declared(product.facts) if isinstance(fact, DeedFact)}

    assert kinds == set(KINDS)


@pytest.mark.parametrize("id", sorted(DEEDS))
def test_a_deed_is_for_those_whom_the_rules_know_and_passes_through(id: str):
    product = DEEDS[id]
    (fact,) = declared(product.facts)

    assert isinstance(fact, DeedFact)
    rule = RULES[fact.kind]
    assert set(product.capacities) - {"anyone"} == rule.capacities
    assert ("anyone" in product.capacities) is (rule.public_after is not None)
    assert product.gives.kind == PASSED_THROUGH


@pytest.mark.parametrize("name", ["deed-form", "deed-filiation"])
def test_the_forms_that_are_asked_are_forms(name: str):
    assert {option.value for option in questions()[name].options} <= set(FORMS)


def test_who_passes_a_document_through_prints_nothing_and_names_the_one_fact_that_has_it():
    text = """
id: toy
titles: {nl: a, fr: a, de: a, en: a}
explanations: {nl: a., fr: a., de: a., en: a.}
group: living
for: [self]
facts: [FACTS]
gives: GIVES
law: deeds
retention: certificate
fresh_for: 24 h
current_for: 90 days
desk_minutes: 1
"""

    def wrong(facts: str, gives: str) -> set[str]:
        try:
            read_product("toy.yaml", text.replace("FACTS", facts).replace("GIVES", gives))
        except Unreadable as error:
            return set(error.problems)
        return set()

    assert wrong("death-deed", "{kind: passed-through}") == set()
    assert wrong("life", "{kind: passed-through}") == {"facts"}
    assert wrong("death-deed, birth-deed", "{kind: passed-through}") == {"facts"}
    assert wrong("death-deed", "{kind: passed-through, sections: [identity]}") == {"gives"}


@pytest.mark.parametrize("capacity", ["spouse", "descendant", "ascendant", "anyone"])
@pytest.mark.parametrize("facts", ["[identity, birth-deed]", "[identity, residence-history, birth-deed]"])
def test_who_may_have_somebodys_deed_gets_nothing_of_the_register_beside_it(capacity: str, facts: str):
    """Or a spouse has the other's new address, and the paper about an old deed of anybody names who asks for it."""
    text = (resources.files("services.catalogue") / "birth-abroad.yaml").read_text(encoding="utf-8")
    text = text.replace("for: [self, parent]", f"for: [self, {capacity}]").replace("[identity, birth-deed]", facts)

    with pytest.raises(Unreadable) as wrong:
        read_product("birth-abroad.yaml", text)

    assert list(wrong.value.problems) == ["for"]
    assert wrong.value.problems["for"].startswith(f"self or parent: {capacity} may ask for deeds")


@pytest.mark.parametrize("id", ["criminal-record-595", "criminal-record-596-1"])
def test_a_criminal_record_is_for_oneself_and_says_what_it_is_for(id: str):
    product = products()[id]

    assert product.capacities == ("self",)
    assert [field.required for field in product.fields] == [True]
    assert set(product.gives.statements) == {"usual", "convictions"}
