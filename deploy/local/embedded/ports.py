"""Ports of the loopback: those that somebody listens on, and those that somebody is about to."""

import socket
from typing import Self


class Claims:
    """Ports that are ours before anything of ours listens, so that whoever starts at the same moment takes others.

    A claim is a name in the kernel (unix(7), "abstract"): it ends with the last process that holds it, however that
    ends, and leaves nothing behind.
    """

    def __init__(self) -> None:
        self._held: dict[int, socket.socket] = {}

    def claim(self, port: int) -> bool:
        """False where somebody listens on it, or has claimed it."""
        if port in self._held:
            return True
        name = socket.socket(socket.AF_UNIX)
        try:
            name.bind(f"\0loket-port-{port}")
        except OSError:
            name.close()
            return False
        if listens(port):
            name.close()
            return False
        self._held[port] = name
        return True

    def __contains__(self, port: int) -> bool:
        return port in self._held

    def descriptors(self) -> tuple[int, ...]:
        """For a process that is to hold them, too."""
        return tuple(each.fileno() for each in self._held.values())

    def close(self) -> None:
        """Leave them to whoever holds them, too, or to everybody."""
        for each in self._held.values():
            each.close()
        self._held.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def listens(port: int) -> bool:
    """Does somebody accept connections on this port of the loopback?"""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
