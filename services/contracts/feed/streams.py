"""A department's stream, read up to its last message of now, or on and on.

The broker tells nobody where a stream ends, and silence means nothing: it may be slow. So a second consumer on the same
channel is put at the last message, and says its offset. The broker gives all consumers of a channel what there is for
each at once: once the second has heard, the first has, too.
https://www.rabbitmq.com/docs/streams#consuming
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import pika
from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection
from pika.exceptions import AMQPError, ConnectionClosedByBroker, ConsumerCancelled

from .catching_up import Since

AHEAD = 100
"""Messages that the broker sends before the first of them is acknowledged."""

MOST_AHEAD = 65_535
"""Of the second consumer, which acknowledges nothing: it begins with all that was written together with the last."""

LOOK_S = 0.5
"""How long it may take to notice that it was told to stop."""

EMPTY, SILENT = 12, 120
"""Looks (of LOOK_S) after which a stream that gives nothing counts as empty: EMPTY where the broker counts at most one
message, which may be its own note; SILENT where it counts more."""

INTERNAL_ERROR, TRIES = 541, 5
"""What the broker answers where the oldest file of a stream went the moment it was to be read: the next try finds the
one after it."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """What is in a stream at an `offset`."""

    offset: int
    properties: pika.BasicProperties
    body: bytes


def _never() -> bool:
    return False


def history(connect: Callable[[], BlockingConnection], stream: str, since: Since) -> Iterator[Message]:
    """As `up_to_now`, over connections of its own."""
    tries = TRIES
    while True:
        try:
            with connect() as connection:
                for message in up_to_now(connection, stream, since):
                    since, tries = Since(offset=message.offset + 1), TRIES
                    yield message
            return
        except ConnectionClosedByBroker as closed:
            tries -= 1
            if closed.reply_code != INTERNAL_ERROR or not tries:
                raise


def up_to_now(
    connection: BlockingConnection, stream: str, since: Since, *, is_stopped: Callable[[], bool] = _never
) -> Iterator[Message]:
    """What the stream holds from there, up to what is its last message when this begins. Raises pika's errors.

    Where the file that is read goes as too old meanwhile, RabbitMQ may give no more and say nothing: after a while it
    is asked once more, from there on.
    """
    end: int | None = None
    while True:
        with _channel(connection) as channel:
            consumer = _Consumer(channel, stream, since.argument, ahead=AHEAD)
            if end is None:
                end = _end(
                    connection, channel, stream, is_known_to_hold=partial(_came, consumer), is_stopped=is_stopped
                )
                if end is None or since.is_behind(end) or (since.is_moment and not consumer.came):
                    return
            for message in consumer.messages(connection, is_stopped=is_stopped):
                if message is None:
                    break
                since = Since(offset=message.offset + 1)
                if message.offset <= end:
                    yield message
                if message.offset >= end:
                    return
            else:
                return  # it was told to stop
        if last_offset(connection, stream) is None:
            return  # all that was left became too old meanwhile


def _came(consumer: "_Consumer") -> bool:
    return bool(consumer.came)


def on_and_on(
    connection: BlockingConnection, stream: str, since: Since, *, is_stopped: Callable[[], bool]
) -> Iterator[Message]:
    """What the stream holds from there, and all that comes until it is told to stop. Raises pika's errors."""
    with _channel(connection) as channel:
        coming = _Consumer(channel, stream, since.argument, ahead=AHEAD).messages(connection, is_stopped=is_stopped)
        yield from (message for message in coming if message is not None)


def last_offset(connection: BlockingConnection, stream: str) -> int | None:
    """Of the last message now; None where there is none. Raises pika's errors."""
    with _channel(connection) as channel:
        return _end(connection, channel, stream)


class _Consumer:
    """One on a channel. What it heard waits in `came`, with the tags to acknowledge it by; where it is to `keep` so
    many, the oldest go."""

    def __init__(
        self,
        channel: BlockingChannel,
        stream: str,
        offset: str | int | datetime,
        *,
        ahead: int,
        keep: int | None = None,
    ) -> None:
        self.came: deque[tuple[int, Message]] = deque(maxlen=keep)
        self._channel = channel
        self._ahead = ahead
        self._read = 0
        channel.basic_qos(prefetch_count=ahead)
        self._tag = channel.basic_consume(stream, self._hear, arguments={"x-stream-offset": offset})

    def messages(self, connection: BlockingConnection, *, is_stopped: Callable[[], bool]) -> Iterator[Message | None]:
        """None where nothing came for SILENT looks. So many at once are acknowledged that the broker need not wait for
        it."""
        looks = 0
        while not is_stopped():
            if self.came:
                looks = 0
                tag, message = self.came.popleft()
                yield message
                self._read += 1
                if self._read % (self._ahead // 2) == 0:
                    self._channel.basic_ack(tag, multiple=True)
            elif self._tag not in self._channel.consumer_tags:
                raise ConsumerCancelled
            else:
                connection.process_data_events(LOOK_S)
                looks += 1
                if looks % SILENT == 0:
                    yield None

    def _hear(
        self, _channel: object, method: pika.spec.Basic.Deliver, properties: pika.BasicProperties, body: bytes
    ) -> None:
        offset = properties.headers["x-stream-offset"]
        self.came.append((method.delivery_tag, Message(offset=offset, properties=properties, body=body)))


def _end(
    connection: BlockingConnection,
    channel: BlockingChannel,
    stream: str,
    *,
    is_known_to_hold: Callable[[], bool] = _never,
    is_stopped: Callable[[], bool] = _never,
) -> int | None:
    last = _Consumer(channel, stream, "last", ahead=MOST_AHEAD, keep=1)
    looks = 0
    while not last.came:
        counted = channel.queue_declare(stream, passive=True).method.message_count
        if is_stopped() or (looks >= (SILENT if counted > 1 else EMPTY) and not is_known_to_hold()):
            return None
        connection.process_data_events(LOOK_S)
        looks += 1
    _settle(connection, channel)
    ((_, message),) = last.came
    return message.offset


@contextmanager
def _channel(connection: BlockingConnection) -> Iterator[BlockingChannel]:
    """What was sent and not read would be given back at its end, which no stream takes: the broker then closes all."""
    channel = connection.channel()
    try:
        yield channel
    finally:
        with suppress(AMQPError):
            _settle(connection, channel)
            channel.close()


def _settle(connection: BlockingConnection, channel: BlockingChannel) -> None:
    """All that the broker had sent by now has come."""
    channel.basic_qos(prefetch_count=AHEAD)  # it answers after that
    connection.process_data_events(0)
