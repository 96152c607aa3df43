"""What a department was told, laid into its queue once more."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from deploy.broker.departments import LONGEST_QUEUE, AtBroker
from deploy.broker.queues import connect
from services.chassis.addresses import Addresses
from services.chassis.publisher import PERSISTENT, Unconfirmed, Unroutable
from services.contracts.feed.catching_up import Since
from services.contracts.feed.streams import Message, history

AT_ONCE = 500
"""Messages that are sent before the broker is waited for."""

SPARE = 1_000
"""Places that are left to what is told meanwhile."""

BROKER_S = 10.0
"""How long the broker may say nothing."""


class Full(Exception):
    """There is no room for what is at `place` and later: it would push out what waits."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


def lay_again(uri: str, known: AtBroker, since: Since) -> Iterator[int]:
    """What its stream has from there up to now, as it is: how many the broker has now confirmed, for each piece. Raises
    Full, Unpublished, pika's errors, or LOST."""
    messages = history(lambda: connect(uri), known.stream, since)
    line = _Line(uri, known.queue)
    try:
        while piece := list(islice(messages, AT_ONCE)):
            if line.waiting() + len(piece) > LONGEST_QUEUE - SPARE:
                raise Full(piece[0].offset)
            line.lay(piece)
            yield len(piece)
    finally:
        line.drop()


class _Line:
    """To one queue, over a connection of its own; what it is given is confirmed together, not one by one."""

    def __init__(self, uri: str, queue: str) -> None:
        self._queue = queue
        self._sent = 0
        self._unconfirmed: set[int] = set()
        self._wrong: Exception | None = None
        patience = {"read_timeout": BROKER_S, "write_timeout": BROKER_S}
        self._connection = Addresses(uri).connect(connect_timeout=BROKER_S, transport_options=patience)
        self._channel = self._connection.default_channel
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._on_ack)
        self._channel.events["basic_nack"].add(self._on_nack)
        self._channel.events["basic_return"].add(self._on_return)

    def waiting(self) -> int:
        """Messages that its department has not been handed. Raises LOST."""
        return int(self._channel.queue_declare(self._queue, passive=True).message_count)

    def lay(self, messages: Iterable[Message]) -> None:
        """Returns once the broker has all of them. Raises Unpublished or LOST."""
        for each in messages:
            self._sent += 1  # as the broker counts (https://www.rabbitmq.com/docs/confirms)
            self._unconfirmed.add(self._sent)
            self._channel.basic_publish(self._same(each), routing_key=self._queue, mandatory=True)
        while self._unconfirmed and self._wrong is None:
            self._connection.drain_events(timeout=BROKER_S)
        if self._wrong is not None:
            raise self._wrong

    def drop(self) -> None:
        """Without a word."""
        self._connection.collect()

    def _same(self, message: Message) -> Any:
        """Without what the stream adds (`x-stream-offset`)."""
        known = message.properties
        headers = {name: value for name, value in (known.headers or {}).items() if not name.startswith("x-stream-")}
        return self._channel.prepare_message(
            message.body,
            content_type=known.content_type,
            headers=headers,
            properties={"message_id": known.message_id, "delivery_mode": PERSISTENT},
        )

    def _on_ack(self, last: int, multiple: bool) -> None:
        self._unconfirmed -= {each for each in self._unconfirmed if each <= last} if multiple else {last}

    def _on_nack(self, _last: int, _multiple: bool) -> None:
        self._wrong = Unconfirmed("refused")

    def _on_return(self, *_returned: Any) -> None:
        self._wrong = Unroutable(self._queue)
