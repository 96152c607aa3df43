"""The asking side of `@answers`, for threads: the gateway uses it, so neither nameko nor eventlet is imported here."""

import contextlib
import queue
import time
import uuid
from collections.abc import Mapping
from typing import Any, TypeVar

from services.chassis import wire
from services.chassis.addresses import LOST, Addresses
from services.chassis.locking import KeyRing, Locker
from services.chassis.publisher import TRANSIENT
from services.chassis.topology import ANSWERS, PRIVATE_ANSWERS, QUESTIONS, private_queue
from services.chassis.tracing import current_traceparent, span
from services.contracts.errors import DOMAIN_ERRORS, DomainError
from services.contracts.questions import Question
from services.contracts.schema import dump, load

T = TypeVar("T")

wire.mend()


class ServiceUnavailable(Exception):
    """No answer: broker or service is away or too slow. The question may yet be acted on: ask it again unchanged."""


class ServiceFailed(Exception):
    """The service met an error of its own; its log says which."""


class RpcClient:
    """Asks services over pooled connections; one that failed is dropped. Safe for use by many threads."""

    def __init__(
        self, amqp_uri: str, keys: Mapping[str, KeyRing], *, timeout_s: float = 10.0, pool_size: int = 32
    ) -> None:
        """`keys` are those of each answering service."""
        self._addresses = Addresses(amqp_uri)
        self._lockers = {service: Locker("rpc", ring) for service, ring in keys.items()}
        self._timeout = timeout_s
        self._idle: queue.LifoQueue[_Line] = queue.LifoQueue(pool_size)

    def ask(self, question: Question[T], *, timeout_s: float | None = None) -> T:
        """The answer. Raises the DomainError that the service raised, ServiceUnavailable or ServiceFailed."""
        with span(f"ask {type(question).__name__}"):
            reply = self._exchange(question, timeout_s or self._timeout)
        error = reply.get("error")
        if error is None:
            answer: T = load(question.ANSWER, reply["answer"])
            return answer
        if error["slug"] == "unavailable":
            raise ServiceUnavailable(question.SERVICE)
        if error["slug"] == "failed":
            raise ServiceFailed(question.SERVICE)
        raise DOMAIN_ERRORS.get(error["slug"], DomainError)(error["detail"], fields=error["fields"])

    def close(self) -> None:
        """Drop the idle connections."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._idle.get_nowait().drop()

    def _exchange(self, question: Question[Any], timeout: float) -> dict[str, Any]:
        asked = uuid.uuid4().hex
        locker = self._lockers[question.SERVICE]
        locked = locker.lock_data(
            {"question": dump(question), "traceparent": current_traceparent()}, bound_to=asked
        ).encode()
        with contextlib.suppress(queue.Empty, _Gone):
            return locker.unlock_data(
                self._on(self._idle.get_nowait(), question.QUEUE, locked, asked, timeout), bound_to=asked
            )
        try:
            return locker.unlock_data(
                self._on(_Line(self._addresses, timeout), question.QUEUE, locked, asked, timeout), bound_to=asked
            )
        except (_Gone, *LOST) as error:
            raise ServiceUnavailable(question.SERVICE) from error

    def _on(self, line: "_Line", name: str, locked: bytes, asked: str, timeout: float) -> str:
        try:
            reply = line.exchange(name, locked, asked, timeout)
        except TimeoutError:
            line.drop()
            self.close()  # it may be the node that hangs, and with it the other lines
            raise ServiceUnavailable(name) from None
        except LOST as error:
            line.drop()
            raise _Gone from error
        except BaseException:
            line.drop()
            raise
        try:
            self._idle.put_nowait(line)
        except queue.Full:
            line.drop()
        return reply


class _Gone(Exception):
    """The line was dead; asking again on a new one is safe, since every question may be asked twice."""


class _Line:
    """One connection with a private queue for its answers."""

    def __init__(self, addresses: Addresses, timeout: float) -> None:
        patience = {"read_timeout": timeout, "write_timeout": timeout}
        self._connection = addresses.connect(connect_timeout=3, transport_options=patience)
        self._channel = self._connection.default_channel
        self._replies: dict[str, str] = {}
        private = private_queue(PRIVATE_ANSWERS, ANSWERS)
        private(self._channel).declare()
        self._reply_to = private.name
        self._channel.basic_consume(self._reply_to, no_ack=True, callback=self._received)

    def exchange(self, name: str, locked: bytes, asked: str, timeout: float) -> str:
        """Raises TimeoutError after `timeout` seconds, and LOST errors."""
        message = self._channel.prepare_message(
            locked,
            content_type="application/jose",
            properties={
                "reply_to": self._reply_to,
                "correlation_id": asked,
                "delivery_mode": TRANSIENT,
                "expiration": str(int(timeout * 1000)),
            },
        )
        self._channel.basic_publish(message, exchange=QUESTIONS.name, routing_key=name, mandatory=True)
        deadline = time.monotonic() + timeout
        while asked not in self._replies:
            self._connection.drain_events(timeout=max(0.001, deadline - time.monotonic()))
        return self._replies.pop(asked)

    def drop(self) -> None:
        """Drop the socket without a word."""
        self._connection.collect()

    def _received(self, message: Any) -> None:
        body = message.body
        self._replies[str(message.properties["correlation_id"])] = (
            body if isinstance(body, str) else bytes(body).decode()
        )
