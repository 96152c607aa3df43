"""A subscriber: reconnects, acknowledges what was handled, handles what comes twice once."""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection
from pika.exceptions import AMQPError, ChannelClosedByBroker, ProbableAuthenticationError

from . import streams
from .catching_up import Since
from .connecting import Address
from .events import ALIVE, Malformed, PublicEvent
from .memory import Memory, RememberedInProcess
from .queues import DELIVERIES, history_of
from .signatures import Signers

log = logging.getLogger("loket_contracts")

PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
"""Before a connection is tried again, and before what could not be handled is given back: twice as long each time."""

BLOCKED_S = 300
"""How long the broker may keep us waiting where it is short of memory."""

FORBIDDEN, NOT_FOUND = 403, 404
"""What the broker answers where a queue is not ours, or not there: asking again does not help."""

ASK_THE_TOWN = "what is told to this user cannot be read: they are suspended, removed or others by now; ask the town"
"""Of both of these."""

NO_QUEUE = "NOT_FOUND - no queue "
"""How a 404 begins where a queue is not there. Where it cannot be read for a while, after the broker began or while
another of its nodes is away, a 404 says so in other words."""

Handle = Callable[[PublicEvent], object]

Came = tuple[Mapping[str, Any] | None, bytes]
"""The headers and the body of a message."""


class Park(Exception):
    """Raised by a handler that can never handle this event: it goes to the parking queue, and the next one comes."""


