"""Parked messages: look at them, send them back to their consumer, or drop them with a reason.

Plain AMQP with pika. Looking hands a message back to its queue, so nothing is lost when the command is interrupted;
replaying publishes a confirmed copy to the consumer's queue before the parked one is acknowledged.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker, NackError, UnroutableError

from deploy.broker.queues import connect, count
from deploy.operator.audit import note
from deploy.operator.letters import DeadLetter, called, event_of, letter_of, shown
from services.chassis.deliveries import VERBATIM
from services.chassis.topology import ASTRAY, ATTEMPTS
from services.contracts.topology import QUESTION_QUEUES, SUBSCRIPTIONS

PRACTICE = "notify.tell-citizen"
"""Where a practice message goes."""

RESOURCE_LOCKED = 405
PARKING = (*SUBSCRIPTIONS, ASTRAY.name)
"""What is parked for: a consumer's queue, or none that there is."""

ONE_AT_A_TIME = "loket.dead-letters"
"""An exclusive queue: who looks has all that is parked in hand, and a second one would see but half."""


class NoSuchMessage(Exception):
    """No parked message has this id; `loket dead-letters list` shows those that there are. `alike` begin with it: an id
    of an earlier version lacks the figures of the message.
    """

    def __init__(self, id: str, alike: Iterable[str] = ()) -> None:
        super().__init__(id)
        self.alike = sorted(set(alike))


class TwoOfOneId(Exception):
    """Two messages that are not the same have this id: nothing is done to either."""


class NoConsumer(Exception):
    """There is no queue of this name, or it is none that a consumer takes events from. Nothing was sent."""


class NoWayBack(Exception):
    """It cannot go back to where it came from; its text says why. It can be dropped."""


class AnotherAtWork(Exception):
    """Somebody else looks at what is parked at this moment."""


Message = tuple[Any, Any, bytes]
"""As it was received: how, its properties and its body."""

Held = tuple[DeadLetter, Message]
"""A parked message as it is shown, and as it was received and not yet acknowledged."""

Letters = list[DeadLetter]
Left = list[tuple[DeadLetter, Exception]]
Holding = list[Held]
Raw = list[tuple[dict[str, Any], dict[str, Any]]]


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """What was sent back, and what is `left` where it was: each with why, NoWayBack, NoConsumer, or pika's NackError or
    UnroutableError where the broker did not take it."""

    sent: Letters
    left: Left


