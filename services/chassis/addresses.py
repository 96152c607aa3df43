"""The addresses of one broker, and which of its nodes to ask first."""

from collections.abc import Callable
from typing import Any, NoReturn
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from amqp.exceptions import AMQPError
from kombu import Connection
from kombu.exceptions import KombuError

LOST = (OSError, AMQPError, KombuError)
"""Everything that says the broker is away or broke off."""


def beside(uri: str, virtual_host: Callable[[str], str]) -> str:
    """The same addresses, of the virtual host that has this name beside theirs."""
    return ";".join(_beside(each, virtual_host) for each in uri.split(";"))


def _beside(uri: str, virtual_host: Callable[[str], str]) -> str:
    parts = urlsplit(uri)
    name = unquote(parts.path.removeprefix("/")) or "/"
    return urlunsplit(parts._replace(path=f"/{quote(virtual_host(name), safe='')}"))


class Addresses:
    """Several with `;`. The one that answered last is tried first: a node that is gone without a word (a machine that
    hangs, a cut cable) costs its connect time-out once and not again at every connection."""

    def __init__(self, uri: str) -> None:
        self._uris = uri.split(";")

    def connect(self, **options: Any) -> Connection:
        """A connection that stands; each address is tried once. Raises the last one's LOST error."""
        uris = self._uris
        for tried, uri in enumerate(uris, 1):
            connection = Connection(uri, **options)
            try:
                connection.ensure_connection(_give_up, reraise_as_library_errors=False)
            except LOST:
                connection.collect()
                if tried == len(uris):
                    raise
            else:
                self._uris = [uri, *(other for other in uris if other != uri)]
                return connection
        raise AssertionError("there is at least one address")


def _give_up(error: Exception, _interval: float) -> NoReturn:
    raise error
