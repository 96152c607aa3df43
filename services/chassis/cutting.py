"""A deadline for one exchange over HTTP as a whole. httpx limits the silence between two bytes only: who drips would
hold us."""

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping
from typing import Any


class Line:
    """The connection of one exchange; `learn` is given to httpx as the extension `trace`."""

    def __init__(self) -> None:
        self.is_cut = False
        self._socket: socket.socket | None = None

    def learn(self, event: str, info: Mapping[str, Any]) -> None:
        """httpx tells what it does (https://www.encode.io/httpcore/extensions/#trace)."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = info["return_value"].get_extra_info("socket")
            if self.is_cut:
                self.cut()

    def cut(self) -> None:
        """Whoever waits on it, waits no longer."""
        self.is_cut = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def cut_after(seconds: float) -> Iterator[Line]:
    """A line that is cut when its time is over. Each exchange needs a connection of its own for that."""
    line = Line()
    clock = threading.Timer(seconds, line.cut)
    clock.daemon = True
    clock.start()
    try:
        yield line
    finally:
        clock.cancel()