class Subscriber:
    """Hears what a department is told.

        Subscriber("amqps://department.zone-5387.0123456789abcdef:…@broker.example/loket-departments").run(print)

    `handle` is called with one event after the other, and with none twice that `memory` knows. What it returns from is
    acknowledged. Where it raises Park, or what came is no event, that is parked; where it raises anything else, it is
    given back after a pause and comes again, until the broker parks it.

    With the keys of who signs (`signed_by`, as the operator gave them; signatures.py) what Loket has not signed is no
    event: it is parked, or passed over in the stream. Raises ValueError for what is no key.
    """

    def __init__(self, uri: str, *, memory: Memory | None = None, signed_by: str | None = None) -> None:
        self._address = Address(uri, blocked_s=BLOCKED_S)
        self._signers = Signers(signed_by) if signed_by is not None else None
        self.queue = self._address.user
        """What waits for the department: it is called as its user."""
        self._memory = memory or RememberedInProcess()
        self._stopping = threading.Event()

    @property
    def stream(self) -> str:
        """What it was told, for as long as that is kept: with a queue's messages, and longer."""
        return history_of(self.queue)

    def stop(self) -> None:
        """Have `run` return, once what is in hand was handled. From a signal handler or another thread."""
        self._stopping.set()

    def run(self, handle: Handle, *, since: Since | None = None) -> None:
        """Until it is told to stop. With `since` what the stream has from there comes first; of that nothing can be
        given back or parked: what is not handled is tried again, DELIVERIES times, and passed over.

        Raises pika's ChannelClosedByBroker where there is no such queue for this user, and ProbableAuthenticationError
        where the password is not theirs (any more); all else is tried again.
        """
        pause = PAUSE_S
        while not self._stopping.is_set():
            try:
                with self._address.connect() as connection:
                    pause = PAUSE_S
                    if since is not None:
                        missed = streams.up_to_now(connection, self.stream, since, is_stopped=self._stopping.is_set)
                        for offset, event in self._events(missed):
                            self._catch_up(connection, event, handle)
                            since = Since(offset=offset + 1)
                        since = None
                    self._listen(connection.channel(), handle)
            except (AMQPError, OSError) as error:
                pause = self._wait(pause, error)

    def history(self, since: Since | None = None) -> Iterator[PublicEvent]:
        """What the stream holds from there up to now, also what was handled. Raises pika's errors."""
        told = streams.history(self._address.connect, self.stream, since or Since())
        return (event for _, event in self._events(told))

    def follow(self, since: Since | None = None) -> Iterator[PublicEvent]:
        """What the stream holds from there, or from now, and all that comes until it is told to stop, also what was
        handled: nothing is taken from the queue. Raises as `run` does.
        """
        place = since or Since(moment=datetime.now(UTC))
        pause = PAUSE_S
        while not self._stopping.is_set():
            try:
                with self._address.connect() as connection:
                    coming = streams.on_and_on(connection, self.stream, place, is_stopped=self._stopping.is_set)
                    for offset, event in self._events(coming):
                        pause, place = PAUSE_S, Since(offset=offset + 1)
                        yield event
            except (AMQPError, OSError) as error:
                pause = self._wait(pause, error)

    def _listen(self, channel: BlockingChannel, handle: Handle) -> None:
        channel.basic_qos(prefetch_count=10)
        pause = PAUSE_S
        for method, properties, body in channel.consume(self.queue, inactivity_timeout=streams.LOOK_S):
            if method is not None:
                pause = self._handle(channel, method.delivery_tag, (properties.headers, body), handle, pause)
            if self._stopping.is_set():
                channel.cancel()
                return

    def _handle(self, channel: BlockingChannel, tag: int, came: Came, handle: Handle, pause: float) -> float:
        """How long the next pause is."""
        try:
            self._once(self._read(*came), handle)
        except (Malformed, Park) as hopeless:
            log.error("parked: %s", hopeless)
            channel.basic_reject(tag, requeue=False)
        except Exception:
            log.exception("not handled, comes again")
            self._idle(channel.connection, pause)
            channel.basic_nack(tag, requeue=True)
            return min(pause * 2, LONGEST_PAUSE_S)
        else:
            channel.basic_ack(tag)
        return PAUSE_S

    def _catch_up(self, connection: BlockingConnection, event: PublicEvent, handle: Handle) -> None:
        pause = PAUSE_S
        for tried in range(1, DELIVERIES + 1):
            try:
                self._once(event, handle)
            except Park as hopeless:
                log.error("passed over: %s", hopeless)
                return
            except Exception:
                log.exception("not handled, %s", "tried again" if tried < DELIVERIES else "passed over")
                self._idle(connection, pause)
                if self._stopping.is_set():
                    return
                pause = min(pause * 2, LONGEST_PAUSE_S)
            else:
                return

    def _events(self, messages: Iterable[streams.Message]) -> Iterator[tuple[int, PublicEvent]]:
        """Events with their places."""
        for message in messages:
            with suppress(Malformed):  # what is no event is in the parking queue, too
                yield message.offset, self._read(message.properties.headers, message.body)

    def _read(self, headers: Mapping[str, Any] | None, body: bytes) -> PublicEvent:
        """Raises Malformed."""
        if self._signers:
            self._signers.check(headers, body)
        return PublicEvent.from_json(body)

    def _once(self, event: PublicEvent, handle: Handle) -> None:
        if event.name == ALIVE or self._memory.knows(event):
            return
        handle(event)
        self._memory.remember(event)

    def _idle(self, connection: BlockingConnection, pause: float) -> None:
        """Heartbeats go on meanwhile."""
        end = time.monotonic() + pause
        while not self._stopping.is_set() and (left := end - time.monotonic()) > 0:
            connection.sleep(min(left, streams.LOOK_S))

    def _wait(self, pause: float, error: Exception) -> float:
        """How long the next pause is. Raises what asking again does not help against."""
        if isinstance(error, ProbableAuthenticationError):
            raise error
        if is_refused(error):
            log.error(ASK_THE_TOWN)
            raise error
        log.warning("connection lost (%s), tried again in %.0f s", type(error).__name__, pause)
        self._stopping.wait(pause * random.uniform(0.7, 1.3))  # noqa: S311 - spreads the subscribers, no secret
        return min(pause * 2, LONGEST_PAUSE_S)


def is_refused(error: Exception) -> bool:
    """Whether asking again does not help."""
    if not isinstance(error, ChannelClosedByBroker):
        return False
    if error.reply_code == NOT_FOUND:
        return bool(error.reply_text.startswith(NO_QUEUE))
    return bool(error.reply_code == FORBIDDEN)
