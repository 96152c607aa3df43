"""Parked messages: look at them, send them back to their consumer, or drop them with a reason.

Plain AMQP with pika. Looking hands a message back to its queue, so nothing is lost when the command is interrupted;
replaying publishes a confirmed copy to the consumer's queue before the parked one is acknowledged.
"""

import getpass
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pika
from pika.adapters.blocking_connection import BlockingChannel

from services.chassis.topology import ATTEMPTS, DETAIL, REASON
from services.contracts.topology import SUBSCRIPTIONS

SEALED = "«sealed»"
SHOWN = ("specversion", "id", "type", "source", "subject", "time", "sequence", "traceparent")
"""Attributes of the envelope that are shown as they are; they hold no personal data by contract."""


class NoSuchMessage(Exception):
    """No parked message has this id; `loket dead-letters list` shows those that there are."""


@dataclass(frozen=True, kw_only=True)
class DeadLetter:
    """A parked message, redacted. `id` is the event's, or the place in its queue where it has none."""

    id: str
    queue: str
    reason: str
    detail: str
    size: int
    deaths: int
    event: dict[str, Any]


class DeadLetters:
    """The parked messages of one broker; every act is written to the audit log first."""

    def __init__(self, amqp_uri: str, *, audit: Path, queues: Iterable[str] = tuple(SUBSCRIPTIONS)) -> None:
        self._uri = amqp_uri
        self._audit = audit
        self._queues = tuple(queues)

    def count(self) -> dict[str, int]:
        """Parked messages by consumer queue. Quorum queues tell their count with a few seconds' delay."""
        with self._channel() as channel:
            return {
                queue: channel.queue_declare(f"{queue}.parked", passive=True).method.message_count
                for queue in self._queues
            }

    def list(self) -> list[DeadLetter]:
        """All of them, oldest first in each queue; they stay where they are."""
        found = []
        with self._channel() as channel:
            for queue in self._queues:
                found += [letter for letter, _ in self._held(channel, queue)]
        return found

    def show(self, message_id: str) -> DeadLetter:
        """One, redacted. Raises NoSuchMessage."""
        self._note("show", message_id, "")
        with self._channel() as channel:
            return self._find(channel, message_id)[0]

    def replay(self, message_id: str) -> DeadLetter:
        """Send it back to its consumer, with all its tries before it. Raises NoSuchMessage."""
        with self._channel() as channel:
            letter, (method, properties, body) = self._find(channel, message_id)
            self._note("replay", message_id, letter.reason)
            kept = {key: value for key, value in (properties.headers or {}).items() if key == "traceparent"}
            channel.confirm_delivery()
            channel.basic_publish(
                "",
                letter.queue,
                body,
                pika.BasicProperties(
                    content_type=properties.content_type,
                    message_id=properties.message_id,
                    headers={**kept, ATTEMPTS: 0},
                    delivery_mode=2,
                ),
                mandatory=True,
            )
            channel.basic_ack(method.delivery_tag)
            return letter

    def drop(self, message_id: str, *, reason: str) -> DeadLetter:
        """Delete it for good. Raises NoSuchMessage, and ValueError without a reason."""
        if not reason.strip():
            raise ValueError("say why: --reason '…' goes into the audit log")
        with self._channel() as channel:
            letter, (method, _, _) = self._find(channel, message_id)
            self._note("drop", message_id, reason)
            channel.basic_ack(method.delivery_tag)
            return letter

    @contextmanager
    def _channel(self) -> Iterator[BlockingChannel]:
        """What was not acknowledged goes back to its queue when this ends."""
        connection = pika.BlockingConnection(pika.URLParameters(self._uri))
        try:
            yield connection.channel()
        finally:
            connection.close()

    def _find(self, channel: BlockingChannel, message_id: str) -> tuple[DeadLetter, tuple[Any, Any, bytes]]:
        for queue in self._queues:
            for letter, message in self._held(channel, queue):
                if letter.id == message_id:
                    return letter, message
        raise NoSuchMessage(message_id)

    @staticmethod
    def _held(channel: BlockingChannel, queue: str) -> Iterator[tuple[DeadLetter, tuple[Any, Any, bytes]]]:
        place = 0
        while True:
            method, properties, body = channel.basic_get(f"{queue}.parked")
            if method is None or properties is None or body is None:
                return
            place += 1
            yield _letter(queue, place, properties, body), (method, properties, body)

    def _note(self, act: str, message_id: str, reason: str) -> None:
        """One JSON line: who did what to which message, when and why."""
        self._audit.parent.mkdir(parents=True, exist_ok=True)
        entry = {
            "at": datetime.now(UTC).isoformat(),
            "who": os.environ.get("SUDO_USER") or getpass.getuser(),
            "act": f"dead-letters {act}",
            "message": message_id,
            "reason": reason,
        }
        descriptor = os.open(self._audit, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as audit:
            audit.write(json.dumps(entry, ensure_ascii=False) + "\n")


def _letter(queue: str, place: int, properties: Any, body: bytes) -> DeadLetter:
    headers = properties.headers or {}
    deaths = headers.get("x-death") or []
    event = _redacted(body)
    return DeadLetter(
        id=str(event.get("id") or f"{queue}#{place}"),
        queue=queue,
        reason=str(headers.get(REASON) or (deaths[0].get("reason") if deaths else "unknown")),
        detail=str(headers.get(DETAIL) or ""),
        size=len(body),
        deaths=sum(int(death.get("count", 0)) for death in deaths),
        event=event,
    )


def _redacted(body: bytes) -> dict[str, Any]:
    """The envelope of an event with the names of its data's fields, but none of their values."""
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(event, dict):
        return {}
    shown: dict[str, Any] = {key: str(event[key])[:200] for key in SHOWN if key in event}
    data = event.get("data")
    if isinstance(data, dict):
        shown["data"] = {str(key)[:60]: SEALED for key in data}
    return shown
