"""Ports of the loopback that nobody listens on, each for one run of the tests alone."""

import atexit
import contextlib
import random
import socket

from deploy.local.embedded.ports import Claims

_OURS = Claims()
"""Of this process, until it ends."""

atexit.register(_OURS.close)


def free_ports(count: int, claims: Claims = _OURS) -> list[int]:
    """Ports that nobody listens on now; no other process is given one of them while this one lives, or while `claims`
    are held.

    They lie under the range from which the system gives ports to outgoing connections (32768 on Linux): one of those
    could be taken by a client while its server restarts.
    """
    found: list[int] = []
    while len(found) < count:
        port = random.randint(15_000, 32_000)  # spreads the runs on one machine
        if port not in claims and _is_free(port) and claims.claim(port):
            found.append(port)
    return found


def _is_free(port: int) -> bool:
    """Bound by nobody, listening or not."""
    with socket.socket() as probe, contextlib.suppress(OSError):
        probe.bind(("127.0.0.1", port))
        return True
    return False
