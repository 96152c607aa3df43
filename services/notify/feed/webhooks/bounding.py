"""How much is kept for a webhook, and for how long: who takes nothing for days fills no disk.

What is too much is parked first, from where it is sent again on request. Nothing goes while it waits, and what goes
undelivered is counted. It can still be read from the feed (pulling.py), for as long as that is kept.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

import structlog

from services.notify.feed.webhooks.domain import MOST_KEPT, MOST_WAITING, Webhook
from services.notify.feed.webhooks.record import DeliveryRecord
from services.notify.feed.webhooks.store import WebhookStore

log = structlog.get_logger()


def keep_within_bounds(
    known: Iterable[Webhook],
    *,
    record: DeliveryRecord,
    webhooks: WebhookStore,
    clock: Callable[[], datetime],
    waiting: int = MOST_WAITING,
    kept: int = MOST_KEPT,
) -> None:
    """Of each the newest stays; two processes that do so at once take no more than one."""
    for webhook in known:
        parked = record.park_beyond(webhook.id, most=waiting)
        gone = [each for each in (record.drop_over(webhook.id), record.drop_beyond(webhook.id, most=kept)) if each]
        for each in gone:
            webhooks.note_dropped(webhook.id, count=each.count, until=each.until, at=clock())
        if parked or gone:
            log.warning(
                "webhook_bounded",
                webhook=webhook.id,
                department=webhook.department,
                parked=parked,
                dropped=sum(each.count for each in gone),
            )


def forget_removed(record: DeliveryRecord, *, webhooks: WebhookStore) -> None:
    """Deliveries that somebody made for a webhook while it was removed."""
    for id in record.webhooks():
        if webhooks.find(id) is None:
            record.remove(id)
