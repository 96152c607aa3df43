"""What the demonstration's police know they were asked, in whatever order they hear of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

from deploy.demo.police.asked import Asked
from services.contracts.department_events import NEEDLESS, NOT_TAKEN, REMINDED, REQUESTED, TAKEN
from services.contracts.feed import PublicEvent
from services.contracts.feed_schemas import example

NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


def event(name: str, asking: int = 1, *, at: datetime = NOON) -> PublicEvent:
    made = example(name)
    return replace(made, time=at, data={**made.data, "asking": asking})


def waiting(*events: PublicEvent, until: datetime = NOON) -> list[int]:
    asked = Asked()
    for each in events:
        asked.hear(each)
    return [each.data["asking"] for each in asked.due(until)]


def test_what_is_asked_is_due_after_its_time() -> None:
    assert waiting(event(REQUESTED), until=NOON - timedelta(seconds=1)) == []
    assert waiting(event(REQUESTED)) == [1]


def test_the_last_asking_waits_in_whatever_order_they_come() -> None:
    for events in permutations([event(REQUESTED), event(REMINDED), event(REQUESTED, 2)]):
        assert waiting(*events) == [2]


def test_what_is_over_does_not_wait_in_whatever_order_that_comes() -> None:
    for over in (event(NEEDLESS), event(TAKEN), event(NOT_TAKEN)):
        for events in permutations([event(REQUESTED), event(REMINDED), over]):
            assert waiting(*events) == []
        assert waiting(over, event(REQUESTED, 2)) == [2]


def test_a_refusal_of_what_could_not_be_read_ends_nothing() -> None:
    unread = replace(event(NOT_TAKEN), data={"code": "malformed", "detail": "no JSON"})

    assert waiting(event(REQUESTED), unread) == [1]
