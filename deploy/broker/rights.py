"""Who may do what at the broker: one user for each process, with the rights its work needs and no other.

RabbitMQ's own words (https://www.rabbitmq.com/docs/access-control): a user configures, writes to and reads from what
three patterns match, by name of queue or exchange; topic permissions narrow writing to routing keys, for each topic
exchange. A user without a row on a topic exchange may use every key there, so every process has a row on every one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from services.chassis.topology import (
    ANSWERS,
    ASTRAY,
    DELAY,
    DELAYS,
    DUE,
    EVENTS,
    PARKED,
    PRIVATE_ANSWERS,
    PRIVATE_HINTS,
    QUESTIONS,
    Topology,
)
from services.contracts.events import EVENTS as EVERY_EVENT
from services.contracts.topology import HINTS, OPERATORS_QUESTIONS, QUESTION_QUEUES, SERVICES, SUBSCRIPTIONS

GATEWAY = "gateway"
USERS = (*SERVICES, GATEWAY)
"""Those of Loket's own processes; the operator's is the broker's administrator."""

END = r"$(?!\n)"
"""The end of a name: `$` alone lets a newline follow, in Erlang's expressions as in Python's."""

NOTHING = "(?!)"
"""Matches nothing; `^$`, as RabbitMQ's documents have it, matches an empty routing key and a newline."""

HEX = "[0-9a-f]{32}"

TOPOLOGY = Topology(subscriptions=SUBSCRIPTIONS, questions=QUESTION_QUEUES)
"""All that there is to declare."""

DELAY_EXCHANGES = tuple(f"{DELAY}{step}" for step in DELAYS)
TOPIC_EXCHANGES = (
    *(each.name for each in (EVENTS, QUESTIONS, ANSWERS, PARKED, ASTRAY, DUE)),
    *DELAY_EXCHANGES,
    "amq.topic",
)
"""Those of ours, and the one that every virtual host has."""


@dataclass(frozen=True, kw_only=True)
class Rights:
    """Patterns of names, and of routing keys by topic exchange: (write, read). What is not named is NOTHING."""

    configure: str = NOTHING
    write: str = NOTHING
    read: str = NOTHING
    topics: dict[str, tuple[str, str]] = field(default_factory=dict)

    def on(self, exchange: str) -> tuple[str, str]:
        """The row for a topic exchange."""
        return self.topics.get(exchange, (NOTHING, NOTHING))


def password_variable(user: str) -> str:
    """Where the operator says the password of a user at an outside broker."""
    return f"LOKET_BROKER_PASSWORD_{user.upper()}"


def everything(user: str, vhost: str) -> dict[str, str]:
    """The permission of whoever administers a virtual host, in RabbitMQ's definition format."""
    return {"user": user, "vhost": vhost, "configure": ".*", "write": ".*", "read": ".*"}


def rights_of(user: str) -> Rights:
    """The rights of one of USERS."""
    return _gateway() if user == GATEWAY else _service(user)


def one_of(names: Sequence[str]) -> str:
    """Matches one of these names, and nothing else."""
    return f"^({'|'.join(re.escape(name) for name in names)}){END}" if names else NOTHING


def _service(name: str) -> Rights:
    """It says its own events, delays and parks what its own queues hold, reads these queues, answers the gateway."""
    consumed = [queue for queue in SUBSCRIPTIONS if queue.startswith(f"{name}.")]
    asked = [queue for queue in QUESTION_QUEUES if queue.startswith(f"{name}.")]
    said = [event.TYPE for event in EVERY_EVENT.values() if name == event.EMITTER]
    written = [EVENTS.name, PARKED.name, *DELAY_EXCHANGES, *([ANSWERS.name] if asked else [])]
    topics = {exchange: (one_of(consumed), NOTHING) for exchange in (PARKED.name, *DELAY_EXCHANGES)}
    topics[EVENTS.name] = (one_of(said), NOTHING)
    if asked:
        topics[ANSWERS.name] = (f"^{re.escape(PRIVATE_ANSWERS)}\\.{HEX}{END}", NOTHING)
    return Rights(write=one_of(written), read=one_of([*consumed, *asked]), topics=topics)


def _gateway() -> Rights:
    """It asks, and hears answers and hints on queues of its own, which it declares and binds."""
    private = f"({re.escape(PRIVATE_ANSWERS)}|{re.escape(PRIVATE_HINTS)})\\.{HEX}"
    return Rights(
        configure=f"^{private}{END}",
        write=f"^({private}|{re.escape(QUESTIONS.name)}){END}",
        read=f"^({private}|{re.escape(ANSWERS.name)}|{re.escape(EVENTS.name)}){END}",
        topics={
            QUESTIONS.name: (one_of([each for each in QUESTION_QUEUES if each not in OPERATORS_QUESTIONS]), NOTHING),
            ANSWERS.name: (NOTHING, f"^{re.escape(PRIVATE_ANSWERS)}\\.{HEX}{END}"),
            EVENTS.name: (NOTHING, one_of([hint.TYPE for hint in HINTS])),
        },
    )
