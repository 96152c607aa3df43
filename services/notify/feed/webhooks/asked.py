"""What a department asks of its webhooks over the HTTP API, and what it may change there by itself.

It may have a webhook of its own disabled and enabled, sent again what it was sent, and signed for with a new key: each
is its own affair, and takes nothing from anybody. Where a webhook leads is the operator's to change: who has got hold
of a department's secret has no events brought elsewhere with it.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from services.contracts.department_webhooks import (
    MOST_DELIVERIES,
    MOST_OVERLAP_HOURS,
    DeliveryPage,
    DisabledBy,
    FreshKey,
    Progress,
    ReadDeliveries,
    ReadWebhooks,
    ReplayDeliveries,
    Replayed,
    RotateWebhookKey,
    SigningKeyView,
    SwitchWebhook,
    WebhookList,
    WebhookView,
)
from services.contracts.departments import SANDBOX
from services.contracts.errors import InvalidField, NotFound, WebhookDisabled
from services.contracts.field_errors import FieldErrors, field_error
from services.contracts.notify import Pass
from services.notify.feed.asked import Admissions
from services.notify.feed.webhooks.domain import Standing, Webhook
from services.notify.feed.webhooks.keys import SigningKeys
from services.notify.feed.webhooks.record import DeliveryRecord, delivery_view
from services.notify.feed.webhooks.replaying import replay
from services.notify.feed.webhooks.signing import Scheme
from services.notify.feed.webhooks.store import WebhookStore
from services.notify.feed.webhooks.turns import Turns

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class OwnWebhooks:
    """Those of whoever asks, who is admitted first. Everything raises NotAdmitted, and NotFound for another's."""

    admissions: Admissions
    webhooks: WebhookStore
    record: DeliveryRecord
    turns: Turns = field(default_factory=Turns)

    def of(self, asked_by: Pass) -> tuple[Webhook, ...]:
        """All."""
        return self.webhooks.of(self.admissions.admitted(asked_by).id)

    def one(self, id: str, asked_by: Pass) -> Webhook:
        """The one of that id."""
        for each in self.of(asked_by):
            if each.id == id:
                return each
        raise NotFound


def read_webhooks(asked: ReadWebhooks, *, own: OwnWebhooks, now: datetime) -> WebhookList:
    """Raises NotAdmitted and TooManyRequests."""
    known = own.of(asked.asked_by)
    with own.turns.one(asked.asked_by.department):
        standings = own.record.standings((each.id for each in known), towns=_heard_at(asked.asked_by))
    return WebhookList(webhooks=tuple(_view(each, standings[each.id], now=now) for each in known))


def read_deliveries(asked: ReadDeliveries, *, own: OwnWebhooks) -> DeliveryPage:
    """Raises NotAdmitted, NotFound, InvalidField and TooManyRequests."""
    known = own.one(asked.webhook, asked.asked_by)
    wrong: FieldErrors = {
        **_unless(1 <= asked.limit <= MOST_DELIVERIES, "limit", least=1, most=MOST_DELIVERIES),
        **_one_of(asked.progress, "progress", list(Progress)),
    }
    if wrong:
        raise InvalidField(fields=wrong)
    with own.turns.one(known.department):
        found, following = own.record.page(
            known.id,
            most=asked.limit,
            progress=Progress(asked.progress) if asked.progress else None,
            towns=_heard_at(asked.asked_by),
            after=asked.after,
        )
    return DeliveryPage(deliveries=tuple(map(delivery_view, found)), next=following)


def replay_deliveries(asked: ReplayDeliveries, *, own: OwnWebhooks) -> Replayed:
    """Raises NotAdmitted, NotFound, InvalidField, WebhookDisabled and TooManyRequests."""
    known = own.one(asked.webhook, asked.asked_by)
    if known.disabled_at:
        raise WebhookDisabled
    with own.turns.one(known.department):
        replayed = replay(
            known.id,
            record=own.record,
            since=asked.since,
            parked_only=asked.parked_only,
            towns=_heard_at(asked.asked_by),
        )
    log.info("webhook_replayed", webhook=known.id, department=known.department, count=replayed.replayed)
    return replayed


def switch_webhook(asked: SwitchWebhook, *, own: OwnWebhooks, now: datetime) -> WebhookView:
    """Raises NotAdmitted, NotFound and, before anything is changed, TooManyRequests. The same again changes nothing."""
    known = own.one(asked.webhook, asked.asked_by)
    with own.turns.one(known.department):
        if asked.is_disabled != bool(known.disabled_at):
            if asked.is_disabled:
                own.webhooks.disable(known.id, at=now, by=DisabledBy.ASKED)
            else:
                own.webhooks.enable(known.id)
            log.info("webhook_switched", webhook=known.id, department=known.department, is_disabled=asked.is_disabled)
            known = own.one(asked.webhook, asked.asked_by)
        standings = own.record.standings([known.id], towns=_heard_at(asked.asked_by))
    return _view(known, standings[known.id], now=now)


def rotate_webhook_key(asked: RotateWebhookKey, *, own: OwnWebhooks, keys: SigningKeys, now: datetime) -> FreshKey:
    """Raises NotAdmitted, NotFound and InvalidField."""
    known = own.one(asked.webhook, asked.asked_by)
    is_in_time = 0 <= asked.overlap_hours <= MOST_OVERLAP_HOURS
    wrong: FieldErrors = {
        **_unless(is_in_time, "overlap_hours", least=0, most=MOST_OVERLAP_HOURS),
        **_one_of(asked.signature, "signature", list(Scheme)),
    }
    if wrong:
        raise InvalidField(fields=wrong)
    scheme = Scheme(asked.signature) if asked.signature else known.secrets[0].scheme
    fresh, told = keys.new(scheme, webhook=known.id, at=now)
    while not own.webhooks.sign_with(known, known.rotated(fresh, overlap=timedelta(hours=asked.overlap_hours)).secrets):
        known = own.one(known.id, asked.asked_by)  # another rotated it, or it was locked anew
    log.info("webhook_key_rotated", webhook=known.id, department=known.department)
    return FreshKey(webhook=known.id, signature=str(scheme), made_at=now, key=told)


def _heard_at(asked_by: Pass) -> tuple[str, str]:
    return asked_by.town, SANDBOX


def _unless(is_right: bool, field: str, *, least: int, most: int) -> FieldErrors:
    return {} if is_right else {field: field_error("not-a-number", least=least, most=most)}


def _one_of(chosen: str | None, field: str, choices: list[str]) -> FieldErrors:
    is_right = chosen is None or chosen in choices
    return {} if is_right else {field: field_error("not-a-choice", choices=list(map(str, choices)))}


def _view(known: Webhook, standing: Standing, *, now: datetime) -> WebhookView:
    return WebhookView(
        webhook=known.id,
        url=known.url,
        state=str(known.state),
        since=known.disabled_at or known.failing_since or known.added_at,
        disabled_by=known.disabled_by and str(known.disabled_by),
        keys=tuple(
            SigningKeyView(signature=str(each.scheme), made_at=each.made_at, ends_at=each.ends_at)
            for each in known.signing(now=now)
        ),
        waiting=standing.counts[Progress.WAITING],
        oldest=standing.oldest,
        parked=standing.counts[Progress.PARKED],
        delivered=standing.counts[Progress.DELIVERED],
        dropped=known.dropped,
        dropped_until=known.dropped_until,
    )