class DeadLetters:
    """The parked messages of one broker; every act is written to the audit log first."""

    command = "dead-letters"
    """What the operator says to get here; begins each act in the audit log."""

    def __init__(self, amqp_uri: str, *, audit: Path, queues: Iterable[str] = PARKING) -> None:
        self._uri = amqp_uri
        self._audit = audit
        self._queues = tuple(queues)

    def list(self, queue: str | None = None) -> Letters:
        """All of them, or one queue's, oldest first in each; they stay where they are."""
        with self._parked(queue) as (_, held):
            return [letter for letter, _ in held]

    def look(self) -> Raw:
        """Headers and event of each, as they are: what is locked in them nobody here can open."""
        with self._parked() as (_, held):
            return [(properties.headers or {}, event_of(body)) for _, (_, properties, body) in held]

    def show(self, message_id: str) -> DeadLetter:
        """One, redacted. Raises NoSuchMessage and TwoOfOneId."""
        self._note("show", message_id, "")
        with self._parked() as (_, held):
            return _chosen(held, (message_id,))[0][0]

    def replay(self, *message_ids: str) -> Replayed:
        """Send them back to their consumers, with all their tries before them; what is astray to the queue for which it
        came due. What cannot go back keeps no other. Raises NoSuchMessage and TwoOfOneId, before anything is sent."""
        done = Replayed(sent=[], left=[])
        with self._parked() as (channel, held):
            channel.confirm_delivery()
            for letter, message in _chosen(held, message_ids):
                try:
                    self._send_back(channel, (letter, message))
                except (NoWayBack, NoConsumer, NackError, UnroutableError) as why:
                    done.left.append((letter, why))
                else:
                    done.sent.append(letter)
        return done

    def practise(self) -> str:
        """Send a consumer something that it parks, and nobody misses: unsigned, about nobody. Its id there."""
        id = f"practice:{uuid4().hex[:8]}"
        event = {"specversion": "1.0", "id": id, "type": "be.loket.practice.v1", "source": "/practice", "data": {}}
        body = json.dumps(event).encode()
        parked = called(PRACTICE, id, body)
        self._note("practise", parked, "")
        with connect(self._uri) as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            properties = pika.BasicProperties(content_type="application/cloudevents+json", delivery_mode=2)
            channel.basic_publish("", PRACTICE, body, properties, mandatory=True)
        return parked

    def drop(self, *message_ids: str, reason: str) -> Letters:
        """Delete them for good. Raises NoSuchMessage, TwoOfOneId, and ValueError without a reason."""
        if not reason.strip():
            raise ValueError("say why: --reason '…' goes into the audit log")
        with self._parked() as (channel, held):
            chosen = _chosen(held, message_ids)
            for letter, (method, _, _) in chosen:
                self._note("drop", letter.id, reason)
                channel.basic_ack(method.delivery_tag)
            return [letter for letter, _ in chosen]

    @contextmanager
    def _parked(self, only: str | None = None) -> Iterator[tuple[BlockingChannel, Holding]]:
        """What was not acknowledged goes back to its queue, in its order, when this ends."""
        with connect(self._uri) as connection:
            queues = [only] if only else self._queues
            known = [queue for queue in queues if count(connection, f"{queue}.parked") is not None]
            channel = connection.channel()
            _be_alone(connection)
            yield channel, [held for queue in known for held in self._held(channel, queue)]

    def _held(self, channel: BlockingChannel, queue: str) -> Iterator[Held]:
        while True:
            method, properties, body = channel.basic_get(f"{queue}.parked")
            if method is None or properties is None or body is None:
                return
            message = (method, properties, body)
            yield self._letter(queue, message), message

    def _letter(self, queue: str, message: Message) -> DeadLetter:
        method, properties, body = message
        letter = letter_of(queue, properties.headers or {}, body)
        if queue != ASTRAY.name:
            return letter
        detail = shown(f"due for {method.routing_key}")
        return replace(letter, consumer=method.routing_key, reason="astray", detail=detail)

    def _send_back(self, channel: BlockingChannel, held: Held) -> None:
        letter, (method, properties, body) = held
        exchange, key = self._way_back(held)
        if count(channel.connection, letter.consumer) is None:
            raise NoConsumer(letter.consumer)
        self._note("replay", letter.id, letter.reason)
        again = pika.BasicProperties(
            content_type=properties.content_type,
            message_id=properties.message_id,
            headers={**_verbatim(properties.headers or {}), ATTEMPTS: 0},
            delivery_mode=2,
        )
        try:
            channel.basic_publish(exchange, key, body, again, mandatory=True)
        except (NackError, UnroutableError):
            self._note("replay undone", letter.id, "the broker did not take it: nothing was sent")
            raise
        channel.basic_ack(method.delivery_tag)

    def _way_back(self, held: Held) -> tuple[str, str]:
        """Exchange and routing key by which it comes to its consumer. Raises NoConsumer and NoWayBack."""
        letter, _ = held
        if not _is_a_consumers(letter.consumer):
            raise NoConsumer(letter.consumer)
        return "", letter.consumer

    def _note(self, act: str, message_id: str, reason: str) -> None:
        """One JSON line: who did what to which message, when and why."""
        self._audit.parent.mkdir(parents=True, exist_ok=True)
        note(self._audit, f"{self.command} {act}", message_id, reason)


def _be_alone(connection: pika.BlockingConnection) -> None:
    """Until the connection ends. Raises AnotherAtWork."""
    try:
        connection.channel().queue_declare(ONE_AT_A_TIME, exclusive=True)
    except ChannelClosedByBroker as refusal:
        if refusal.reply_code != RESOURCE_LOCKED:
            raise
        raise AnotherAtWork from None


def _chosen(held: list[Held], message_ids: Iterable[str]) -> list[Held]:
    by_id: dict[str, list[Held]] = {}
    for letter, message in held:
        by_id.setdefault(letter.id, []).append((letter, message))
    chosen: list[Held] = []
    for id in dict.fromkeys(message_ids):
        if id not in by_id:
            raise NoSuchMessage(id, (each for each in by_id if each.startswith(id)))
        if len({body for _, (_, _, body) in by_id[id]}) > 1:
            raise TwoOfOneId(id)
        chosen += by_id[id]
    return chosen


def _verbatim(headers: dict[str, Any]) -> dict[str, str]:
    """What else they hold under these names is no text of ours, and pika may not be able to write what it read."""
    said = {name: headers.get(name) for name in VERBATIM}
    return {name: each for name, each in said.items() if isinstance(each, str) and len(each) <= VERBATIM[name]}


def _is_a_consumers(queue: str) -> bool:
    """Whoever may delay a message names the queue for which it comes due: by replaying it nobody gets to write anywhere
    else."""
    return queue not in QUESTION_QUEUES and not queue.startswith("loket.") and not queue.endswith(".parked")
