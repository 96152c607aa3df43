"""When a delivery is tried again, when it is parked, and who is told what."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.contracts.department_webhooks import Progress
from services.notify.feed.webhooks.domain import (
    LEAST_SPREAD,
    MOST_ATTEMPTS,
    MOST_SPREAD,
    PATIENCE,
    Attempt,
    Delivery,
    NewEvent,
    Response,
    Secret,
    Webhook,
    deliveries_of,
)
from services.notify.feed.webhooks.signing import Scheme
from tests.notify.feed.making import a_department

NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
OK, DOWN, GONE = Response.of(204), Response.of(500), Response.of(410)


def a_secret(made_at: datetime = NOON, **chosen: Any) -> Secret:
    return Secret(scheme=Scheme.HMAC, locked=f"locked-{made_at:%H%M}", made_at=made_at, **chosen)


def a_webhook(id: str = "hook", **chosen: Any) -> Webhook:
    usual = {"department": "police", "url": "https://police.example/", "secrets": (a_secret(),), "added_at": NOON}
    return Webhook(id=id, **{**usual, **chosen})


def an_event(**chosen: Any) -> NewEvent:
    usual = {"id": "e", "town": "24001", "name": "certificate-issued", "product": "life", "body": b"{}"}
    return NewEvent(**{**usual, "stored_at": NOON, **chosen})


def a_delivery(**chosen: Any) -> Delivery:
    usual = {"webhook": "hook", "event": "e", "name": "certificate-issued", "town": "24001", "body": b"{}"}
    return Delivery(**{**usual, "stored_at": NOON, "since": NOON, "due_at": NOON, **chosen})


def tried(delivery: Delivery, answer: Response, *, now: datetime, drawn: float = 1.0) -> Delivery:
    attempt = Attempt(at=now, took=timedelta(), status=answer.status, reason=answer.reason)
    return delivery.after(attempt, answer, now=now, drawn=drawn)


@pytest.mark.parametrize(
    ("status", "reason"),
    [(200, "delivered"), (204, "delivered"), (299, "delivered"), (301, "redirect"), (304, "redirect"), (410, "gone")]
    + [(status, "refused") for status in (400, 404, 429, 500, 503, 199, 600, 999)],
)
def test_what_a_status_means(status: int, reason: str) -> None:
    answer = Response.of(status)

    assert (answer.reason, answer.is_delivered, answer.is_gone) == (reason, 200 <= status < 300, status == 410)


def test_what_was_taken_is_delivered() -> None:
    after = tried(a_delivery(), OK, now=NOON)

    assert (after.progress, after.due_at, len(after.attempts)) == (Progress.DELIVERED, None, 1)


@pytest.mark.parametrize("answer", [DOWN, Response(reason="too-slow"), Response.of(302)], ids=lambda each: each.reason)
def test_what_was_not_taken_is_tried_for_72_hours_and_parked(answer: Response) -> None:
    delivery, pauses = a_delivery(), []

    while delivery.due_at is not None:
        now = delivery.due_at
        delivery = tried(delivery, answer, now=now)
        pauses.append((delivery.due_at or now) - now)

    assert pauses[:5] == [timedelta(seconds=5), timedelta(seconds=30), 5 * MINUTE, 30 * MINUTE, 120 * MINUTE]
    assert delivery.progress is Progress.PARKED
    assert delivery.attempts[-1].at == NOON + PATIENCE
    assert len(delivery.attempts) == delivery.tries == 41


@pytest.mark.parametrize("drawn", [LEAST_SPREAD, MOST_SPREAD])
def test_pauses_are_drawn(drawn: float) -> None:
    assert tried(a_delivery(), DOWN, now=NOON, drawn=drawn).due_at == NOON + timedelta(seconds=5) * drawn


def test_a_receiver_may_ask_for_a_longer_pause_and_not_for_a_shorter_one() -> None:
    later = tried(a_delivery(tries=2), Response.of(503, wait=60 * MINUTE), now=NOON)
    no_sooner = tried(a_delivery(tries=2), Response.of(503, wait=MINUTE), now=NOON)

    assert (later.due_at, no_sooner.due_at) == (NOON + 60 * MINUTE, NOON + 5 * MINUTE)


def test_what_nobody_wants_is_parked_at_once() -> None:
    assert tried(a_delivery(), GONE, now=NOON).progress is Progress.PARKED


def test_no_record_grows_for_ever() -> None:
    delivery = a_delivery()
    for number in range(MOST_ATTEMPTS + 5):
        delivery = tried(delivery, DOWN, now=NOON + number * MINUTE)

    assert delivery.attempts[0].at == NOON + 5 * MINUTE
    assert (len(delivery.attempts), delivery.tries) == (MOST_ATTEMPTS, MOST_ATTEMPTS + 5)


def test_each_webhook_of_who_hears_it_gets_its_delivery() -> None:
    departments = {each.id: each for each in (a_department(), a_department("waste", "24001.departure-certified.*"))}
    webhooks = [a_webhook("a"), a_webhook("b"), a_webhook("c", department="waste"), a_webhook("d", department="gone")]

    found = deliveries_of(an_event(), webhooks, departments, now=NOON)

    assert [(each.id, each.progress) for each in found] == [("a:e", Progress.WAITING), ("b:e", Progress.WAITING)]
    assert deliveries_of(an_event(town="23027"), webhooks, departments, now=NOON) == []


def test_that_the_way_is_open_is_told_of_each_town_of_a_department() -> None:
    departments = {"police": a_department()}

    told = [
        deliveries_of(an_event(name="alive", product="all", town=town), [a_webhook()], departments, now=NOON)
        for town in ("24001", "23027")
    ]

    assert [len(each) for each in told] == [1, 0]


def test_who_is_suspended_is_told_later_and_what_is_disabled_is_parked() -> None:
    suspended = {"police": a_department(is_suspended=True)}
    webhooks = [a_webhook("a"), a_webhook("b", disabled_at=NOON)]

    found = deliveries_of(an_event(), webhooks, suspended, now=NOON)

    assert [(each.progress, each.due_at) for each in found] == [(Progress.WAITING, NOON), (Progress.PARKED, None)]


def test_what_happened_before_a_webhook_was_added_is_not_for_it() -> None:
    departments = {"police": a_department()}

    assert deliveries_of(an_event(stored_at=NOON - MINUTE), [a_webhook()], departments, now=NOON) == []


def test_the_key_before_signs_until_the_overlap_is_over() -> None:
    webhook = a_webhook().rotated(a_secret(NOON + MINUTE), overlap=60 * MINUTE)

    assert [len(webhook.signing(now=NOON + minutes * MINUTE)) for minutes in (1, 60, 61)] == [2, 2, 1]


def test_a_key_that_leaked_ends_at_once() -> None:
    webhook = a_webhook().rotated(a_secret(NOON + MINUTE), overlap=timedelta())

    assert [each.locked for each in webhook.secrets] == ["locked-1201"]


def test_a_second_rotation_never_lengthens_the_life_of_a_key() -> None:
    first = a_webhook().rotated(a_secret(NOON + MINUTE), overlap=10 * MINUTE)
    second = first.rotated(a_secret(NOON + 2 * MINUTE), overlap=60 * MINUTE)

    assert [each.ends_at for each in second.secrets] == [None, NOON + 62 * MINUTE, NOON + 11 * MINUTE]
    assert [each.locked for each in second.signing(now=NOON + 11 * MINUTE)] == ["locked-1202", "locked-1201"]


def test_a_webhook_was_away_where_it_took_nothing_for_long() -> None:
    failing = replace(a_webhook(), failing_since=NOON)

    assert [failing.was_away(now=NOON + minutes * MINUTE) for minutes in (4, 5)] == [False, True]
    assert not a_webhook().was_away(now=NOON)
