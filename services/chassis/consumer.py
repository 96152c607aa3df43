"""nameko's queue consumer with the mends that losing a broker taught (FACTS of nameko 2.14 under kill -9).

- Settling a message survives every way a connection can break: unsettled, the broker delivers it again.
- kombu reopens a dead socket without its consumers and would idle for ever: that is noticed and everything restarts.
- On stop, the connection stays open until the last message being handled is settled.
- A stop may come while a connection is being made: nameko takes it for one with nothing to cancel, and dies.

A process has two of them: events and questions, each with workers of its own, so that neither waits for the other.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import structlog
from amqp.exceptions import RecoverableConnectionError
from eventlet import Event
from kombu import Connection
from nameko.extensions import ProviderCollector
from nameko.messaging import QueueConsumer

from services.chassis import wire
from services.chassis.addresses import LOST
from services.chassis.seats import Seats

log = structlog.get_logger()

wire.mend()


class SteadyConsumer(QueueConsumer):  # type: ignore[misc]
    """One connection, shared by the entrypoints of one kind. Messages reach them raw, as bytes."""

    def __init__(self) -> None:
        super().__init__()
        self._channel: Any = None
        self._unsettled: set[int] = set()

    @property
    def seats(self) -> Seats:
        """The workers of this kind in this process."""
        raise NotImplementedError

    @property
    def prefetch_count(self) -> int:
        """For each queue, as many as there are workers."""
        return self.seats.count

    @property
    def connected(self) -> bool:
        """Whether messages can arrive now."""
        return bool(self._channel is not None and self._channel.connection and self._channel.connection.connected)

    def ack_message(self, message: Any) -> None:
        """It had its effect."""
        self._settle(message, message.ack)

    def requeue_message(self, message: Any) -> None:
        """Hand it back to the queue."""
        self._settle(message, message.requeue)

    def unregister_provider(self, provider: Any) -> None:
        """nameko: until the loop has cancelled its consumer, on this connection or the one being made."""
        cancelled = self._pending_remove_providers[provider] = Event()
        cancelled.wait()
        ProviderCollector.unregister_provider(self, provider)

    def get_consumers(self, consumer_cls: Callable[..., Any], channel: Any) -> Any:
        """kombu: after every connection."""
        self._channel = channel
        self._unsettled.clear()
        self._consumers.clear()
        for entrypoint in self._providers:
            consumer = consumer_cls(queues=[entrypoint.queue], on_message=partial(self._received, entrypoint))
            consumer.qos(prefetch_count=self.prefetch_count)
            self._consumers[entrypoint] = consumer
        return self._consumers.values()

    def on_iteration(self) -> None:
        """kombu: before each wait for messages."""
        if not self.connected:
            raise RecoverableConnectionError("the consumers' channel is gone")
        self._cancel_consumers_if_requested()
        if not self._consumers and not self._unsettled:
            self.should_stop = True

    @contextmanager
    def establish_connection(self) -> Iterator[Connection]:
        """kombu: try again soon, so that the service is back within seconds of its broker."""
        with self.create_connection() as connection:
            connection.ensure_connection(
                self.on_connection_error, interval_start=0.2, interval_step=0.3, interval_max=2
            )
            try:
                yield connection
            except LOST:
                connection.collect()  # a node that hangs would never answer a polite close
                self.container.config["runtime"].publisher.close()  # and would swallow unconfirmed messages
                raise

    def on_connection_error(self, exc: Exception, interval: float) -> None:
        """kombu: between two tries."""
        log.warning("broker_away", error=type(exc).__name__, next_try_s=interval)

    def _received(self, entrypoint: Any, message: Any) -> None:
        self._unsettled.add(message.delivery_tag)
        self.container.spawn_managed_thread(
            partial(entrypoint.handle_message, message), identifier=entrypoint.queue.name
        )

    def _settle(self, message: Any, operation: Callable[[], None]) -> None:
        if message.channel is self._channel:
            self._unsettled.discard(message.delivery_tag)
        if message.channel is None or not message.channel.connection:
            return
        try:
            operation()
        except LOST as error:
            log.warning("not_settled", error=type(error).__name__)


class EventsConsumer(SteadyConsumer):
    """The connection on which events come."""

    @property
    def seats(self) -> Seats:
        """LOKET_EVENT_WORKERS."""
        seats: Seats = self.container.config["event_seats"]
        return seats


class QuestionsConsumer(SteadyConsumer):
    """The connection on which questions come."""

    @property
    def seats(self) -> Seats:
        """LOKET_QUESTION_WORKERS."""
        seats: Seats = self.container.config["question_seats"]
        return seats
