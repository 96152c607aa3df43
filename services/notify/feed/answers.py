"""Answers in MongoDB, one document each, from which they leave for intake."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pymongo.database import Database

from services.chassis.aggregates import Aggregates
from services.chassis.outbox import Relay
from services.chassis.stored import outbox_of
from services.contracts.notify import AnswerGiven
from services.notify.feed.answering import MOST_ANSWERS, Refused, TooMany
from services.notify.feed.references import KEPT


class AnswerStore:
    """The collection `department_answers`; see answering.Answers. It holds nothing of whom a confirmation is about.

    An answer is kept as long as departments' references lead anywhere: after that nothing can be answered under them.
    """

    def __init__(self, database: Database[dict[str, Any]], *, relay: Relay, clock: Callable[[], datetime]) -> None:
        self._aggregates = Aggregates(database["department_answers"], relay=relay, service="notify", clock=clock)
        self._relay = relay
        self._clock = clock
        self._aggregates.collection.create_index("expire_at", name="retention", expireAfterSeconds=0)
        self._aggregates.collection.create_index("reference", name="reference")

    def hand_on(self, given: AnswerGiven, *, town: str) -> None:
        """See answering.Answers. What a crash left unpublished is published."""
        said = {
            "reference": given.reference,
            "asking": given.asking,
            "outcome": given.outcome,
        }
        body = {"department": given.given_by, **said, "expire_at": self._clock() + KEPT}
        is_full = self._given_to(given.reference) >= MOST_ANSWERS
        if not is_full and self._aggregates.create(given.answer_id, body, town=town, events=[given]):
            return
        kept = self._aggregates.load(given.answer_id, town=town)
        if kept is None and is_full:
            raise TooMany
        if kept is None or any(kept.body[name] != value for name, value in said.items()):
            raise Refused("same-id-other-answer")
        self._relay.relay(self._aggregates.collection, outbox_of(kept))

    def _given_to(self, reference: str) -> int:
        """How many answers, no more than MOST_ANSWERS of them."""
        return self._aggregates.collection.count_documents({"reference": reference}, limit=MOST_ANSWERS)
