"""Declaring the topology, by the operator's command alone: no service has the right to configure anything shared.

Declaring twice is harmless. What an earlier version declared otherwise is exchanged: an exchange at once, a queue where
it holds nothing. Messages that the earlier version sent are not exchanged: while queues or delays hold any, nothing is.
"""

from kombu import Connection, Exchange, Queue
from kombu.exceptions import ChannelError

from services.chassis.topology import DELAY, Topology, exchanges, queues

PRECONDITION_FAILED = 406


class Occupied(Exception):
    """Queues that have to be declared anew still hold messages: `waiting` by name. Nothing of them was changed."""

    def __init__(self, waiting: dict[str, int]) -> None:
        super().__init__(", ".join(f"{name} ({count})" for name, count in waiting.items()))
        self.waiting = waiting


def declare(connection: Connection, topology: Topology) -> None:
    """Declare it all. Raises Occupied before anything is changed, and kombu's errors where the broker is away."""
    wanted = queues(topology)
    outdated = [queue for queue in wanted if not _stands(connection, queue)]
    delays = [queue for queue in wanted if queue.name.startswith(DELAY) and queue not in outdated]
    if outdated:
        holding = {queue.name: _count(connection, queue) for queue in (*outdated, *delays)}
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
    _declare_exchange(connection, topology.marker)


def _stands(connection: Connection, queue: Queue) -> bool:
    """Is there a queue of this name with these arguments, or, from now on, a new one?"""
    try:
        with connection.channel() as channel:
            queue(channel).queue_declare()
    except ChannelError as error:
        if error.reply_code != PRECONDITION_FAILED:
            raise
        return False
    return True


def _count(connection: Connection, queue: Queue) -> int:
    with connection.channel() as channel:
        return int(queue(channel).queue_declare(passive=True).message_count)


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
