"""However long a department takes nothing, so much is kept for it and no more; what went is told."""

import threading
from datetime import timedelta
from typing import Any

from pymongo.database import Database

from services.contracts.department_webhooks import DisabledBy, Progress
from services.notify.feed.webhooks.bounding import forget_removed, keep_within_bounds
from services.notify.feed.webhooks.domain import Response, Standing, Webhook
from tests.notify.feed.webhooks.conftest import Side
from tests.notify.feed.webhooks.test_domain import NOON


def dead(*_: Any, **__: Any) -> Response:
    return Response(reason="no-answer")


def takes(*_: Any, **__: Any) -> Response:
    return Response.of(200)


def told(side: Side, count: int) -> None:
    """A second apart."""
    for number in range(count):
        side.tell(number)
        side.later(seconds=1)
    side.spread()


def bound(side: Side, *, waiting: int = 100, kept: int = 100) -> None:
    keep_within_bounds(
        side.webhooks.all(), record=side.record, webhooks=side.webhooks, clock=side.clock, waiting=waiting, kept=kept
    )


def standing(side: Side, id: str = "hook") -> Standing:
    return side.record.standings([id])[id]


def webhook(side: Side) -> Webhook:
    found = side.webhooks.find("hook")
    assert found is not None
    return found


def test_of_what_waits_too_much_the_oldest_is_parked_and_can_be_sent_again(side: Side) -> None:
    side.department()
    side.webhook()
    told(side, 5)

    for _ in range(2):
        bound(side, waiting=3)

    assert standing(side).counts == {Progress.WAITING: 3, Progress.DELIVERED: 0, Progress.PARKED: 2}
    assert standing(side).oldest == NOON + timedelta(seconds=2)
    assert webhook(side).dropped == 0
    side.bring(takes)
    side.replay(parked_only=True)
    side.bring(takes)
    assert standing(side).counts[Progress.DELIVERED] == 5


def test_of_what_is_kept_too_much_the_oldest_goes_and_is_told(side: Side) -> None:
    side.department()
    side.webhook()
    told(side, 2)
    side.bring(takes)
    told(side, 5)  # the first two are kept already
    side.bring(dead)
    side.deliveries.park("hook", until=side.now)

    for _ in range(2):
        bound(side, kept=1)

    assert standing(side).counts == {Progress.WAITING: 0, Progress.DELIVERED: 0, Progress.PARKED: 1}
    assert (webhook(side).dropped, webhook(side).dropped_until) == (2, NOON + timedelta(seconds=5))


def test_what_waits_stays_and_nobody_else_loses_anything(side: Side) -> None:
    side.department()
    side.webhook("hook")
    side.webhook("other")
    told(side, 5)
    side.bring(takes, "other")

    bound(side, kept=2)

    assert standing(side).counts[Progress.WAITING] == 5
    assert standing(side, "other").counts[Progress.DELIVERED] == 2


def test_what_waits_for_a_suspended_department_stays_until_it_takes_it(side: Side) -> None:
    known = side.department()
    side.webhook()
    side.suspend(known)
    told(side, 3)

    side.later(days=100)
    bound(side)
    side.departments.suspend(known, is_suspended=False)
    side.bring(takes)

    assert standing(side).counts == {Progress.WAITING: 0, Progress.DELIVERED: 3, Progress.PARKED: 0}
    assert webhook(side).dropped == 0


def test_what_was_parked_for_a_week_goes_and_is_told(side: Side) -> None:
    """Whether it waited for too long, was one of too many, or came while the webhook was disabled."""
    side.department()
    side.webhook()
    told(side, 3)
    bound(side, waiting=2)
    side.webhooks.disable("hook", at=side.now, by=DisabledBy.ASKED)
    side.deliveries.park("hook", until=side.now)
    told(side, 5)  # the first three are kept already

    side.later(days=7, seconds=-1)
    bound(side)
    assert standing(side).counts[Progress.PARKED] == 2  # those that came when it was disabled, five seconds later
    assert (webhook(side).dropped, webhook(side).dropped_until) == (3, NOON + timedelta(seconds=2))
    side.later(seconds=1)
    bound(side)

    assert standing(side).counts[Progress.PARKED] == 0
    assert (webhook(side).dropped, webhook(side).dropped_at) == (5, side.now)


def test_what_is_sent_once_more_waits_again_and_stays(side: Side) -> None:
    side.department()
    side.webhook()
    told(side, 1)
    side.deliveries.park("hook", until=side.now)
    side.later(days=6)
    side.replay(parked_only=True)

    side.later(days=6)
    bound(side)

    assert standing(side).counts[Progress.WAITING] == 1
    assert webhook(side).dropped == 0


def test_what_was_made_for_one_while_it_was_removed_goes(side: Side, database: Database[dict[str, Any]]) -> None:
    side.department()
    side.webhook("hook")
    side.webhook("gone")
    told(side, 2)
    side.webhooks.remove("gone")

    forget_removed(side.record, webhooks=side.webhooks)

    assert database["webhook_deliveries"].distinct("webhook") == ["hook"]
    assert standing(side).counts[Progress.WAITING] == 2


def test_two_processes_at_once_take_no_more_than_one(side: Side, database: Database[dict[str, Any]]) -> None:
    side.department()
    side.webhook()
    told(side, 30)
    begin = threading.Barrier(4)

    def work() -> None:
        begin.wait(30)
        bound(side, waiting=10, kept=20)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert standing(side).counts == {Progress.WAITING: 10, Progress.DELIVERED: 0, Progress.PARKED: 10}
    assert webhook(side).dropped == 10
    assert database["department_events"].count_documents({}) == 30  # it can be pulled
