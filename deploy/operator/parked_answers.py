"""Answers of departments that the broker parked: notify refused them (its department is told why, up to 500 a day),
failed at them, or never took them.

What they wrote is not believed. Why and when it was parked is what the broker says, and under which key it was said is
compared with what the department may use.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from deploy.broker.departments import AtBroker
from deploy.operator.dead_letters import DeadLetters, Held, Message, NoWayBack
from deploy.operator.letters import DeadLetter, deaths_of, died_at, letter_of
from deploy.operator.terminal import printable
from services.chassis.topology import DEATHS


class ParkedAnswers(DeadLetters):
    """Those of some departments. Sent back each goes to the exchange to which it was said, with the key under which it
    was: by it notify knows as whom it was answered. Where its department may not use that, or where the headers cannot
    be read, which tell it and why it was parked, it has no way back."""

    command = "departments answers"

    def __init__(self, amqp_uri: str, departments: Iterable[AtBroker], *, audit: Path) -> None:
        self._departments = {each.said: each for each in departments if each.answers}
        super().__init__(amqp_uri, audit=audit, queues=self._departments)

    def _letter(self, queue: str, message: Message) -> DeadLetter:
        _, properties, body = message
        return letter_of(queue, {DEATHS: deaths_of(properties.headers or {})}, body)

    def _way_back(self, held: Held) -> tuple[str, str]:
        letter, (_, properties, _) = held
        department, said_under = self._departments[letter.queue], _key_of(properties.headers or {})
        if said_under is None:
            raise NoWayBack("nothing tells under which key it was said, or its headers cannot be read: drop it")
        if said_under not in department.said_keys:
            told = printable(said_under[:200])
            raise NoWayBack(f"it was said under {told}, which {department.id} may not use: drop it")
        return department.said, said_under


def _key_of(headers: dict[str, Any]) -> str | None:
    """With which it was published before the broker parked it."""
    deaths = deaths_of(headers)
    keys = deaths[0].get("routing-keys") if deaths else None
    return str(keys[0]) if isinstance(keys, list) and keys else None


def oldest_parked(channel: Any, parking: str) -> datetime | None:
    """When the first of what lies there was parked, where its headers tell; it stays there."""
    method, properties, _ = channel.basic_get(parking)
    if method is None:
        return None
    channel.basic_nack(method.delivery_tag, requeue=True)
    return died_at(deaths_of(properties.headers or {}))
