"""The broker's exchanges and queues, derived from who subscribes to what. Declaring twice is harmless.

All queues are quorum queues (https://www.rabbitmq.com/docs/quorum-queues) with explicit names and limits, so that
RabbitMQ 3.10 and 4.x behave alike. An event goes: `loket.events` → consumer queue → (a delay queue and back) → parked.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from kombu import Connection, Exchange, Queue, binding

EVENTS = Exchange("loket.events", type="topic", durable=True)
PARKED = Exchange("loket.parked", type="direct", durable=True)
DELAYS = {
    "5s": timedelta(seconds=5),
    "30s": timedelta(seconds=30),
    "5m": timedelta(minutes=5),
    "30m": timedelta(minutes=30),
}
"""After each transient failure a message waits in the next of these; after the last it is parked."""

ATTEMPTS, REASON, DETAIL = "loket-attempts", "loket-reason", "loket-detail"
"""Headers of messages that wait or are parked: delays gone through, why parked, and more about it."""

DELIVERY_LIMIT = 50
"""Deliveries of one message, crashes counted; afterwards the broker parks it."""

UNLIMITED = 1_000_000
"""RabbitMQ 4 gives every quorum queue a limit of 20 unless told; looking at a parked message counts as a delivery."""

QUESTION_LIMIT = 3
"""A question whose service crashed three times over it is dropped: its asker has long been told to come back."""


@dataclass(frozen=True, kw_only=True)
class Topology:
    """Queue name to the event types it receives, and the names of the queues for questions."""

    subscriptions: Mapping[str, tuple[str, ...]]
    questions: Iterable[str] = ()


def delay_exchange(step: str) -> Exchange:
    """Where a message is published, with the consumer's queue as routing key, to come back after the step's time."""
    return Exchange(f"loket.delay.{step}", type="fanout", durable=True)


def consumer_queue(name: str, event_types: Iterable[str]) -> Queue:
    """A consumer's queue: what it does not settle in DELIVERY_LIMIT deliveries the broker parks."""
    return Queue(
        name,
        bindings=[binding(EVENTS, routing_key=event_type) for event_type in event_types],
        durable=True,
        queue_arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": DELIVERY_LIMIT,
            "x-overflow": "reject-publish",
            "x-dead-letter-exchange": PARKED.name,
            "x-dead-letter-routing-key": name,
            "x-dead-letter-strategy": "at-least-once",
        },
    )


def parking_queue(name: str) -> Queue:
    """Where a consumer's hopeless messages wait for an operator."""
    return Queue(
        f"{name}.parked",
        exchange=PARKED,
        routing_key=name,
        durable=True,
        queue_arguments={"x-queue-type": "quorum", "x-delivery-limit": UNLIMITED, "x-overflow": "reject-publish"},
    )


def delay_queue(step: str) -> Queue:
    """Holds messages for the step's time, then hands them back to the queue that their routing key names."""
    return Queue(
        f"loket.delay.{step}",
        exchange=delay_exchange(step),
        durable=True,
        queue_arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": UNLIMITED,
            "x-message-ttl": int(DELAYS[step].total_seconds() * 1000),
            "x-overflow": "reject-publish",
            "x-dead-letter-exchange": "",
            "x-dead-letter-strategy": "at-least-once",
        },
    )


def question_queue(name: str) -> Queue:
    """Questions of the gateway: they expire with the patience of who asked."""
    return Queue(
        name,
        durable=True,
        queue_arguments={"x-queue-type": "quorum", "x-delivery-limit": QUESTION_LIMIT},
    )


def question_queue_name(service: str, question: type) -> str:
    """`intake` and SubmitApplication: `intake.submit-application`."""
    return f"{service}.{re.sub('(?<!^)(?=[A-Z])', '-', question.__name__).lower()}"


def queues(topology: Topology) -> list[Queue]:
    """Everything there is to declare."""
    consumers = [consumer_queue(name, types) for name, types in topology.subscriptions.items()]
    parking = [parking_queue(name) for name in topology.subscriptions]
    return [
        *(delay_queue(step) for step in DELAYS),
        *parking,
        *consumers,
        *(question_queue(name) for name in topology.questions),
    ]


def declare(connection: Connection, topology: Topology) -> None:
    """Declare it all. Raises the broker's PreconditionFailed where a queue exists with other arguments."""
    with connection.channel() as channel:
        for exchange in (EVENTS, PARKED):
            exchange(channel).declare()
        for queue in queues(topology):
            queue(channel).declare()
