"""The departments' virtual host: what is declared there for each, and what its user may do. It may declare nothing.

A department has a queue, from which it takes what is for it; a parking queue, for what it refuses or left for too
long; and a stream, from which it reads again what it missed. All three are its own: RabbitMQ asks for topic permissions
where somebody binds or publishes, never where a stream is read, so that a shared one would tell everybody everything.
And it asks for nothing where somebody looks whether a queue is there, and tells how much waits in it (a passive
`queue.declare`), so that their names end in what nobody guesses.

One that may answer has an exchange for it, to which it alone may write, with the routing keys of what it may answer and
no other. Behind it is a queue that refuses what is too much: only who floods it is kept waiting.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from deploy.broker.passwords import password_hash
from deploy.broker.rights import END, NOTHING, everything, one_of
from services.contracts.department_events import (
    ANSWER_REFUSED,
    ANSWER_TAKEN,
    CONFIRMATION_NEEDLESS,
    CONFIRMATION_REMINDED,
    CONFIRMATION_REQUESTED,
)
from services.contracts.departments import EXCHANGE, SANDBOX, Answering, Topic, sandbox_key
from services.contracts.feed.answers import answer_key
from services.contracts.feed.events import ALIVE, directed_key
from services.contracts.feed.queues import DELIVERIES, answers_of, history_of, parking_of

PARKED = f"{EXCHANGE}.parked"
"""Where what a department's queue cannot keep goes, by the queue's name: a direct exchange."""

LONGEST_QUEUE, LARGEST_QUEUE = 100_000, 100 * 1024 * 1024
"""Messages and bytes that wait for one department. What is too much pushes out the oldest: nobody else waits for it."""

LONGEST_PARKING, LARGEST_PARKING = 10_000, 20 * 1024 * 1024

LONGEST_ANSWERS, LARGEST_ANSWERS = 1_000, 2 * 1024 * 1024
"""Messages and bytes that one department may have said and Loket has not heard yet."""

ANSWER_DELIVERIES = 10_000
"""How often it hands out an answer to notify. One comes back each second while the store takes nothing, or notify is
started again and again: twenty would be over within one restart, and so many last for hours. What breaks whatever takes
it still leaves the line of its department's answers, within these hours; nobody else's wait for it."""

SEGMENT_BYTES = 16 * 1024
"""Of a stream's file. The broker drops whole closed ones only, so that of a quiet stream about so much stays beyond its
time; `alive` (notify/feed/alive.py) closes one within a day; of a department that hears of the
sandbox alone nothing closes it."""

LARGEST_STREAM = LARGEST_QUEUE
"""Who reads a stream and takes nothing from the line has the broker hold what it sends, once for each consumer: with 50
of them over 60,000 messages it grew from 175 to 830 MB (3.10, which knows no limit of consumers). So a stream is no
larger than it need be, and `loket departments suspend` ends who does so."""

SPEAKER = "notify"
"""The one user that may say something to them, and hears what they answer."""

_KEY = rf"^[0-9]{{5}}\.[a-z0-9-]+\.[a-z0-9-]+(\.[a-z0-9-]+)?{END}"
"""A routing key as feed.events has them: of what is told to all that may hear it, or to one."""

_ANY_ANSWERS = rf"^department\.[a-z0-9-]+\.[0-9a-f]{{16}}{re.escape(answers_of(''))}{END}"
"""The queue of any department's answers."""

CONNECTIONS, CHANNELS = 10, 20
"""That one department may have open at once."""


