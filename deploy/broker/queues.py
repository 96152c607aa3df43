"""What waits in the broker, asked by plain AMQP: no management plugin is needed."""

import contextlib
import logging
from typing import Any

import pika
from pika.exceptions import AMQPError

from services.chassis.topology import ASTRAY
from services.contracts.topology import SUBSCRIPTIONS

logging.getLogger("pika").setLevel(logging.CRITICAL)  # what fails is raised, and told in one line


class Queues:
    """The consumers' queues and their parking queues, as they are when asked."""

    def __init__(self, amqp_uri: str) -> None:
        self.broker_version: str | None = None
        self._counts: dict[str, tuple[int, int] | None] = {}
        names = [name for queue in SUBSCRIPTIONS for name in (queue, f"{queue}.parked")]
        with contextlib.suppress(AMQPError, OSError), connect(amqp_uri) as connection:
            self.broker_version = _version(connection)
            for name in (*names, f"{ASTRAY.name}.parked"):
                self._counts[name] = count(connection, name)

    @property
    def astray(self) -> int:
        """Messages that came due for no queue that there is."""
        parked, _ = self._counts.get(f"{ASTRAY.name}.parked") or (0, 0)
        return parked

    def of_service(self, service: str) -> list[dict[str, Any]]:
        """Each queue of a service: messages `waiting` and `parked`, and how many `consumers`; None where unknown."""
        found = []
        for name in SUBSCRIPTIONS:
            if name.startswith(f"{service}."):
                waiting, consumers = self._counts.get(name) or (None, None)
                parked, _ = self._counts.get(f"{name}.parked") or (None, None)
                found.append({"name": name, "waiting": waiting, "consumers": consumers, "parked": parked})
        return found


def connect(amqp_uri: str) -> pika.BlockingConnection:
    """The first of the `;`-separated addresses that answers. Raises AMQPError."""
    return pika.BlockingConnection([pika.URLParameters(_quick(uri)) for uri in amqp_uri.split(";")])


def count(connection: pika.BlockingConnection, name: str) -> tuple[int, int] | None:
    """Messages ready and consumers of a queue; None where there is no such queue."""
    channel = connection.channel()
    try:
        declared = channel.queue_declare(name, passive=True).method
    except pika.exceptions.ChannelClosedByBroker:
        return None
    channel.close()
    return declared.message_count, declared.consumer_count


def _quick(uri: str) -> str:
    return uri + ("&" if "?" in uri else "?") + "socket_timeout=3&stack_timeout=6"


def _version(connection: pika.BlockingConnection) -> str | None:
    told = getattr(connection._impl, "server_properties", None) or {}
    product, number = told.get("product"), told.get("version")
    return f"{product} {number}" if number else None
