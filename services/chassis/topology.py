"""The broker's exchanges and queues, derived from who subscribes to what; the operator's command declares them.

All queues are quorum queues (https://www.rabbitmq.com/docs/quorum-queues) with explicit names and limits, so that
RabbitMQ 3.10 and 4.x behave alike. An event goes: `loket.events` → consumer queue → (a delay queue → `loket.due` → the
consumer queue again) → parked. What comes due for no queue that there is goes astray, and is parked as such.
All exchanges are topic exchanges, because topic permissions then say who may send what to whom.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

from kombu import Exchange, Queue, binding

from services.contracts.topology import EXCHANGE, Subscription

EVENTS = Exchange(EXCHANGE, type="topic", durable=True)
QUESTIONS = Exchange("loket.questions", type="topic", durable=True)
ANSWERS = Exchange("loket.answers", type="topic", durable=True)
PARKED = Exchange("loket.parked", type="topic", durable=True)
ASTRAY = Exchange("loket.astray", type="topic", durable=True)
DUE = Exchange("loket.due", type="topic", durable=True, arguments={"alternate-exchange": ASTRAY.name})
"""A delay queue hands over at least once, and stands still for all behind a message that no queue takes. One does."""

DELAYS = {
    "5s": timedelta(seconds=5),
    "30s": timedelta(seconds=30),
    "5m": timedelta(minutes=5),
    "30m": timedelta(minutes=30),
    "2h": timedelta(hours=2),
}
"""After each transient failure a message waits in the next of these, and in the last again and again."""

ATTEMPTS, FIRST_FAILED, REASON, DETAIL = "loket-attempts", "loket-first-failed", "loket-reason", "loket-detail"
PARKED_AT = "loket-parked-at"
"""Headers of messages that wait or are parked: delays gone through, seconds since 1970 of the first failure, why it is
parked, and more about it, and since when (seconds since 1970)."""

DEATHS = "x-death"
"""The broker's own: how often it took a message from a queue itself, and from which."""

UNLIMITED = 1_000_000
"""RabbitMQ 4 gives every quorum queue a limit of 20 unless told. The chassis parks what ends its process (suspects.py)
with its reason; the broker, which would park innocent neighbours without one, never does."""

QUESTION_LIMIT = 3
"""A question whose service crashed three times over it is dropped: its asker has long been told to come back."""

PRIVATE_ANSWERS, PRIVATE_HINTS = "gateway.answers", "gateway.hints"
"""Begin the names of the gateway's exclusive queues; 32 hex digits follow, and the routing key is the name."""


@dataclass(frozen=True, kw_only=True)
class Topology:
    """Who listens to what, and the names of the queues for questions."""

    subscriptions: Mapping[str, Subscription]
    questions: Iterable[str] = ()

    @property
    def marker(self) -> Exchange:
        """Declared last, its name changes with anything that is declared: a service finds all it needs, or waits."""
        everything = [f"{each.name} {each.type} {each.arguments or ''}" for each in exchanges()]
        everything += [f"{each.name} {sorted(each.queue_arguments.items())}" for each in queues(self)]
        everything += [f"{name} {sorted(each.types)}" for name, each in self.subscriptions.items()]
        digest = sha256("\n".join(sorted(everything)).encode()).hexdigest()
        return Exchange(f"loket.topology.{digest[:12]}", type="topic", durable=True)


DELAY = "loket.delay."
"""Begins the names of delay exchanges and of their queues."""


def delay_exchange(step: str) -> Exchange:
    """Where a message is published, with the consumer's queue as routing key, to come back after the step's time."""
    return Exchange(f"{DELAY}{step}", type="topic", durable=True)


def consumer_queue(name: str, event_types: Iterable[str]) -> Queue:
    """A consumer's queue."""
    return Queue(
        name,
        bindings=[
            binding(DUE, routing_key=name),
            *(binding(EVENTS, routing_key=event_type) for event_type in event_types),
        ],
        durable=True,
        queue_arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": UNLIMITED,
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


def astray_queue() -> Queue:
    """Where messages wait for an operator that came due for no queue: its consumer is gone, or never was."""
    return Queue(
        f"{ASTRAY.name}.parked",
        exchange=ASTRAY,
        routing_key="#",
        durable=True,
        queue_arguments={"x-queue-type": "quorum", "x-delivery-limit": UNLIMITED, "x-overflow": "reject-publish"},
    )


def delay_queue(step: str) -> Queue:
    """Holds messages for the step's time, then hands them back to the queue that their routing key names."""
    return Queue(
        f"{DELAY}{step}",
        exchange=delay_exchange(step),
        routing_key="#",
        durable=True,
        queue_arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": UNLIMITED,
            "x-message-ttl": int(DELAYS[step].total_seconds() * 1000),
            "x-overflow": "reject-publish",
            "x-dead-letter-exchange": DUE.name,
            "x-dead-letter-strategy": "at-least-once",
        },
    )


def question_queue(name: str) -> Queue:
    """Questions of the gateway: they expire with the patience of who asked."""
    return Queue(
        name,
        exchange=QUESTIONS,
        routing_key=name,
        durable=True,
        queue_arguments={"x-queue-type": "quorum", "x-delivery-limit": QUESTION_LIMIT},
    )


def private_queue(kind: str, exchange: Exchange, *, routing_key: str = "", longest: int | None = None) -> Queue:
    """A gateway process' own queue (PRIVATE_ANSWERS, PRIVATE_HINTS), gone with its connection; the exchange is there.

    Bound by `routing_key`, or by its own name. It drops the oldest beyond `longest` messages.
    """
    name = f"{kind}.{uuid4().hex}"
    return Queue(
        name,
        exchange=Exchange(exchange.name, type="topic", no_declare=True),
        routing_key=routing_key or name,
        durable=False,
        exclusive=True,
        auto_delete=True,
        max_length=longest,
    )


def exchanges() -> list[Exchange]:
    """Everything that is published to."""
    return [EVENTS, QUESTIONS, ANSWERS, PARKED, ASTRAY, DUE, *map(delay_exchange, DELAYS)]


def queues(topology: Topology) -> list[Queue]:
    """Everything that holds messages, but for the gateway's private queues."""
    consumers = [consumer_queue(name, each.types) for name, each in topology.subscriptions.items()]
    parking = [parking_queue(name) for name in topology.subscriptions]
    return [
        *(delay_queue(step) for step in DELAYS),
        astray_queue(),
        *parking,
        *consumers,
        *(question_queue(name) for name in topology.questions),
    ]
