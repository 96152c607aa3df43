"""A deadline for one exchange over HTTP as a whole. httpx limits the silence between two bytes only: who drips would
hold us. And who never falls silent would hold the whole process: where there is always more to read, eventlet lets
nobody else go on, the deadline's own clock neither.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Read = Callable[..., bytes]
"""As httpcore reads: at most so many bytes, within a time."""


class Line:
    """The connection of one exchange; `learn` is given to httpx as the extension `trace`. Of what is said, `most` bytes
    are read, all where it is None; then it ends."""

    def __init__(self, *, most: int | None = None) -> None:
        self.is_cut = False
        self._most = most
        self._socket: socket.socket | None = None

    def learn(self, event: str, info: Mapping[str, Any]) -> None:
        """httpx tells what it does (https://www.encode.io/httpcore/extensions/#trace)."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            stream = info["return_value"]
            self._socket = stream.get_extra_info("socket")
            stream.read = self._in_turn(stream.read)
            if self.is_cut:
                self.cut()

    def cut(self) -> None:
        """Whoever waits on it, waits no longer."""
        self.is_cut = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def _in_turn(self, read: Read) -> Read:
        """The same, after everybody else's turn. What came before the cut waits in the socket, and is not read."""
        count = 0

        def read_in_turn(*args: Any, **named: Any) -> bytes:
            nonlocal count
            time.sleep(0)
            if self.is_cut or (self._most is not None and count >= self._most):
                return b""
            found = read(*args, **named)
            count += len(found)
            return found

        return read_in_turn


@contextlib.contextmanager
def cut_after(seconds: float, *, most: int | None = None) -> Iterator[Line]:
    """A line that is cut when its time is over. Each exchange needs a connection of its own for that."""
    line = Line(most=most)
    clock = threading.Timer(seconds, line.cut)
    clock.daemon = True
    clock.start()
    try:
        yield line
    finally:
        clock.cancel()
