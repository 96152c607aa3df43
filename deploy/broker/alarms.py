"""Whether the broker takes messages: short of disk or memory it answers everybody, and takes none."""

from typing import Any

from pika.exceptions import AMQPError, ConnectionBlockedTimeout

from deploy.broker.queues import connect

NOBODY = "loket.nobody"
"""There is no such queue: what is sent there is dropped."""

PATIENCE_S = 1
"""Until who is told to wait is let go."""


def alarm(amqp_uri: str) -> str | None:
    """Why it takes nothing, as it says: `low on disk`, `low on memory`. None where it does, or does not answer.

    It tells so to nobody but who sends something (https://www.rabbitmq.com/docs/connection-blocked).
    """
    reasons: list[str] = []

    def blocked(_connection: Any, frame: Any) -> None:
        reasons.append(str(frame.method.reason))

    try:
        connection = connect(amqp_uri, blocked_connection_timeout=PATIENCE_S)
        # the blocking connection tells its own callbacks between two calls only, and this one does not come back
        connection._impl.add_on_connection_blocked_callback(blocked)
        channel = connection.channel()
        channel.confirm_delivery()
        for _ in range(2):  # it takes one more before it says so
            channel.basic_publish("", NOBODY, b"")
        connection.close()
    except ConnectionBlockedTimeout:
        return reasons[0] if reasons else "short of something"
    except (AMQPError, OSError):
        return None
    return None