@dataclass(frozen=True, kw_only=True)
class AtBroker:
    """A department as the broker knows it: by its user, of a name that no process of ours can have."""

    id: str
    user: str
    topics: tuple[Topic, ...]
    answers: tuple[Answering, ...] = ()
    kept: timedelta

    @property
    def queue(self) -> str:
        """What waits for it, called as its user."""
        return self.user

    @property
    def parking(self) -> str:
        """What it could not handle."""
        return parking_of(self.queue)

    @property
    def stream(self) -> str:
        """What it was told, for some days."""
        return history_of(self.queue)

    @property
    def said(self) -> str:
        """Where it says what it answers: an exchange, and the queue behind it."""
        return answers_of(self.user)

    @property
    def said_parking(self) -> str:
        """What of it notify refused, or could not take."""
        return parking_of(self.said)

    @property
    def exchanges(self) -> tuple[str, ...]:
        """All that there are of it."""
        return (self.said,) if self.answers else ()

    @property
    def said_keys(self) -> list[str]:
        """With which it may do so: where it is asked, and in the sandbox."""
        keys = [answer_key(town, each.asked) for each in self.answers for town in (each.town, SANDBOX)]
        return list(dict.fromkeys(keys))

    @property
    def queues(self) -> tuple[str, ...]:
        """All that there are of it."""
        return queues_of(self.user, answers=bool(self.answers))


def queues_of(user: str, *, answers: bool = True) -> tuple[str, ...]:
    """Of the department with this user: all that there may be, or without those of its answers."""
    own = (user, parking_of(user), history_of(user))
    return (*own, answers_of(user), parking_of(answers_of(user))) if answers else own


def definitions_of(department: AtBroker, vhost: str, *, password: str | None, may_read: bool = True) -> dict[str, Any]:
    """All that the broker has to know of it, in RabbitMQ's definition format. `password` is None where its user stays
    as it is; where it may not read it hears on, and may take nothing, and say nothing either.
    """
    users = [] if password is None else [_user(department.user, password)]
    return {
        "users": users,
        "permissions": [_permission(department, vhost, may_read=may_read)],
        "topic_permissions": [*_rows(department.user, vhost), *_own_row(department, vhost)],
        "exchanges": [_exchange(name, "topic", vhost) for name in department.exchanges],
        "queues": [
            _queue(department.queue, vhost, **_kept_for_it(department)),
            _queue(department.parking, vhost, **_PARKING),
            _queue(department.stream, vhost, **_kept_to_read_again(department)),
            *(_answers(department, vhost) if department.answers else []),
        ],
        "bindings": [_binding(*each, vhost) for each in bindings_of(department)],
    }


def bindings_of(department: AtBroker) -> list[tuple[str, str, str]]:
    """Exchange, queue and routing key of each: what it is told, what is parked, and what it answers."""
    heard_by = (department.queue, department.stream)
    told = [(EXCHANGE, queue, key) for queue in heard_by for key in _keys(department)]
    said = [(department.said, department.said, key) for key in department.said_keys]
    queues = (department.queue, department.said) if department.answers else (department.queue,)
    return [*told, *said, *((PARKED, parking_of(queue), queue) for queue in queues)]


def shared_definitions(vhost: str, *, administrator: str) -> dict[str, Any]:
    """What is there for all of them, who speaks to them, and who looks after them."""
    return {
        "vhosts": [{"name": vhost}],
        "exchanges": [
            _exchange(EXCHANGE, "topic", vhost),
            _exchange(PARKED, "direct", vhost),
        ],
        "permissions": [
            {"user": SPEAKER, "vhost": vhost, "configure": NOTHING, "write": one_of([EXCHANGE]), "read": _ANY_ANSWERS},
            everything(administrator, vhost),
        ],
        "topic_permissions": _rows(SPEAKER, vhost, write=_KEY),
    }


def _rows(user: str, vhost: str, *, write: str = NOTHING) -> list[dict[str, str]]:
    """One for each topic exchange there: where a user has none, every key is theirs."""
    return [
        {"user": user, "vhost": vhost, "exchange": EXCHANGE, "write": write, "read": NOTHING},
        {"user": user, "vhost": vhost, "exchange": "amq.topic", "write": NOTHING, "read": NOTHING},
    ]


def _own_row(department: AtBroker, vhost: str) -> list[dict[str, str]]:
    """On the exchange of its answers. Nobody else has one there: no name pattern of theirs lets them write to it."""
    write = one_of(department.said_keys)
    row = {"user": department.user, "vhost": vhost, "exchange": department.said, "write": write, "read": NOTHING}
    return [row] if department.answers else []


