"""The way to the broker: the address that the operator gave, of one node or, with `;` between them, of several."""

from urllib.parse import unquote, urlsplit

import pika
from pika.adapters.utils.connection_workflow import AMQPConnectorException
from pika.exceptions import AMQPConnectionError, ProbableAuthenticationError

REFUSED = "ConnectionClosedByBroker: (403)"
"""How pika prints that the broker has refused a password. It guesses at that, too, where a connection is lost while a
password is checked, and keeps of the reason what it prints."""


class Address:
    """`amqps://USER:PASSWORD@HOST/VIRTUAL-HOST`, for each node one; the first that answers is connected to.

    Raises ValueError for what is none, and never repeats it.
    """

    def __init__(self, uri: str, *, blocked_s: float) -> None:
        try:
            self._nodes = [_node(each) for each in uri.split(";")]
        except (ValueError, IndexError):
            raise ValueError(
                "an address is amqps://USER:PASSWORD@HOST/VIRTUAL-HOST, as the operator gave it; copy it whole"
            ) from None
        for node in self._nodes:
            node.blocked_connection_timeout = blocked_s
        self.user = unquote(urlsplit(uri).username or "")
        """Who connects."""

    def connect(self) -> pika.BlockingConnection:
        """Raises AMQPConnectionError; of these ProbableAuthenticationError where the broker refuses the password, and
        nowhere else."""
        try:
            return pika.BlockingConnection(self._nodes)
        except AMQPConnectorException as error:  # no AMQPError, though pika raises it where a broker hangs
            raise AMQPConnectionError(error) from None
        except ProbableAuthenticationError as error:
            if str(error.args[0]).startswith(REFUSED):
                raise
            raise AMQPConnectionError(error) from None


def _node(uri: str) -> pika.URLParameters:
    parts = urlsplit(uri)
    if parts.scheme not in ("amqp", "amqps") or not (parts.username and parts.hostname and parts.path.strip("/")):
        raise ValueError
    return pika.URLParameters(uri)
