"""A deadline for one exchange over HTTP as a whole. httpx limits the silence between two bytes only: who drips would
hold us. And who never falls silent would hold the whole process: where there is always more to read, eventlet lets
nobody else go on, the deadline's own clock neither. So others have their turn before each read.
"""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, TypeVar

Done = TypeVar("Done")

RECORD = 16 * 1024
"""Bytes that OpenSSL is given at once; a record of TLS holds so many (RFC 8446, section 5.1)."""


class Line:
    """The connection of one exchange; `learn` is given to httpx as the extension `trace`. Of what comes over it, with
    all that TLS needs, `most` bytes are read, any number where it is None; then it ends."""

    def __init__(self, *, most: int | None = None) -> None:
        self.is_cut = False
        self._left = most
        self._socket: socket.socket | None = None

    def learn(self, event: str, info: Mapping[str, Any]) -> None:
        """httpx tells what it does (https://www.encode.io/httpcore/extensions/#trace)."""
        if event == "connection.connect_tcp.complete":
            stream = info["return_value"]
            self._socket = stream.get_extra_info("socket")
            stream.read = partial(self._read_in_turn, stream.read)
            stream.start_tls = partial(_Secured, stream)
            if self.is_cut:
                self.cut()

    def cut(self) -> None:
        """Whoever waits on it, waits no longer."""
        self.is_cut = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def _read_in_turn(self, read: Callable[..., bytes], most: int, timeout: float | None = None) -> bytes:
        """What came before the cut waits in the socket, and is not read."""
        time.sleep(0)
        if self.is_cut or self._left == 0:
            return b""
        found = read(most if self._left is None else min(most, self._left), timeout)
        if self._left is not None:
            self._left -= len(found)
        return found


class _Secured:
    """TLS over one of httpcore's streams, and one itself. OpenSSL does not return from a socket where it finds one
    message after the other that is not for us (session tickets without end), so it is handed what there is of them
    piece by piece.
    """

    def __init__(
        self,
        stream: Any,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> None:
        """Raises httpcore's ConnectError and its timeouts."""
        import httpcore  # noqa: PLC0415 - as httpx, where it is used

        self._stream = stream
        self._coming, self._going = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = ssl_context.wrap_bio(self._coming, self._going, server_hostname=server_hostname)
        try:
            self._do(self._tls.do_handshake, timeout)
        except (OSError, httpcore.NetworkError) as error:
            self.close()
            raise httpcore.ConnectError(str(error)) from error

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Nothing at its end. Raises httpcore's ReadError and its timeouts."""
        import httpcore  # noqa: PLC0415

        try:
            return self._do(partial(self._tls.read, max_bytes), timeout)
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Raises httpcore's WriteError and its timeouts."""
        import httpcore  # noqa: PLC0415

        try:
            while buffer:
                buffer = buffer[self._do(partial(self._tls.write, buffer), timeout) :]
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    def close(self) -> None:
        """With the stream beneath."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> "_Secured":
        """Once more, within this."""
        return _Secured(self, ssl_context, server_hostname, timeout)

    def get_extra_info(self, info: str) -> Any:
        """As httpcore asks."""
        return self._tls if info == "ssl_object" else self._stream.get_extra_info(info)

    def _do(self, act: Callable[[], Done], timeout: float | None) -> Done:
        while True:
            try:
                return act()
            except ssl.SSLWantReadError:
                pass
            finally:
                if going := self._going.read():
                    self._stream.write(going, timeout)
            if found := self._stream.read(RECORD, timeout):
                self._coming.write(found)
            else:
                self._coming.write_eof()


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
