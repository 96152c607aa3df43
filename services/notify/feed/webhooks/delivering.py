"""Bringing what is due: each webhook has workers of its own, so that one that is slow or dead keeps nobody waiting.

A worker claims one delivery, sends it and marks what came of it. Nobody else sends it meanwhile, in any process; if the
worker dies, it is due again when the claim is over, and leaves again with the same `webhook-id`.
"""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from time import monotonic
from typing import Protocol

import structlog

from services.chassis.crash import crash_point
from services.chassis.logs import raised_at
from services.contracts.delivery import TryLater, Unacceptable
from services.contracts.department_webhooks import DisabledBy
from services.contracts.feed.events import CONTENT_TYPE
from services.notify.feed.departments import Departments
from services.notify.feed.webhooks.domain import (
    CLOCKS_DIFFER,
    LEAST_SPREAD,
    MOST_SPREAD,
    Attempt,
    Delivery,
    Files,
    Response,
    Webhook,
)
from services.notify.feed.webhooks.keys import SigningKeys
from services.notify.feed.webhooks.signing import signed_headers
from services.notify.feed.webhooks.store import DeliveryStore, WebhookStore

log = structlog.get_logger()

AT_ONCE = 2
"""Deliveries of one webhook that one process sends at the same time; one, while it takes nothing."""

SPARE = timedelta(seconds=10)
"""How much longer a claim lasts than an attempt may take. Where the store kept it more slowly, it is not used."""

PROGRAM = "Loket"


class Send(Protocol):
    """See sending.Sender.send."""

    def __call__(self, url: str, *, headers: Mapping[str, str], body: bytes, files: Files) -> Response: ...


class Courier:
    """Brings deliveries. `stop` lets those that are under way come to their end."""

    def __init__(
        self,
        *,
        departments: Departments,
        webhooks: WebhookStore,
        deliveries: DeliveryStore,
        keys: SigningKeys,
        send: Send,
        longest: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        self._departments = departments
        self._webhooks = webhooks
        self._deliveries = deliveries
        self._keys = keys
        self._send = send
        self._lease = longest + SPARE
        self._longest = longest
        self._clock = clock
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._working: Counter[str] = Counter()
        self._threads: set[threading.Thread] = set()

    def look(self, known: Iterable[Webhook]) -> None:
        """Start workers where something is due, and return: they go on by themselves until nothing is."""
        for webhook in known:
            if webhook.disabled_at:
                self._park(webhook.id)
                continue
            self._lock_anew(webhook)
            self._deliveries.date_back(webhook.id, beyond=CLOCKS_DIFFER, lease=self._lease)
            at_once = 1 if webhook.failing_since else AT_ONCE
            missing = at_once - self._working[webhook.id]
            if missing > 0 and self._may_send(webhook) and self._deliveries.any_due(webhook.id):
                for _ in range(missing):
                    self._start(webhook.id)

    def stop(self) -> None:
        """Nothing new is begun."""
        self._stopping.set()
        for thread in list(self._threads):
            thread.join(self._longest.total_seconds())

    def work_off(self, id: str) -> None:
        """Bring what is due of one webhook, one after the other, as long as it may be sent to."""
        while not self._stopping.is_set():
            webhook = self._webhooks.find(id)
            if webhook is None or webhook.disabled_at or not self._may_send(webhook):
                return
            delivery = self._deliveries.claim(id, lease=self._lease)
            if delivery is None:
                return
            crash_point("notify.webhook-claimed")
            self._bring(webhook, delivery)

    def _park(self, id: str) -> None:
        """What waits for a webhook that is disabled, also what somebody who died had still to park; not what is
        replayed once it is enabled, even between our looking and our parking."""
        looked_at = self._clock()
        webhook = self._webhooks.find(id)
        if webhook is not None and webhook.disabled_at:
            # what was made or asked for again just now is not parked for what was known before
            self._deliveries.park(id, until=looked_at - CLOCKS_DIFFER)

    def _may_send(self, webhook: Webhook) -> bool:
        department = self._departments.find(webhook.department)
        return department is not None and not department.is_suspended

    def _bring(self, webhook: Webhook, delivery: Delivery) -> None:
        began, at = monotonic(), self._clock()
        response = self._sent(webhook, delivery, at)
        crash_point("notify.webhook-sent")
        took = timedelta(seconds=monotonic() - began)
        attempt = Attempt(at=at, took=took, status=response.status, reason=response.reason)
        drawn = random.uniform(LEAST_SPREAD, MOST_SPREAD)  # noqa: S311 - spreads the attempts, no secret
        now = self._clock()
        if response.is_gone:
            self._webhooks.disable(webhook.id, at=now, by=DisabledBy.GONE)
        self._deliveries.settle(delivery, delivery.after(attempt, response, now=now, drawn=drawn))
        self._note(webhook, response, now)
        log.info(
            "webhook_tried",
            webhook=webhook.id,
            department=webhook.department,
            event_id=delivery.event,
            status=response.status,
            reason=response.reason,
        )

    def _sent(self, webhook: Webhook, delivery: Delivery, at: datetime) -> Response:
        if delivery.due_at is None or at + self._longest > delivery.due_at:  # the store was slow: it may be another's
            return Response(reason="too-slow")
        try:
            keys = self._keys.of(webhook, now=at)
        except (TryLater, Unacceptable):
            return Response(reason="key-not-here")
        headers = {
            "Content-Type": CONTENT_TYPE,
            "User-Agent": PROGRAM,
            **signed_headers(delivery.event, delivery.body, keys=keys, at=at),
        }
        return self._send(webhook.url, headers=headers, body=delivery.body, files=webhook.files)

    def _note(self, webhook: Webhook, response: Response, now: datetime) -> None:
        """That it takes something again, or nothing since now."""
        if not response.is_delivered and webhook.failing_since is None:
            self._webhooks.note_failing(webhook.id, since=now)
        if response.is_delivered and webhook.failing_since is not None:
            if webhook.was_away(now=now):
                self._deliveries.hasten(webhook.id, beyond=self._lease)
            self._webhooks.note_failing(webhook.id, since=None)

    def _lock_anew(self, webhook: Webhook) -> None:
        try:
            secrets = self._keys.locked_anew(webhook)
        except (TryLater, Unacceptable):
            return  # its attempts say so
        if secrets is not None:
            self._webhooks.sign_with(webhook, secrets)

    def _start(self, id: str) -> None:
        with self._lock:
            self._working[id] += 1
        thread = threading.Thread(target=self._run, args=(id,), daemon=True, name=f"webhook {id}")
        self._threads.add(thread)
        thread.start()

    def _run(self, id: str) -> None:
        try:
            self.work_off(id)
        except Exception as error:  # noqa: BLE001 - what is claimed is due again later
            log.warning("webhook_not_worked_off", webhook=id, error=type(error).__name__, raised_at=raised_at(error))
        finally:
            with self._lock:
                self._working[id] -= 1
            self._threads.discard(threading.current_thread())
