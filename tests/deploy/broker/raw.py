"""Headers of a message as bytes: also what no client writes (AMQP 0-9-1, section 4.2.5, and RabbitMQ's errata)."""

import struct

import pika


def nested(levels: int) -> bytes:
    """A list in a list."""
    made = b"V"
    for _ in range(levels):
        made = b"A" + struct.pack(">I", len(made)) + made
    return made


LATE = b"\x01xT" + struct.pack(">Q", 2**40)
"""A time in the year 36812."""

DEEP = b"\x01x" + nested(5000)
NO_NUMBER = b"\x01xd" + struct.pack(">d", float("nan"))
NO_TYPE = b"\x01xz"


class Raw(pika.BasicProperties):
    """Nothing but headers, which are these bytes."""

    def __init__(self, table: bytes) -> None:
        super().__init__()
        self._table = table

    def encode(self) -> list[bytes]:
        return [struct.pack(">HI", self.FLAG_HEADERS, len(self._table)), self._table]
