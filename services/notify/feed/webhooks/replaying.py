"""Sending once more what was delivered or parked, as much as there is room for."""

from contextlib import suppress
from datetime import UTC, datetime

from services.chassis.retention import EVER
from services.contracts.department_webhooks import LONGEST_SINCE, Progress, Replayed
from services.contracts.errors import InvalidField
from services.contracts.field_errors import field_error
from services.notify.feed.webhooks.domain import MOST_WAITING
from services.notify.feed.webhooks.record import DeliveryRecord

AT_ONCE = 1000
"""So that whoever asks has an answer in time."""


def replay(
    webhook: str,
    *,
    record: DeliveryRecord,
    since: str | None,
    parked_only: bool,
    towns: tuple[str, ...] | None = None,
) -> Replayed:
    """See ReplayDeliveries; of events of these towns alone, where they are named. Raises InvalidField."""
    beginning = _beginning(since, webhook=webhook, record=record)
    room = MOST_WAITING - record.standings([webhook])[webhook].counts[Progress.WAITING]
    progress = (Progress.PARKED,) if parked_only else (Progress.PARKED, Progress.DELIVERED)
    count, following = record.replay(webhook, *progress, since=beginning, most=max(0, min(AT_ONCE, room)), towns=towns)
    return Replayed(replayed=count, next=following)


def _beginning(since: str | None, *, webhook: str, record: DeliveryRecord) -> datetime:
    """When the event of that id was kept, or the moment that is written."""
    if since is None:
        return EVER
    if len(since) <= LONGEST_SINCE and since.isascii():
        if kept := record.stored_at(webhook, since):
            return kept
        with suppress(ValueError, OverflowError):
            if (moment := datetime.fromisoformat(since)).tzinfo:
                return moment.astimezone(UTC)
    raise InvalidField(fields={"since": field_error("not-a-moment-or-event")})
