"""Host names are looked up by the system, in a thread, so that others go on meanwhile.

eventlet's own resolver, which `EVENTLET_NO_GREENDNS` leaves out, takes 8 MiB in each process and a quarter of a second
of each start, and asks name servers alone, whatever the system is told to ask (nsswitch.conf).
"""

import socket
from typing import Any

from eventlet import tpool
from eventlet.green import socket as green

system = socket.getaddrinfo
"""The system's own (getaddrinfo(3)): it blocks the whole process for as long as it looks."""

Found = list[tuple[Any, ...]]


def resolve(  # noqa: PLR0917 - as it is called
    host: Any, port: Any, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0
) -> Found:
    """As socket.getaddrinfo. An address is read at once; raises socket.gaierror for what no name leads to."""
    try:
        return system(host, port, family, type, proto, flags | socket.AI_NUMERICHOST)
    except socket.gaierror:
        found: Found = tpool.execute(system, host, port, family, type, proto, flags)
        return found


def mend() -> None:
    """Once, after eventlet's patches."""
    socket.getaddrinfo = green.getaddrinfo = resolve
