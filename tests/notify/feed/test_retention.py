"""How long notify keeps what it knows of departments: each document says when it goes, and the store sees to it; but
for events, which have to be told first."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from services.contracts.departments import SANDBOX
from services.notify.feed.budgets import REFUSALS, BudgetStore, day_after
from services.notify.feed.credentials import CredentialStore, new_secret
from services.notify.feed.references import KEPT, References
from services.notify.feed.store import FeedStore
from services.notify.feed.webhooks.domain import MOST_ATTEMPTS, Attempt, Delivery, Response
from services.notify.feed.webhooks.record import DeliveryRecord
from services.notify.feed.webhooks.store import LEAST_KEPT, DeliveryStore
from tests.notify.feed.making import NOON, TOWN, a_department, told
from tests.outbox import KeptInOutbox

Store = Database[dict[str, Any]]
WEEK = timedelta(days=7)


def a_delivery(*, since: datetime = NOON) -> Delivery:
    return Delivery(
        webhook="w1", event="e1", name="alive", town=TOWN, body=b"{}", stored_at=NOON, since=since, due_at=since
    )


def goes_at(database: Store, collection: str) -> datetime:
    """The moment that the collection's one document names, after which the store deletes it."""
    indexes = database[collection].index_information()
    assert indexes["retention"]["expireAfterSeconds"] == 0
    assert indexes["retention"]["key"] == [("expire_at", 1)]
    (kept,) = database[collection].find()
    found: datetime = kept["expire_at"]
    return found


@pytest.mark.parametrize("kept", [timedelta(days=1), WEEK])
def test_events_go_once_nobody_can_catch_up_on_them(database: Store, kept: timedelta) -> None:
    now = [NOON]
    feed = FeedStore(database, relay=KeptInOutbox(), kept=kept, clock=lambda: now[0])
    feed.tell(told(1))
    is_told(database)
    now[0] += kept - timedelta(milliseconds=1)
    feed.tell(told(2))
    is_told(database)

    assert feed.forget(webhooks_since=None) == 0
    now[0] += timedelta(milliseconds=1)
    assert feed.forget(webhooks_since=None) == 1

    (left,) = database["department_events"].find()
    assert left["_id"] == told(2).event.id
    assert all("expireAfterSeconds" not in each for each in database["department_events"].index_information().values())


def is_told(database: Store, *, but: str = "") -> None:
    """All that is to be done with the events that there are, but for one mark."""
    marks = {"outbox_since", "unnumbered_since", "webhooks_since"} - {but}
    database["department_events"].update_many({}, {"$unset": dict.fromkeys(marks, "")})


@pytest.mark.parametrize(
    ("mark", "webhooks_since", "goes"),
    [
        ("outbox_since", None, False),
        ("unnumbered_since", None, False),
        ("webhooks_since", NOON, False),
        ("webhooks_since", NOON + timedelta(seconds=1), True),
        ("webhooks_since", None, True),
    ],
)
def test_an_event_that_is_still_to_be_told_stays_however_old_it_is(
    database: Store, mark: str, webhooks_since: datetime | None, goes: bool
) -> None:
    """Of webhooks those want it that were there before it."""
    now = [NOON]
    feed = FeedStore(database, relay=KeptInOutbox(), kept=timedelta(days=1), clock=lambda: now[0])
    feed.tell(told(1))
    is_told(database, but=mark)

    now[0] += timedelta(days=400)

    assert feed.forget(webhooks_since=webhooks_since) == goes
    assert database["department_events"].count_documents({}) == (not goes)


def test_whom_a_reference_means_is_known_for_a_year_and_hearing_it_again_makes_that_no_longer(database: Store) -> None:
    """By then what was asked is long forgotten: who asks is told so, and not that there is no such application."""
    now = [NOON]
    feed = FeedStore(database, relay=KeptInOutbox(), kept=WEEK, clock=lambda: now[0])
    feed.tell(told(1))

    now[0] += timedelta(days=100)
    database["department_events"].delete_many({})  # as after seven days
    feed.tell(told(1))

    assert goes_at(database, "department_references") == NOON + KEPT
    assert References(database).find(told(1).event.reference, town=TOWN, heard_by=a_department())


def test_what_the_sandbox_told_goes_with_its_event(database: Store) -> None:
    feed = FeedStore(database, relay=KeptInOutbox(), kept=WEEK, clock=lambda: NOON)

    feed.tell(replace(told(1, town=SANDBOX), application_id=None, only_for="police"))

    (event,) = database["department_events"].find()
    assert goes_at(database, "department_references") == event["expire_at"] == NOON + WEEK


def test_what_was_wanted_in_a_day_is_forgotten_a_day_later(database: Store) -> None:
    BudgetStore(database).spend(REFUSALS, "department.police.0", now=NOON)

    assert goes_at(database, "department_budgets") == day_after(NOON) + timedelta(days=1)


@pytest.mark.parametrize("kept", [timedelta(days=1), 2 * WEEK])
def test_attempts_go_with_their_delivery_once_that_is_done_with(database: Store, kept: timedelta) -> None:
    """However long it waited: nothing goes that is still to be sent."""
    now = [NOON]
    deliveries = DeliveryStore(database, kept=kept, clock=lambda: now[0])
    record = DeliveryRecord(database, kept=kept, clock=lambda: now[0])
    deliveries.add([a_delivery()])
    now[0] += timedelta(days=400)
    assert record.drop_over("w1") is None
    claimed = deliveries.claim("w1", lease=timedelta(seconds=25))
    assert claimed is not None
    attempt = Attempt(at=now[0], took=timedelta(), status=200, reason="delivered")

    deliveries.settle(claimed, claimed.after(attempt, Response.of(200), now=now[0], drawn=1.0))
    now[0] += max(kept, LEAST_KEPT) - timedelta(seconds=1)
    assert record.drop_over("w1") is None
    assert database["webhook_deliveries"].count_documents({}) == 1
    now[0] += timedelta(seconds=1)
    assert record.drop_over("w1") is None  # it had come

    assert database["webhook_deliveries"].count_documents({}) == 0


def test_attempts_are_bounded() -> None:
    delivery = a_delivery()
    for minute in range(MOST_ATTEMPTS + 10):
        attempt = Attempt(at=NOON + timedelta(minutes=minute), took=timedelta(), status=500, reason="refused")
        delivery = delivery.after(attempt, Response.of(500), now=NOON, drawn=1.0)

    assert len(delivery.attempts) == MOST_ATTEMPTS


def test_of_a_department_that_is_gone_nothing_lets_anybody_in(database: Store) -> None:
    """Secrets and certificates have no end of their own: they go with the department, or with the next but one."""
    credentials = CredentialStore(database)
    for hour in range(3):
        credentials.add(new_secret("police", now=NOON + timedelta(hours=hour))[0])
    assert len(credentials.of("police")) == 2

    credentials.remove(credentials.of("police"))

    assert database["department_credentials"].count_documents({}) == 0
