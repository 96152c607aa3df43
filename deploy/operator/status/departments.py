"""What waits for other departments at the broker and on its way to their webhooks, and whether the feed moves: looked
up here, and judged in departments_wrong.py."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pika
import pymongo
from pika.exceptions import AMQPError
from pymongo import ASCENDING
from pymongo.database import Database

from deploy.broker.queues import connect, count, has_exchange
from deploy.local.stack import Stack
from deploy.operator.department_changes import cut_off
from deploy.operator.department_places import at_broker, kept_for, notify_database
from services.chassis.addresses import beside
from services.chassis.retention import EVER
from services.contracts.department_webhooks import Progress
from services.contracts.departments import virtual_host
from services.notify.feed.departments import Department, DepartmentStore
from services.notify.feed.pulling import is_for
from services.notify.feed.webhooks.record import DeliveryRecord
from services.notify.feed.webhooks.store import WebhookStore

PATIENCE_S = 4.0

OLD = timedelta(days=1)
"""An event an hour comes for each town of a department: who takes what is for it has none from the day before."""

LATE = timedelta(hours=1)
"""Within half an hour a delivery was tried four times."""

REMEMBERED = timedelta(days=7)
"""So long it is told that something was dropped; the webhook's department reads it for ever."""

SOME = 100

MOST_LOOKED_AT = 20_000
"""Events of one day. Where there are more, nothing is said of how old what waits is."""


def departments_facts(stack: Stack) -> dict[str, Any]:
    """`departments` with what waits for each in its queue, `webhooks` with what is on its way to each, and since when
    the oldest event waits to be counted (`uncounted_since`), for its deliveries (`unspread_since`) or for the broker to
    have it (`unconfirmed_since`).

    `is_there` is whether the broker lets us look; None where there is nothing to look for. Raises PyMongoError.
    """
    with notify_database(stack) as database, pymongo.timeout(PATIENCE_S):
        return facts_of(stack, database, now=datetime.now(UTC))


def facts_of(stack: Stack, database: Database[dict[str, Any]], *, now: datetime) -> dict[str, Any]:
    """The same, of notify's database."""
    kept = kept_for(stack)
    store = DepartmentStore(database)
    known = store.all()
    counts = _counted(stack, known, kept) if known else None
    queued = counts or {}
    waiting = [
        each for each in known if each.added_at <= now - OLD and each.id in queued and queued[each.id]["waiting"]
    ]
    recent = _told_within(database, OLD, waiting, kept=kept, now=now) if waiting else {}
    suspended = {each.id for each in known if each.is_suspended}
    return {
        "is_there": counts is not None if known else None,
        "departments": [
            {
                "department": each.id,
                "suspended": each.is_suspended,
                **queued[each.id],
                "cut_off": cut_off(store, each, now=now),
                "is_old": each.id in recent and queued[each.id]["waiting"] > recent[each.id],
            }
            for each in known
            if each.id in queued
        ],
        **_on_their_way(database, suspended, now=now),
        "uncounted_since": _oldest(database, "unnumbered_since", EVER),
        "unconfirmed_since": _unconfirmed_since(database),
    }


def _counted(stack: Stack, known: Sequence[Department], kept: timedelta) -> dict[str, dict[str, Any]] | None:
    """What is in the queues of each, over one connection; None where the broker does not let us look."""
    try:
        with connect(beside(stack.amqp_uri, virtual_host)) as connection:
            return {each.id: _counts(connection, each, kept) for each in known}
    except (AMQPError, OSError):
        return None


def _counts(connection: pika.BlockingConnection, department: Department, kept: timedelta) -> dict[str, Any]:
    at = at_broker(department, kept=kept)
    found = {name: count(connection, name) for name in at.queues}
    waiting, consumers = found[at.queue] or (None, None)
    parked, _ = found[at.parking] or (None, None)
    answers, _ = found.get(at.said_parking) or (None, None)
    missing = [name for name, each in found.items() if each is None]
    missing += [name for name in at.exchanges if not has_exchange(connection, name)]
    return {
        "waiting": waiting,
        "consumers": consumers,
        "parked": parked,
        "answers_parked": answers,
        "missing": missing,
    }


def _told_within(
    database: Database[dict[str, Any]],
    period: timedelta,
    departments: Sequence[Department],
    *,
    kept: timedelta,
    now: datetime,
) -> dict[str, int]:
    """How many events each was told in the last hours, for the first time or once more; nothing where these were too
    many. What a department was told goes `kept` after that, by which it is found here."""
    named = {"_id": 0, "town": 1, "name": 1, "product": 1, "only_for": 1, "asked": 1, "stored_at": 1}
    since = {"expire_at": {"$gt": now + kept - period}}
    events = list(database["department_events"].find(since, named).limit(MOST_LOOKED_AT))
    if len(events) == MOST_LOOKED_AT:
        return {}
    told = {each.id: sum(is_for(each, event) for event in events) for each in departments}
    return {each.id: told[each.id] + _replayed_since(database, each, now - period) for each in departments}


def _replayed_since(database: Database[dict[str, Any]], department: Department, since: datetime) -> int:
    return sum(each.count for each in DepartmentStore(database).replays(department) if each.at > since)


def _on_their_way(database: Database[dict[str, Any]], suspended: set[str], *, now: datetime) -> dict[str, Any]:
    known = WebhookStore(database).all()
    if not known:
        return {"webhooks": [], "unspread_since": None}
    record = DeliveryRecord(database, kept=timedelta(), clock=lambda: now)
    standings = record.standings(each.id for each in known)
    found = []
    for each in known:
        standing = standings[each.id]
        waits = now - standing.oldest if standing.oldest and each.department not in suspended else timedelta()
        found.append(
            {
                "webhook": each.id,
                "department": each.department,
                "disabled_at": each.disabled_at,
                "disabled_by": each.disabled_by,
                "waiting": standing.counts[Progress.WAITING],
                "parked": standing.counts[Progress.PARKED],
                "late_s": waits.total_seconds() if waits > LATE else None,
                "dropped": each.dropped if each.dropped_at and now - each.dropped_at < REMEMBERED else 0,
                "dropped_until": each.dropped_until,
            }
        )
    return {"webhooks": found, "unspread_since": _oldest(database, "webhooks_since", known[0].added_at)}


def _unconfirmed_since(database: Database[dict[str, Any]]) -> datetime | None:
    """Of some that wait: each time one was not confirmed, it waits anew."""
    waiting = database["department_events"].find({"outbox_since": {"$gte": EVER}}, {"stored_at": 1})
    return min((each["stored_at"] for each in waiting.sort("outbox_since", ASCENDING).limit(SOME)), default=None)


def _oldest(database: Database[dict[str, Any]], mark: str, since: datetime) -> datetime | None:
    """Since when the oldest event bears a mark that somebody takes away soon."""
    found = database["department_events"].find_one({mark: {"$gte": since}}, {mark: 1}, sort=[(mark, ASCENDING)])
    return found[mark] if found else None
