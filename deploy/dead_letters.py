"""Parked messages: look, replay, drop; every act is in the audit log. What was sealed stays sealed."""

import getpass
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker, NackError, UnroutableError

from deploy.broker_queues import connect, count
from services.contracts.topology import SUBSCRIPTIONS

SEALED = frozenset({"request", "facts", "contact"})
"""Fields of events that travel sealed (services/contracts/events.py)."""

PLAIN = ("application_id", "certificate_id", "product", "language", "state", "code", "reason", "channel", "sha256")
"""Fields of events that say nothing about a person; anything else is not shown."""

MOST = 10_000


class NoSuchLetter(LookupError):
    """No parked message has this id."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One parked message. `id` is short and the same as long as the message is parked."""

    id: str
    queue: str
    tag: int
    body: bytes
    properties: pika.BasicProperties

    @property
    def headers(self) -> dict[str, Any]:
        return self.properties.headers or {}

    def summary(self) -> dict[str, Any]:
        """What is shown in a list: the envelope and the reason, no field of a person."""
        envelope = self._envelope()
        return {
            "id": self.id,
            "queue": self.queue,
            "reason": str(self.headers.get("loket-reason") or _broker_reason(self.headers)),
            "detail": str(self.headers.get("loket-detail", "")),
            "event": envelope.get("id"),
            "type": envelope.get("type"),
            "source": envelope.get("source"),
            "subject": envelope.get("subject"),
            "time": envelope.get("time"),
            "bytes": len(self.body),
        }

    def shown(self) -> dict[str, Any]:
        """The summary, and the event's data with everything that could be about a person blacked out."""
        data = self._envelope().get("data")
        fields = data if isinstance(data, dict) else {}
        deaths = self.headers.get("x-death", [])
        return self.summary() | {
            "data": {name: _redacted(name, value) for name, value in fields.items()},
            "deaths": [
                {"queue": death.get("queue"), "reason": death.get("reason"), "count": death.get("count")}
                for death in deaths
                if isinstance(death, dict)
            ],
        }

    def _envelope(self) -> dict[str, Any]:
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        if not isinstance(found, dict):
            return {}
        return {name: value for name, value in found.items() if name == "data" or isinstance(value, str | int)}


class DeadLetters:
    """The parking queues of one broker. Every act is appended to `audit` before it is done."""

    def __init__(self, amqp_uri: str, *, audit: Path) -> None:
        self._amqp_uri = amqp_uri
        self._audit = audit

    def counts(self) -> dict[str, int]:
        """Consumer's queue to how many messages are parked for it; queues that nobody declared yet are left out."""
        with connect(self._amqp_uri) as connection:
            found = {queue: count(connection, f"{queue}.parked") for queue in SUBSCRIPTIONS}
        return {queue: each[0] for queue, each in found.items() if each}

    def letters(self, queue: str | None = None) -> list[Letter]:
        """Those parked now, oldest first."""
        with connect(self._amqp_uri) as connection:
            return [letter for name in _chosen(queue) for letter in _read(connection.channel(), name)]

    def letter(self, wanted: str) -> Letter:
        """Raises NoSuchLetter."""
        for letter in self.letters():
            if letter.id == wanted:
                return letter
        raise NoSuchLetter(wanted)

    def replay(self, wanted: set[str] | None, *, queue: str | None, reason: str) -> list[Letter]:
        """Back to the consumer's own queue, confirmed, and then gone from parking. `wanted` None means all.

        Killed in between, a message is in both; consumers know an event they have seen.
        """
        with self._taken(wanted, queue) as (channel, letters):
            channel.confirm_delivery()
            for letter in letters:
                self._note("replay", letter, reason)
                headers = {k: v for k, v in letter.headers.items() if not k.startswith(("loket-", "x-"))}
                letter.properties.headers = headers or None
                letter.properties.delivery_mode = 2
                try:
                    channel.basic_publish("", letter.queue, letter.body, letter.properties, mandatory=True)
                except (NackError, UnroutableError):
                    raise NoSuchLetter(
                        f"{letter.id}: {letter.queue} does not take it; is the service declared?"
                    ) from None
                channel.basic_ack(letter.tag)
        return letters

    def drop(self, wanted: set[str] | None, *, queue: str | None, reason: str) -> list[Letter]:
        """For good. `wanted` None means all of the queue."""
        with self._taken(wanted, queue) as (channel, letters):
            for letter in letters:
                self._note("drop", letter, reason)
                channel.basic_ack(letter.tag)
        return letters

    @contextmanager
    def _taken(self, wanted: set[str] | None, queue: str | None) -> Iterator[tuple[BlockingChannel, list[Letter]]]:
        with connect(self._amqp_uri) as connection:
            channel = connection.channel()
            letters = [letter for name in _chosen(queue) for letter in _read(channel, name)]
            chosen = [letter for letter in letters if wanted is None or letter.id in wanted]
            if missing := (wanted or set()) - {letter.id for letter in chosen}:
                raise NoSuchLetter(", ".join(sorted(missing)))
            yield channel, chosen

    def _note(self, act: str, letter: Letter, reason: str) -> None:
        line = {
            "at": datetime.now(UTC).isoformat(),
            "who": getpass.getuser(),
            "uid": os.getuid(),
            "act": f"dead-letters {act}",
            "queue": letter.queue,
            "letter": letter.id,
            "event": letter.summary()["event"],
            "parked_for": letter.summary()["reason"],
            "reason": reason,
        }
        self._audit.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(self._audit, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as log:
            log.write(json.dumps(line) + "\n")
            log.flush()
            os.fsync(log.fileno())


def _chosen(queue: str | None) -> list[str]:
    return [queue] if queue else list(SUBSCRIPTIONS)


def _read(channel: BlockingChannel, queue: str) -> list[Letter]:
    """All that is parked for a queue, unacknowledged: it is handed back, in order, when the channel closes."""
    try:
        waiting = channel.queue_declare(f"{queue}.parked", passive=True).method.message_count
    except ChannelClosedByBroker:
        return []
    letters: list[Letter] = []
    for _ in range(min(waiting, MOST)):
        method, properties, body = channel.basic_get(f"{queue}.parked")
        if method is None:
            break
        identity = sha256(f"{queue}\n{properties.message_id}\n".encode() + body).hexdigest()[:12]
        letters.append(Letter(id=identity, queue=queue, tag=method.delivery_tag, body=body, properties=properties))
    return letters


def _redacted(name: str, value: Any) -> Any:
    if name in SEALED:
        return "«sealed»"
    if name in PLAIN or name.endswith(("_at", "_by")):
        return value if isinstance(value, str | int) else "«not shown»"
    return "«not shown»"


def _broker_reason(headers: dict[str, Any]) -> str:
    return str(headers.get("x-first-death-reason", "unknown"))
