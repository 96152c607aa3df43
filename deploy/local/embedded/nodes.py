"""The nodes of an embedded cluster: their names, and whether one is there to be joined."""

import contextlib
import socket

from deploy.local.embedded.part import PartError, wait_until

JOIN_PATIENCE_S = 120


def node_name(program: str) -> str:
    """The Erlang node of a program: `broker-2` is `loket-2@localhost`."""
    return f"{program.replace('broker', 'loket', 1)}@localhost"


def greets(port: int) -> bool:
    """Does it greet a client as AMQP 0-9-1 (section 4.2.2) says?"""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as client:
        client.settimeout(1)
        client.sendall(b"AMQP\x00\x00\x09\x01")
        return bool(client.recv(1))
    return False


def await_first(port: int) -> None:
    """New nodes that look for a cluster where nobody is up yet would each begin one of their own. Raises PartError."""
    if not wait_until(lambda: greets(port), JOIN_PATIENCE_S):
        raise PartError(f"the broker's first node does not answer after {JOIN_PATIENCE_S} s; this one cannot join it")
