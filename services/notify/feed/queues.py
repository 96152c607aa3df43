"""What waits for a department at the broker, as far as notify may know: how many messages, and not which."""

from amqp.exceptions import NotFound

from services.chassis.addresses import LOST, Addresses
from services.contracts.feed.queues import parking_of

BROKER_S = 3.0


class BrokerQueues:
    """A connection for each look: a department rarely asks."""

    def __init__(self, uri: str) -> None:
        self._addresses = Addresses(uri)

    def waiting_and_parked(self, user: str) -> tuple[int | None, int | None]:
        """None where there is no such queue, or the broker does not answer in time."""
        return self._count(user), self._count(parking_of(user))

    def _count(self, queue: str) -> int | None:
        try:
            with self._addresses.connect(connect_timeout=BROKER_S) as connection:
                return int(connection.default_channel.queue_declare(queue, passive=True).message_count)
        except (NotFound, *LOST):
            return None
