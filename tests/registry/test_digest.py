"""Whether two extracts state the same is told, and nothing else about them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.chassis.pseudonyms import KeyedPseudonyms
from services.contracts.catalogue import products
from services.contracts.extracts import Facts
from services.contracts.facts.federal_attest import FederalAttest
from services.contracts.intake import ApplicationSubmitted
from services.contracts.plans import plan_of
from services.contracts.registry import ExtractCompiled
from services.contracts.sealed import SealedDocument
from services.registry.digest import digest_of
from services.registry.handlers import compile_extract
from tests.registry.fakes import NOON, Desk, a_cause, a_dossier, a_register


def gated(event: ApplicationSubmitted) -> ApplicationSubmitted:
    """With a plan that waits for somebody else as well."""
    return replace(event, plan=replace(plan_of(products()[event.product]), gates=("confirmation/police",)))


def digest(desk: Desk, product: str = "life", sequence: int = 1) -> str:
    event = gated(desk.submitted(product))
    compile_extract(event, a_cause(sequence, type=type(event).TYPE), **desk.ports())
    (compiled,) = desk.emitted()
    assert isinstance(compiled, ExtractCompiled)
    return compiled.digest


@pytest.mark.parametrize("product", ["life", "residence", "household-composition"])
def test_the_same_facts_weeks_later_are_the_same(product: str):
    now, later = Desk(a_register()), Desk(a_register(), now=NOON + timedelta(days=40))

    assert digest(now, product) == digest(later, product)


def test_other_facts_are_told_from_them():
    dossier = a_dossier()

    assert digest(Desk(a_register(dossier))) != digest(Desk(a_register(replace(dossier, last_name="Anders"))))


def test_without_the_key_nobody_can_try_facts_out():
    one, other = Desk(a_register()), Desk(a_register(), pseudonyms=KeyedPseudonyms(b"q" * 32))

    assert digest(one) != digest(other)


def test_of_another_application_the_same_facts_are_others():
    one, other = Desk(a_register()), Desk(a_register())
    first = digest(one)
    event = replace(gated(other.submitted("life")), application_id="a2")
    event = replace(event, request=other.requests.lock(*_unlocked(other, event.request), bound_to="a2"))
    compile_extract(event, replace(a_cause(), subject="a2"), **other.ports())

    (compiled,) = other.emitted()
    assert compiled.digest != first


def _unlocked(desk: Desk, token: str) -> tuple[object]:
    return (desk.requests.contents[token][1],)


def test_of_what_is_never_compared_nothing_is_told():
    desk = Desk(a_register())

    compile_extract(desk.submitted("life"), a_cause(), **desk.ports())

    (compiled,) = desk.emitted()
    assert compiled.digest == ""


def test_what_was_pinned_is_looked_up_whatever_the_product_says_today():
    desk = Desk(a_register())
    submitted = desk.submitted("life")
    plan = replace(plan_of(products()["life"]), facts=("identity", "residence"))

    compile_extract(replace(submitted, plan=plan), a_cause(), **desk.ports())

    (facts,) = [value for _, value in desk.facts.contents.values()]
    assert set(facts.parts) == {"identity", "residence"}


def test_an_answer_names_the_asking_and_goes_by_the_plan():
    desk = Desk(a_register())
    submitted = desk.submitted("life")
    compile_extract(submitted, a_cause(), **desk.ports())
    desk.emitted()
    again = replace(desk.requested(submitted), asking=7)

    compile_extract(again, a_cause(2, type=type(again).TYPE), **desk.ports())

    (compiled,) = desk.emitted()
    assert compiled.asking == 7


def test_what_is_asked_again_weeks_after_its_answer_has_its_days_anew():
    desk = Desk(a_register())
    submitted = desk.submitted("life")
    compile_extract(submitted, a_cause(), **desk.ports())
    desk.now = NOON + timedelta(days=60)
    again = desk.requested(submitted)

    compile_extract(again, a_cause(2, type=type(again).TYPE), **desk.ports())

    (extract,) = desk.extracts.kept.values()
    assert not extract.is_over(now=desk.now + timedelta(days=29))


def test_an_attest_that_is_sealed_anew_of_the_same_facts_is_no_change():
    """It is each time it is asked for: whoever confirmed the facts would be asked without end."""

    def extract(pdf: str, name: str = "Leven") -> str:
        document = SealedDocument(pdf=pdf, sha256=pdf, about="")
        attest = FederalAttest(name=name, language="nl", document=document)
        facts = Facts(application_id="a1", town="24001", product="life", compiled_at=NOON, parts={"attest": attest})
        return digest_of(facts, pseudonyms=KeyedPseudonyms(b"p" * 32))

    assert extract("sealed now") == extract("sealed later")
    assert extract("sealed now") != extract("sealed now", name="Hoofdverblijfplaats")
