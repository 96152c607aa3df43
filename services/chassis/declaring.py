"""Declaring the topology, by the operator's command alone: no service has the right to configure anything shared.

Declaring twice is harmless. What an earlier version declared otherwise is exchanged: an exchange at once, a queue where
it holds nothing and nobody listens. Messages that the earlier version sent are not exchanged: while queues or delays
hold any, nothing is. What is parked stays where it is.
"""

from collections.abc import Callable

from kombu import Connection, Exchange, Queue
from kombu.exceptions import ChannelError

from services.chassis.topology import DELAY, Topology, exchanges, queues

NOT_FOUND, PRECONDITION_FAILED = 404, 406


class Occupied(Exception):
    """Queues that have to be declared anew are in use: `waiting` messages, or one for a consumer, by name.

    Nothing was changed.
    """

    def __init__(self, waiting: dict[str, int]) -> None:
        super().__init__(", ".join(f"{name} ({count})" for name, count in waiting.items()))
        self.waiting = waiting


def declare(connection: Connection, topology: Topology, *, beside: Callable[[], None] = lambda: None) -> None:
    """Declare it all; `beside` declares what else there must be before the marker lets services begin.

    Raises Occupied before anything is changed, and kombu's errors where the broker is away.
    """
    wanted = queues(topology)
    existing = [queue for queue in wanted if _exists(connection, queue)]
    outdated = [queue for queue in existing if not _stands(connection, queue)]
    if outdated:
        delays = [queue for queue in existing if queue.name.startswith(DELAY) and queue not in outdated]
        holding = {queue.name: _in_use(connection, queue) for queue in (*outdated, *delays)}
        if occupied := {name: count for name, count in holding.items() if count}:
            raise Occupied(occupied)
    for exchange in exchanges():
        _declare_exchange(connection, exchange)
    for queue in outdated:
        with connection.channel() as channel:
            queue(channel).delete()
    for queue in wanted:
        with connection.channel() as channel:
            queue(channel).declare()
    beside()
    _declare_exchange(connection, topology.marker)


def _exists(connection: Connection, queue: Queue) -> bool:
    return _is_declared(connection, queue, passive=True, unless=NOT_FOUND)


def _stands(connection: Connection, queue: Queue) -> bool:
    """Has the queue, which is there, these arguments?"""
    return _is_declared(connection, queue, passive=False, unless=PRECONDITION_FAILED)


def _is_declared(connection: Connection, queue: Queue, *, passive: bool, unless: int) -> bool:
    try:
        with connection.channel() as channel:
            queue(channel).queue_declare(passive=passive)
    except ChannelError as error:
        if error.reply_code != unless:
            raise
        return False
    return True


def _in_use(connection: Connection, queue: Queue) -> int:
    """Messages that wait, or else consumers, in whose hands there may be some.

    A quorum queue without a leader, soon after its broker started, counts none. Only an attempt to take one tells.
    """
    with connection.channel() as channel:
        bound = queue(channel)
        told = bound.queue_declare(passive=True)
        if told.message_count or told.consumer_count:
            return int(told.message_count or told.consumer_count)
        if message := bound.get(no_ack=False):
            message.requeue()
        return 1 if message else 0


def _declare_exchange(connection: Connection, exchange: Exchange) -> None:
    try:
        with connection.channel() as channel:
            exchange(channel).declare()
    except ChannelError as error:
        if error.reply_code != PRECONDITION_FAILED:
            raise
        with connection.channel() as channel:
            exchange(channel).delete()
            exchange(channel).declare()
