"""A product that the police have to confirm, and perhaps a school, and the road of an application for it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from services.contracts.confirmations import AnswerConfirmation, Answered
from services.contracts.gates import Terms
from services.contracts.registry import ExtractCompiled
from services.intake import handlers
from services.intake.domain.gate import Gate
from tests.intake.fakes import NOON, PRODUCTS
from tests.intake.test_moving import ID, Road

NAMES = dict.fromkeys(("nl", "fr", "de", "en"), "a department")

POLICE = Terms(
    kind="confirmation",
    id="police",
    names=NAMES,
    answers_within=28,
    reminded_every=7,
    open_for=60,
    counts_for=30,
    told=("purpose",),
)
SCHOOL = replace(POLICE, id="school", answers_within=5, open_for=10)

CONFIRMED = replace(PRODUCTS["household-composition"], id="confirmed", gates=(POLICE,))
TWICE = replace(CONFIRMED, gates=(POLICE, SCHOOL))
PRODUCT_OF_TESTS = {**PRODUCTS, CONFIRMED.id: CONFIRMED}

SAME, OTHER = "digest of the facts", "digest of other facts"


class ConfirmedRoad(Road):
    """One application for a product that is confirmed, filed at noon."""

    def __init__(self, product: Any = CONFIRMED) -> None:
        self._product = product
        super().__init__()

    def submit(self, **chosen: Any) -> Any:
        self.products = {**PRODUCTS, self._product.id: self._product}
        return super().submit(product=self._product.id, fields={"purpose": "work"}, **chosen)

    @property
    def gate(self) -> Gate:
        return self.applications.kept[ID].gates[1]

    def answer(
        self,
        outcome: str = "confirmed",
        *,
        asking: int = 1,
        now: datetime = NOON,
        department: str = "police",
        place: int = 1,
        town: str = "24001",
        by: str = "officer 7",
    ) -> Answered:
        asked = AnswerConfirmation(
            town=town, department=department, reference=f"{ID}-{place}", asking=asking, outcome=outcome, by=by
        )
        return handlers.answer_confirmation(asked, applications=self.applications, now=now)


def facts_at(at: datetime, digest: str = SAME, asking: int = 0) -> ExtractCompiled:
    return ExtractCompiled(application_id=ID, facts="sealed facts", compiled_at=at, digest=digest, asking=asking)
