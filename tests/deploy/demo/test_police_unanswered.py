"""What the demonstration's police know they were asked, in whatever order they hear of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

from deploy.demo.police.unanswered import Unanswered
from services.contracts.department_events import (
    ANSWER_REFUSED,
    ANSWER_TAKEN,
    CONFIRMATION_NEEDLESS,
    CONFIRMATION_REMINDED,
    CONFIRMATION_REQUESTED,
)
from services.contracts.feed import PublicEvent
from services.contracts.feed_schemas import example

NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


def event(name: str, asking: int = 1, *, at: datetime = NOON) -> PublicEvent:
    made = example(name)
    return replace(made, time=at, data={**made.data, "asking": asking})


def waiting(*events: PublicEvent, until: datetime = NOON) -> list[int]:
    asked = Unanswered()
    for each in events:
        asked.hear(each)
    return [each.data["asking"] for each in asked.due(until)]


def test_what_is_asked_is_due_after_its_time() -> None:
    assert waiting(event(CONFIRMATION_REQUESTED), until=NOON - timedelta(seconds=1)) == []
    assert waiting(event(CONFIRMATION_REQUESTED)) == [1]


def test_the_last_asking_waits_in_whatever_order_they_come() -> None:
    for events in permutations(
        [event(CONFIRMATION_REQUESTED), event(CONFIRMATION_REMINDED), event(CONFIRMATION_REQUESTED, 2)]
    ):
        assert waiting(*events) == [2]


def test_what_is_over_does_not_wait_in_whatever_order_that_comes() -> None:
    for over in (event(CONFIRMATION_NEEDLESS), event(ANSWER_TAKEN), event(ANSWER_REFUSED)):
        for events in permutations([event(CONFIRMATION_REQUESTED), event(CONFIRMATION_REMINDED), over]):
            assert waiting(*events) == []
        assert waiting(over, event(CONFIRMATION_REQUESTED, 2)) == [2]


def test_a_refusal_of_what_could_not_be_read_ends_nothing() -> None:
    unread = replace(event(ANSWER_REFUSED), data={"code": "malformed", "detail": "no JSON"})

    assert waiting(event(CONFIRMATION_REQUESTED), unread) == [1]