def _keys(department: AtBroker) -> list[str]:
    """Its topics; that the way is open, of each of its towns; what it is asked, and what became of its answers; and
    what it asks to be told of the sandbox."""
    answers = [each for each in department.answers if each.town != SANDBOX]
    asking = dict.fromkeys(each.town for each in answers)
    towns = {**dict.fromkeys(topic.town for topic in department.topics), **asking}
    return [
        *(topic.binding for topic in department.topics),
        *(f"{town}.{ALIVE}.*" for town in towns),
        *(
            directed_key(each.town, event, "*", each.asked)
            for each in answers
            for event in (CONFIRMATION_REQUESTED, CONFIRMATION_REMINDED, CONFIRMATION_NEEDLESS)
        ),
        *(directed_key(town, event, "*", department.id) for town in asking for event in (ANSWER_TAKEN, ANSWER_REFUSED)),
        sandbox_key("*", department.id),
    ]


def _user(name: str, password: str) -> dict[str, Any]:
    limits = {"max-connections": CONNECTIONS, "max-channels": CHANNELS}
    return {"name": name, "tags": "", "password_hash": password_hash(password), "limits": limits}


def _permission(department: AtBroker, vhost: str, *, may_read: bool) -> dict[str, str]:
    own = one_of([department.queue, department.parking, department.stream] if may_read else [])
    said = one_of([department.said] if may_read and department.answers else [])
    return {"user": department.user, "vhost": vhost, "configure": NOTHING, "write": said, "read": own}


def _kept_for_it(department: AtBroker) -> dict[str, Any]:
    """It drops its head where it is full: a queue that refused instead would keep the publisher waiting, and all."""
    return {
        "x-queue-type": "quorum",
        "x-max-length": LONGEST_QUEUE,
        "x-max-length-bytes": LARGEST_QUEUE,
        "x-overflow": "drop-head",
        "x-delivery-limit": DELIVERIES,
        "x-dead-letter-exchange": PARKED,
        "x-dead-letter-routing-key": department.queue,
    }


_PARKING = {
    "x-queue-type": "quorum",
    "x-max-length": LONGEST_PARKING,
    "x-max-length-bytes": LARGEST_PARKING,
    "x-overflow": "drop-head",
    "x-delivery-limit": 1_000_000,
}


def _answers(department: AtBroker, vhost: str) -> list[dict[str, Any]]:
    """What notify rejected, or never took, is parked for the operator; of the latter the department is told nothing."""
    waiting = {
        "x-queue-type": "quorum",
        "x-max-length": LONGEST_ANSWERS,
        "x-max-length-bytes": LARGEST_ANSWERS,
        "x-overflow": "reject-publish",
        "x-delivery-limit": ANSWER_DELIVERIES,
        "x-dead-letter-exchange": PARKED,
        "x-dead-letter-routing-key": department.said,
        "x-dead-letter-strategy": "at-least-once",
    }
    return [_queue(department.said, vhost, **waiting), _queue(department.said_parking, vhost, **_PARKING)]


def _kept_to_read_again(department: AtBroker) -> dict[str, Any]:
    return {
        "x-queue-type": "stream",
        "x-max-age": f"{int(department.kept.total_seconds())}s",
        "x-max-length-bytes": LARGEST_STREAM,
        "x-stream-max-segment-size-bytes": SEGMENT_BYTES,
    }


def _exchange(name: str, kind: str, vhost: str) -> dict[str, Any]:
    options = {"durable": True, "auto_delete": False, "internal": False, "arguments": {}}
    return {"name": name, "vhost": vhost, "type": kind, **options}


def _queue(name: str, vhost: str, **arguments: Any) -> dict[str, Any]:
    return {"name": name, "vhost": vhost, "durable": True, "auto_delete": False, "arguments": arguments}


def _binding(source: str, destination: str, key: str, vhost: str) -> dict[str, Any]:
    return {
        "source": source,
        "vhost": vhost,
        "destination": destination,
        "destination_type": "queue",
        "routing_key": key,
        "arguments": {},
    }
