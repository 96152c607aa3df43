"""A mend of pika 1.4.4, as services/chassis/wire.py is one of py-amqp: properties that cannot be decoded would end the
connection, and every one that comes after it.

A time beyond the year 9999, lists in lists without end: a department that may answer can send them, and the broker
passes them on and parks them. (A number that is none, or a field of no known type, RabbitMQ 3.10 refuses by itself.)
Such a message arrives without properties instead: it can be looked at and dropped, and nothing else is known of it.
"""

from typing import Any

from pika import spec


class _Decoded(spec.BasicProperties):  # type: ignore[misc]  # pika comes without types
    def decode(self, encoded: bytes, offset: int = 0) -> Any:
        try:
            return super().decode(encoded, offset)
        except Exception:  # noqa: BLE001 - nothing in a message may end a connection
            self.__init__()  # type: ignore[misc]  # what was decoded before it failed goes, too
            return self


def mend() -> None:
    """For this process; doing so again changes nothing."""
    spec.props[spec.BasicProperties.INDEX] = _Decoded
