"""What waits in the broker, asked by plain AMQP: no management plugin is needed."""

import contextlib
import logging
from typing import Any
from urllib.parse import urlencode

import pika
from pika.adapters.utils.connection_workflow import AMQPConnectorException
from pika.exceptions import AMQPConnectionError, AMQPError

from deploy.broker import wire
from deploy.broker.rights import TOPOLOGY
from services.chassis.topology import ASTRAY, DELAY, DELAYS
from services.contracts.topology import QUESTION_QUEUES, SUBSCRIPTIONS

logging.getLogger("pika").setLevel(logging.CRITICAL)  # what fails is raised, and told in one line
wire.mend()


class Queues:
    """The consumers' queues and their parking queues, as they are when asked.

    `is_current` is whether what this version declares is there; None, like `broker_version`, where no broker answers.
    """

    def __init__(self, amqp_uri: str) -> None:
        self.broker_version: str | None = None
        self.is_current: bool | None = None
        self._counts: dict[str, tuple[int, int] | None] = {}
        consumed = [name for queue in SUBSCRIPTIONS for name in (queue, f"{queue}.parked")]
        delays = [f"{DELAY}{step}" for step in DELAYS]
        with contextlib.suppress(AMQPError, OSError), connect(amqp_uri) as connection:
            self.broker_version = _version(connection)
            self.is_current = has_exchange(connection, TOPOLOGY.marker.name)
            for name in (*consumed, *delays, *QUESTION_QUEUES, f"{ASTRAY.name}.parked"):
                self._counts[name] = count(connection, name)

    @property
    def astray(self) -> int:
        """Messages that came due for no queue that there is."""
        return self._messages(f"{ASTRAY.name}.parked")

    @property
    def delayed(self) -> int:
        """Messages that failed and wait until they are tried again."""
        return sum(self._messages(f"{DELAY}{step}") for step in DELAYS)

    def of_service(self, service: str) -> list[dict[str, Any]]:
        """Each queue of a service: messages `waiting` and `parked`, and how many `consumers`; None where unknown."""
        found = []
        for name in SUBSCRIPTIONS:
            if name.startswith(f"{service}."):
                waiting, consumers = self._counts.get(name) or (None, None)
                parked, _ = self._counts.get(f"{name}.parked") or (None, None)
                found.append({"name": name, "waiting": waiting, "consumers": consumers, "parked": parked})
        return found

    def unanswered(self, service: str) -> list[str]:
        """The service's queues of questions that nobody listens to, or that are not there."""
        if self.broker_version is None:
            return []
        ours = [name for name in QUESTION_QUEUES if name.startswith(f"{service}.")]
        return [name for name in ours if not (self._counts.get(name) or (0, 0))[1]]

    def _messages(self, name: str) -> int:
        return (self._counts.get(name) or (0, 0))[0]


def connect(amqp_uri: str, **options: int) -> pika.BlockingConnection:
    """The first of the `;`-separated addresses that answers; `options` are more of pika's. Raises AMQPError."""
    try:
        return pika.BlockingConnection([pika.URLParameters(_quick(uri, **options)) for uri in amqp_uri.split(";")])
    except AMQPConnectorException as error:  # no AMQPError, though pika raises it where a broker hangs
        raise AMQPConnectionError(error) from None


def count(connection: pika.BlockingConnection, name: str) -> tuple[int, int] | None:
    """Messages ready and consumers of a queue; None where there is no such queue."""
    channel = connection.channel()
    try:
        declared = channel.queue_declare(name, passive=True).method
    except pika.exceptions.ChannelClosedByBroker:
        return None
    channel.close()
    return declared.message_count, declared.consumer_count


def has_exchange(connection: pika.BlockingConnection, name: str) -> bool:
    """Whether there is one of that name."""
    channel = connection.channel()
    try:
        channel.exchange_declare(name, passive=True)
    except pika.exceptions.ChannelClosedByBroker:
        return False
    channel.close()
    return True


_PATIENCE = {"socket_timeout": 3, "stack_timeout": 6, "blocked_connection_timeout": 10}
"""In seconds. The last: until what is sent to a broker short of memory or disk is given up."""


def _quick(uri: str, **options: int) -> str:
    return uri + ("&" if "?" in uri else "?") + urlencode(_PATIENCE | options)


def _version(connection: pika.BlockingConnection) -> str | None:
    told = getattr(connection._impl, "server_properties", None) or {}
    product, number = told.get("product"), told.get("version")
    return f"{product} {number}" if number else None
