"""Waking a thread that waits for sockets, from any other."""

import contextlib
import selectors
import socket


class Bell:
    """Wakes a thread that waits for a socket."""

    def __init__(self) -> None:
        self.heard, self._rung = socket.socketpair()
        self.heard.setblocking(False)
        self._rung.setblocking(False)

    def ring(self) -> None:
        """Once or often: it is heard once."""
        with contextlib.suppress(BlockingIOError):
            self._rung.send(b"!")

    def clear(self) -> None:
        """What was rung until now is heard."""
        with contextlib.suppress(BlockingIOError):
            while self.heard.recv(4096):
                pass

    def wait(self, seconds: float) -> None:
        """Until it rings, but no longer."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.heard, selectors.EVENT_READ)
            selector.select(seconds)
        self.clear()

    def close(self) -> None:
        """Nobody listens."""
        self.heard.close()
        self._rung.close()
