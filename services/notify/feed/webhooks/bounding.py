"""How much is kept for a webhook: who takes nothing for days fills no disk.

What is too much is parked first, from where it is sent again on request. What goes for good can still be read from the
feed (pulling.py), for as long as that is kept.
"""

from collections.abc import Iterable

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
    waiting: int = MOST_WAITING,
    kept: int = MOST_KEPT,
) -> None:
    """Of each the newest stays; two processes that do so at once take no more than one."""
    for webhook in known:
        parked = record.park_beyond(webhook.id, most=waiting)
        dropped = record.drop_beyond(webhook.id, most=kept)
        if dropped:
            webhooks.note_dropped(webhook.id, count=dropped.count, until=dropped.until)
        if parked or dropped:
            log.warning(
                "webhook_bounded",
                webhook=webhook.id,
                department=webhook.department,
                parked=parked,
                dropped=dropped.count if dropped else 0,
            )
