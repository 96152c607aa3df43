"""A question on its way, and the line of a process to the broker by which it is sent and its answer heard."""

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from services.chassis.addresses import Addresses
from services.chassis.deliveries import body_of
from services.chassis.publisher import TRANSIENT
from services.chassis.topology import ANSWERS, PRIVATE_ANSWERS, QUESTIONS, private_queue

CONNECT_S, SOCKET_S = 3.0, 5.0
"""For the connection itself; for whatever then blocks on it."""

HEARTBEAT_S = 6
"""A cut link sends no reset: after twice this time without a byte the connection is given up."""

FRAME_S = 0.2
"""For the rest of a frame that has begun to come; it is heard later otherwise."""


class NotAnswered(Exception):
    """Nobody is there to answer, or not in time."""


@dataclass(eq=False, kw_only=True)
class Asked:
    """A question under way. `answer` is there, or is not to come, once `done` is set; `taken` once the broker has it.

    `began` and `deadline` are of the monotonic clock.
    """

    id: str
    queue: str
    locked: bytes
    deadline: float
    began: float
    sent: int = 0
    taken: bool = False
    answer: bytes | None = None
    done: threading.Event = field(default_factory=threading.Event)

    def end(self, answer: bytes | None = None) -> None:
        """Wake who waits."""
        self.answer = answer
        self.done.set()


class Line:
    """A connection with a private queue for the answers; for one thread. Every method raises LOST errors
    (services/chassis/addresses.py)."""

    def __init__(self, addresses: Addresses, end: Callable[..., None]) -> None:
        """`end` is given the id of each question that is over, and its answer where there is one."""
        self._end = end
        self._unconfirmed: dict[int, Asked] = {}
        self._published = 0
        self._connection = addresses.connect(connect_timeout=CONNECT_S, heartbeat=HEARTBEAT_S)
        try:
            self._amqp = self._connection.connection
            self.socket = self._amqp.transport.sock
            self.socket.settimeout(SOCKET_S)
            # publishing would first look for a word of the broker, and spin until a frame that has begun is complete
            self._amqp.client_properties.get("capabilities", {}).pop("connection.blocked", None)
            self._channel = self._connection.default_channel
            self._channel.confirm_select()
            self._channel.events["basic_return"].add(self._returned)
            self._channel.events["basic_ack"].add(self._confirmed)
            self._channel.events["basic_nack"].add(self._refused)
            private = private_queue(PRIVATE_ANSWERS, ANSWERS)
            private(self._channel).declare()
            self._reply_to = private.name
            self._channel.basic_consume(self._reply_to, no_ack=True, callback=self._answered)
        except BaseException:
            self.drop()
            raise

    def send(self, asked: Asked, patience: float) -> None:
        """Ask; the broker forgets the question when nobody waits for its answer any more."""
        message = self._channel.prepare_message(
            asked.locked,
            content_type="application/jose",
            properties={
                "reply_to": self._reply_to,
                "correlation_id": asked.id,
                "delivery_mode": TRANSIENT,
                "expiration": str(int(patience * 1000)),
            },
        )
        self._published += 1  # as the broker counts (https://www.rabbitmq.com/docs/confirms)
        self._unconfirmed[self._published] = asked
        self._channel.basic_publish(message, exchange=QUESTIONS.name, routing_key=asked.queue, mandatory=True)

    def hear(self) -> None:
        """A frame that has come, and those that TLS holds decrypted already."""
        with contextlib.suppress(TimeoutError):
            self._amqp.blocking_read(FRAME_S)
            while getattr(self.socket, "pending", int)():
                self._amqp.blocking_read(FRAME_S)

    def beat(self) -> None:
        """Say that we are alive, and look whether the broker is."""
        self._connection.heartbeat_check(rate=2)

    def drop(self) -> None:
        """Drop the socket without a word."""
        self._connection.collect()

    def _answered(self, message: Any) -> None:
        self._end(str(message.properties.get("correlation_id")), body_of(message))

    def _confirmed(self, last: int, multiple: bool) -> None:
        for asked in self._settled(last, multiple):
            asked.taken = True

    def _refused(self, last: int, multiple: bool) -> None:
        for asked in self._settled(last, multiple):
            self._end(asked.id)

    def _settled(self, last: int, multiple: bool) -> list[Asked]:
        numbers = [number for number in self._unconfirmed if number <= last] if multiple else [last]
        return [self._unconfirmed.pop(number) for number in numbers if number in self._unconfirmed]

    def _returned(self, _error: Any, _exchange: str, _routing_key: str, message: Any) -> None:
        self._end(str(message.properties.get("correlation_id")))
