"""A generated town, asked through the platform's messages and at first hand: one answer, or a known difference."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from deploy.demo.generator.hard_cases import HARD_CASES
from deploy.demo.generator.in_memory import GeneratedTown
from deploy.demo.magda.answering import Answering
from services.contracts.catalogue import products
from services.contracts.countries import canonical
from services.contracts.errors import Refusal
from services.contracts.extracts import Facts, Request
from services.contracts.facts import POPULATION
from services.registry.consequences import BY_STANDING
from services.registry.contradictions import Inconsistent
from services.registry.domain import View
from services.registry.facts import declared, of_population, told
from services.registry.inquiry import inquire
from services.registry.sources.magda.asking import Ask
from services.registry.sources.magda.population import MagdaSource, MagdaView
from services.registry.sources.magda.questions import Identification
from services.registry.sources.magda.transport import Budget
from tests.registry.magda.writing import unsigned
from tests.registry.test_hard_cases import a_town

TOWN, NOW = "24001", datetime(2026, 11, 26, 12, tzinfo=UTC)


@cache
def town() -> GeneratedTown:
    return a_town(seed=1)


class Direct:
    """The stand-in without a connection between."""

    def __init__(self) -> None:
        self._answering = Answering(lambda _: town(), folder=Path(), clock=lambda: NOW)

    def post(self, message: bytes, *, action: str, most: int, budget: Budget) -> bytes:
        del action, most, budget
        return self._answering.answer(etree.fromstring(message)[1][0], town=TOWN).encode()


def over_the_platform() -> View:
    asker = Identification(identification="town.example")
    ask = Ask(Direct(), signer=unsigned(), asker=asker, is_test=True, town=TOWN)  # type: ignore[arg-type]
    return MagdaSource(ask, clock=lambda: NOW, at_once=1).view(town=TOWN)


def outcome(view: View, number: str, product: str) -> object:
    try:
        answer = inquire(
            Request(applicant=number, subject=number, capacity="self"),
            application_id="a1",
            town=TOWN,
            product=products()[product],
            view=view,
            now=NOW,
        )
    except Inconsistent as found:
        return f"!{found.what}"
    return answer.refusal if answer.facts is None else known_by(answer.facts, former_numbers=())


def known_by(facts: Facts, **changes: Any) -> Facts:
    return replace(facts, parts=facts.parts | {"identity": replace(facts.parts["identity"], **changes)})


OF_POPULATION = sorted(id for id, product in products().items() if product.sources == {POPULATION})


@pytest.mark.parametrize("case", sorted(set(HARD_CASES) - {"household-elsewhere"}))
def test_both_ways_say_the_same_of_every_product(case: str):
    number, different = HARD_CASES[case].number, {}
    for product in OF_POPULATION:
        here, there = (outcome(view, number, product) for view in (town(), over_the_platform()))
        if there != (wanted := expected(here, case, product)):
            different[product] = (there, wanted)

    assert different == {}


DIFFERENT = {"moved-out": "not-a-resident"}
"""The platform knows where everybody is, and not whether they were here once."""
ALONE = frozenset(
    {"demo-child", "demo-toddler", "minor", "child-of-two-towns", "minor-unknown-birth-day"}
    | {"merged-child", "merged-child-before"}
)
"""Minors whose address is told to themselves where nobody else is there: the platform does not tell who is."""


def expected(here: object, case: str, product: str) -> object:
    facts = set(products()[product].facts)
    if facts & MagdaView.lacks and not str(here).startswith("!") and here not in BY_STANDING.values():
        return Refusal.NOT_TOLD
    if isinstance(here, Facts):
        if case in ALONE and told(of_population(declared(facts))):
            return Refusal.NOT_ENTITLED
        return known_by(here, birth_country=canonical(here.parts["identity"].birth_country or ""), former_numbers=())
    return DIFFERENT.get(str(here), here)
