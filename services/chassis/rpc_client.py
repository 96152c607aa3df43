"""The asking side of `@answers`, for threads: the gateway uses it, so neither nameko nor eventlet is imported here."""

import contextlib
import queue
import time
import uuid
from typing import Any, TypeVar

from kombu import Connection

from services.chassis.publisher import LOST, TRANSIENT
from services.chassis.sealing import KeyRing, SealedBox
from services.chassis.topology import question_queue_name
from services.chassis.tracing import current_traceparent, span
from services.contracts.errors import DOMAIN_ERRORS, DomainError
from services.contracts.schema import dump, load

T = TypeVar("T")

_REPLY_TO = "amq.rabbitmq.reply-to"


class ServiceUnavailable(Exception):
    """No answer: broker or service is away or too slow. The question may yet be acted on: ask it again unchanged."""


class ServiceFailed(Exception):
    """The service met an error of its own; its log says which."""


class RpcClient:
    """Asks services over pooled connections; one that failed is dropped. Safe for use by many threads."""

    def __init__(self, amqp_uri: str, keys: KeyRing, *, timeout_s: float = 10.0, pool_size: int = 32) -> None:
        self._uri = amqp_uri
        self._box = SealedBox("rpc", keys)
        self._timeout = timeout_s
        self._idle: queue.LifoQueue[_Line] = queue.LifoQueue(pool_size)

    def ask(self, service: str, question: Any, answer_cls: type[T], *, timeout_s: float | None = None) -> T:
        """The answer. Raises the DomainError that the service raised, ServiceUnavailable or ServiceFailed."""
        with span(f"ask {type(question).__name__}"):
            reply = self._exchange(service, question, timeout_s or self._timeout)
        error = reply.get("error")
        if error is None:
            return load(answer_cls, reply["answer"])
        if error["slug"] == "unavailable":
            raise ServiceUnavailable(service)
        if error["slug"] == "failed":
            raise ServiceFailed(service)
        raise DOMAIN_ERRORS.get(error["slug"], DomainError)(error["detail"], fields=error["fields"])

    def close(self) -> None:
        """Drop the idle connections."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._idle.get_nowait().drop()

    def _exchange(self, service: str, question: Any, timeout: float) -> dict[str, Any]:
        asked = uuid.uuid4().hex
        sealed = self._box.seal_data(
            {"question": dump(question), "traceparent": current_traceparent()}, bound_to=asked
        ).encode()
        name = question_queue_name(service, type(question))
        with contextlib.suppress(queue.Empty, _Gone):
            return self._on(self._idle.get_nowait(), name, sealed, asked, timeout)
        try:
            return self._on(_Line(self._uri), name, sealed, asked, timeout)
        except (_Gone, *LOST) as error:
            raise ServiceUnavailable(service) from error

    def _on(self, line: "_Line", name: str, sealed: bytes, asked: str, timeout: float) -> dict[str, Any]:
        try:
            reply = line.exchange(name, sealed, asked, timeout)
        except TimeoutError:
            line.drop()
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
        return self._box.open_data(reply, bound_to=asked)


class _Gone(Exception):
    """The line was dead; asking again on a new one is safe, since every question may be asked twice."""


class _Line:
    """One connection with a consumer on its direct reply-to queue
    (https://www.rabbitmq.com/docs/direct-reply-to)."""

    def __init__(self, uri: str) -> None:
        self._connection = Connection(uri, connect_timeout=3)
        self._connection.ensure_connection(max_retries=1, interval_start=0, reraise_as_library_errors=False)
        self._channel = self._connection.default_channel
        self._replies: dict[str, str] = {}
        self._channel.basic_consume(_REPLY_TO, no_ack=True, callback=self._received)

    def exchange(self, name: str, sealed: bytes, asked: str, timeout: float) -> str:
        """Raises TimeoutError after `timeout` seconds, and LOST errors."""
        message = self._channel.prepare_message(
            sealed,
            content_type="application/jose",
            properties={
                "reply_to": _REPLY_TO,
                "correlation_id": asked,
                "delivery_mode": TRANSIENT,
                "expiration": str(int(timeout * 1000)),
            },
        )
        self._channel.basic_publish(message, exchange="", routing_key=name, mandatory=True)
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
