"""How a department gets on at the broker, and since when what waits for it does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import pika
from pymongo.collection import Collection

from deploy.broker.departments import AtBroker
from deploy.broker.queues import count
from deploy.operator.parked_answers import oldest_parked
from services.contracts.feed.catching_up import Since
from services.contracts.feed.events import Malformed, PublicEvent
from services.contracts.feed.streams import last_offset, up_to_now
from services.notify.feed.departments import Replayed


@dataclass(frozen=True, kw_only=True)
class Health:
    """How a department gets on: messages that `wait`, were `parked` and can be read again (`kept`), and how many of its
    consumers are connected; and of its own answers those that were parked. None where the broker does not know its
    queue. `oldest` is since when the first of those that wait does, `answers_parked_since` when the first answer was
    parked; None where none is, or its headers cannot be read.
    """

    waiting: int | None
    parked: int | None
    kept: int | None
    consumers: int | None
    oldest: datetime | None
    answers_parked: int | None
    answers_parked_since: datetime | None


def health_of(
    connection: pika.BlockingConnection,
    known: AtBroker,
    *,
    replays: Sequence[Replayed],
    told: Collection[dict[str, Any]],
) -> Health:
    """As the broker knows it; when an event was `told` is kept there. Raises pika's errors."""
    waiting, consumers = count(connection, known.queue) or (None, None)
    parked, _ = count(connection, known.parking) or (None, None)
    kept, _ = count(connection, known.stream) or (None, None)
    answers, _ = (known.answers and count(connection, known.said_parking)) or (None, None)
    told_at = partial(_told_at, connection, known.stream, told)
    return Health(
        waiting=waiting,
        parked=parked,
        kept=kept,
        consumers=consumers,
        oldest=waits_since(waiting, replays, told_at) if waiting else None,
        answers_parked=answers,
        answers_parked_since=oldest_parked(connection.channel(), known.said_parking) if answers else None,
    )


def waits_since(
    waiting: int, replays: Sequence[Replayed], told_at: Callable[[int], datetime | None]
) -> datetime | None:
    """When the first of so many that wait came into the queue: when it was told, or with one of the `replays`, of which
    the newest comes first. `told_at` knows when the last, the last but one (2), … was told. None where it cannot be
    known."""
    for each in replays:
        if _is_told_after(each, told_at(waiting)):
            break
        before = waiting - each.count
        if before <= 0 or _is_told_after(each, told_at(before)):
            return each.at
        waiting = before
    return told_at(waiting)


def _is_told_after(replayed: Replayed, at: datetime | None) -> bool:
    return at is not None and at >= replayed.at


def _told_at(
    connection: pika.BlockingConnection, stream: str, told: Collection[dict[str, Any]], place: int
) -> datetime | None:
    """The queue and the stream are told the same, so that what waits is as far from the end of the stream; a message
    that is taken from the queue to be looked at would count as handed out. Where it is not known any more when it was
    told, then when it happened."""
    last = last_offset(connection, stream)
    if last is None:
        return None
    found = next(up_to_now(connection, stream, Since(offset=max(0, last - place + 1))), None)
    if found is None:
        return None
    try:
        event = PublicEvent.from_json(found.body)
    except Malformed:  # of a version that is gone, or laid in by hand
        return None
    known = told.find_one({"_id": event.id}, {"stored_at": 1})
    return known["stored_at"] if known else event.time
