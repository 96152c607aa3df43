"""What is told to who mends a register: whom a contradiction concerns, with the look in the access log."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import pytest

from services.contracts.catalogue import products
from services.contracts.delivery import Unacceptable
from services.contracts.errors import Refusal
from services.contracts.extracts import Request
from services.contracts.product import Product
from services.registry.domain import SourceUnavailable, Standing
from services.registry.ports import Away, Contradicted, Outcome, Promised, Source, SourceQuestion
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
    register: FakeRegister,
    product: str,
    *,
    accesses: FakeAccesses | None = None,
    sources: Mapping[str, Source] | None = None,
    products: Mapping[str, Product] = products(),
) -> Fault:
    return look_into(
        replace(an_extract(), product=product),
        Request(applicant=PARENT, subject=PARENT, capacity="self"),
        product=products[product],
        register=register,
        sources=sources or {},
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


def test_a_fact_that_is_gone_since_is_told_by_name():
    product = replace(products()["life"], facts=("identity", "of-another-version"))

    with pytest.raises(Unacceptable, match="unknown-fact"):
        look(a_register(), "life", products={"life": product})


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


@dataclass
class FakeSource:
    outcome: Outcome
    asked: list[SourceQuestion] = field(default_factory=list)

    def look_up(self, question: SourceQuestion) -> Outcome:
        self.asked.append(question)
        return self.outcome

    def answered(self) -> tuple[str, ...]:
        return ()

    def acknowledge(self, references: Collection[str]) -> None:
        """It promises nothing."""

    def check(self, *, reach: bool = False) -> None:
        """Nothing is wrong."""

    def close(self) -> None:
        """Nothing was opened."""


def deed(outcome: Outcome, accesses: FakeAccesses) -> Fault:
    return look(a_register(), "birth-deed-extract", accesses=accesses, sources={"deeds": FakeSource(outcome)})


def test_a_source_that_contradicts_the_register_is_asked_anew_too():
    accesses = FakeAccesses()

    fault = deed(Contradicted(kind="deed-of-another"), accesses)

    assert fault == Fault(kind="deed-of-another", numbers=(PARENT,))
    assert (accesses.only().facts, accesses.only().sources) == (("birth-deed",), ("deeds",))


def test_a_source_that_answers_later_has_nothing_to_mend():
    accesses = FakeAccesses()

    fault = deed(Promised(by=NOON, reference="r1", code=Refusal.DEED_MIGRATING), accesses)

    assert (fault, accesses.only().outcome) == (Fault(kind=None), "promised")


def test_a_source_that_is_away_is_named():
    with pytest.raises(SourceUnavailable, match="http-503") as away:
        deed(Away(reason="http-503"), FakeAccesses())

    assert away.value.source == "deeds"
