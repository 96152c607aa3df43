"""What waits for other departments at the broker and on its way to their webhooks, and whether the feed moves."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pika
import pymongo
from pika.exceptions import AMQPError
from pymongo import ASCENDING
from pymongo.database import Database

from deploy.broker.departments import LONGEST_QUEUE
from deploy.broker.queues import connect, count, has_exchange
from deploy.local.stack import Stack
from deploy.operator.department_places import at_broker, kept_for, notify_database
from deploy.operator.status.elsewhere import log_of
from deploy.operator.status.trouble import Trouble
from deploy.operator.status.waiting import age
from services.chassis.addresses import beside
from services.chassis.retention import EVER
from services.contracts.department_webhooks import DisabledBy, Progress
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

STANDS_STILL = timedelta(minutes=5)

REMEMBERED = timedelta(days=7)
"""So long it is told that something was dropped; the webhook's department reads it for ever."""

LONG = LONGEST_QUEUE * 8 // 10

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
    known = DepartmentStore(database).all()
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
                "is_old": each.id in recent and queued[each.id]["waiting"] > recent[each.id],
            }
            for each in known
            if each.id in queued
        ],
        **_on_their_way(database, suspended, now=now),
        "uncounted_since": _oldest(database, "unnumbered_since", EVER),
        "unconfirmed_since": _unconfirmed_since(database),
    }


def in_departments(facts: dict[str, Any]) -> Iterator[Trouble]:
    """Each with its mend."""
    known = facts["departments"]
    if not known:
        return
    if facts["broker"] and not facts["broker_alarm"] and known["is_there"] is not False:  # else that is told
        yield from _unconfirmed(known["unconfirmed_since"])
    if facts["broker"] and known["is_there"] is False:
        yield Trouble(
            code="departments-missing",
            about="departments",
            sentence="the departments' side of the broker is not there, and nothing can be told: `loket broker"
            " declare` makes it, and names whom `loket departments rotate NAME` gives a new password",
        )
    for each in known["departments"]:
        yield from _in_queue(each)
    for each in known["webhooks"]:
        yield from _in_webhook(each)
    notify = facts["services"].get("notify", {"ready": True})
    if notify["ready"]:  # else that is told
        yield from _in_feed(known, supervised=facts["supervised"])


def _in_queue(each: dict[str, Any]) -> Iterator[Trouble]:
    name = each["department"]
    if each["missing"]:
        yield Trouble(
            code="department-missing",
            about=name,
            sentence=f"{name} lacks {', '.join(each['missing'])} at the broker, and is not told or not heard in"
            " everything: `loket broker declare` makes it anew",
        )
    if (each["waiting"] or 0) >= LONG:
        yield Trouble(
            code="department-queue-long",
            about=name,
            sentence=f"{each['waiting']} messages wait for {name}: beyond {LONGEST_QUEUE} the oldest go into its"
            f" parking queue; ask there, `loket departments replay {name} --from …` sends them again",
        )
    elif each["is_old"] and not each["suspended"]:
        connected = f"{each['consumers']} of its programs are connected" if each["consumers"] else "none is connected"
        yield Trouble(
            code="department-behind",
            about=name,
            sentence=f"some of the {each['waiting']} messages for {name} have waited for more than a day ({connected});"
            " ask there, it misses nothing that is kept",
        )
    if each["parked"]:
        yield Trouble(
            code="department-parked",
            about=name,
            sentence=f"{name} refused {each['parked']} messages, or left them for too long: they are in its parking"
            f" queue, which it can read; ask there, `loket departments replay {name} --from …` sends them again",
        )
    if each["answers_parked"]:
        yield Trouble(
            code="answers-parked",
            about=name,
            sentence=f"{_answers(each['answers_parked'])} of {name} came to nothing: refused, or notify failed at"
            f" it or never took it, of which it knows nothing; `loket departments answers list --department {name}`"
            " says which, `… replay` has them heard again",
        )


def _answers(count: int) -> str:
    return "1 answer" if count == 1 else f"{count} answers"


def _in_webhook(each: dict[str, Any]) -> Iterator[Trouble]:
    id, where = each["webhook"], f"the webhook {each['webhook']} of {each['department']}"
    if each["disabled_at"]:
        by = "answered 410" if each["disabled_by"] == DisabledBy.GONE else "was disabled by its department"
        parked = f", {each['parked']} are parked" if each["parked"] else ""
        replay = f" and `… replay {id} --parked`" if each["parked"] else ""
        yield Trouble(
            code="webhook-disabled",
            about=id,
            sentence=f"{where} {by} on {each['disabled_at']:%d.%m. %H:%M} UTC and is sent nothing{parked}; ask there,"
            f" then `loket departments webhook enable {id}`{replay}",
        )
    elif each["late_s"] is not None:
        yield Trouble(
            code="webhook-behind",
            about=id,
            sentence=f"{where} has not taken {each['waiting']} events, the oldest for {age(each['late_s'])};"
            f" `loket departments webhook attempts {id}` says why",
        )
    elif each["parked"]:
        yield Trouble(
            code="webhook-parked",
            about=id,
            sentence=f"{each['parked']} events for {where} are parked: it did not take them in time, or was disabled"
            f" then; `loket departments webhook replay {id} --parked` sends them again",
        )
    if each["dropped"]:
        yield Trouble(
            code="webhook-dropped",
            about=id,
            sentence=f"{each['dropped']} events for {where} up to {each['dropped_until']:%d.%m. %H:%M} UTC did not"
            " reach it and went, since too many were kept or they were parked for too long: tell the department; it"
            " reads at `/departments/events` what is still kept there",
        )


def _in_feed(known: dict[str, Any], *, supervised: bool) -> Iterator[Trouble]:
    for name, what in (("uncounted_since", "read over the API"), ("unspread_since", "brought to webhooks")):
        if known[name] and datetime.now(UTC) - known[name] > STANDS_STILL:
            yield Trouble(
                code="feed-stands-still",
                about="departments",
                sentence=f"what departments hear has not been {what} since {known[name]:%d.%m. %H:%M} UTC: notify does"
                f" not get to it; see {log_of('notify', supervised=supervised)}",
            )


def _unconfirmed(since: datetime | None) -> Iterator[Trouble]:
    if since and datetime.now(UTC) - since > STANDS_STILL:
        yield Trouble(
            code="feed-unconfirmed",
            about="departments",
            sentence="the broker has not confirmed what departments are told since"
            f" {since:%d.%m. %H:%M} UTC: when it was last told a queue or stream of theirs took nothing, as where most"
            " of its nodes are away; see the broker's log. It is told again until all have it, and the others hear it"
            " as often",
        )


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
