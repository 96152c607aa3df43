"""What becomes of a message: acknowledged, sent through a delay queue, or parked with its reason.

A copy is confirmed by the broker before the message is acknowledged; where it confirms nothing, the message stays its.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog

from services.chassis import metrics
from services.chassis.consumer import SteadyConsumer
from services.chassis.deliveries import VERBATIM, body_of, header
from services.chassis.publisher import Publisher, Unpublished
from services.chassis.topology import ATTEMPTS, DELAYS, DETAIL, FIRST_FAILED, PARKED, PARKED_AT, REASON, delay_exchange

log = structlog.get_logger()

LONGEST_PROPERTY = 200


class Settler:
    """Settles the messages of one queue."""

    def __init__(
        self,
        queue: str,
        *,
        consumer: SteadyConsumer,
        publisher: Publisher,
        patience: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        self.queue = queue
        self._consumer = consumer
        self._publisher = publisher
        self._patience = patience
        self._clock = clock

    def acknowledge(self, message: Any, outcome: str) -> None:
        """It had its effect, now (`handled`) or before (`seen-before`)."""
        metrics.EVENTS_HANDLED.labels(self.queue, outcome).inc()
        self._consumer.ack_message(message)

    def requeue(self, message: Any) -> None:
        """Another process, or this one later, will have it."""
        self._consumer.requeue_message(message)

    def delay(self, message: Any, reason: str) -> None:
        """Try again later, less and less often, until the patience that began with the first failure is over."""
        now = self._clock().timestamp()
        attempts = _number(message, ATTEMPTS)
        first_failed = _number(message, FIRST_FAILED) or int(now)
        if now - first_failed >= self._patience.total_seconds():
            self.park(message, "patience-over", reason)
            return
        step = list(DELAYS)[min(attempts, len(DELAYS) - 1)]
        log.warning("event_delayed", reason=reason, step=step)
        waiting = {ATTEMPTS: attempts + 1, FIRST_FAILED: first_failed}
        self._copy(message, delay_exchange(step).name, waiting, "delayed")

    def park(self, message: Any, reason: str, detail: str) -> None:
        """For an operator (`loket dead-letters`)."""
        log.error("event_parked", queue=self.queue, reason=reason, detail=_tellable(detail))
        why = {REASON: reason, DETAIL: _tellable(detail), PARKED_AT: int(self._clock().timestamp())}
        self._copy(message, PARKED.name, why, "parked")

    def _copy(self, message: Any, exchange: str, headers: dict[str, Any], outcome: str) -> None:
        try:
            self._publisher.publish(
                body_of(message),
                exchange=exchange,
                routing_key=self.queue,
                message_id=_tellable(str(message.properties.get("message_id") or "")),
                headers={**_verbatim(message), **headers},
                content_type=_tellable(str(message.content_type or "")),
            )
        except Unpublished as error:
            log.warning("copy_not_published", reason=repr(error))
            self._consumer.requeue_message(message)
            return
        self.acknowledge(message, outcome)


def _verbatim(message: Any) -> dict[str, Any]:
    found = {}
    for name, longest in VERBATIM.items():
        value = header(message, name)
        if isinstance(value, str) and len(value) <= longest and value.isascii():
            found[name] = value
    return found


def _number(message: Any, name: str) -> int:
    seen = header(message, name)
    return seen if isinstance(seen, int) and 0 <= seen < 2**40 else 0


def _tellable(text: str) -> str:
    """Short enough for a property (AMQP 0-9-1, section 4.2.5.3), and nothing that the broker or a log cannot hold."""
    return text.encode("utf-8", "backslashreplace").decode()[:LONGEST_PROPERTY]
