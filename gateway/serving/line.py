"""A client's connection that waits for nothing without an end."""

import contextlib
import errno
import socket
import time
from enum import Enum
from typing import Any

from gunicorn.http.errors import ParseException

from gateway.serving.settings import ServingSettings

NEVER = float("inf")

PIECE = 64 * 1024
"""Bytes of an answer that have a deadline of their own: who takes them slowly gets them, who takes none does not."""

HEAD_BYTES = 16 * 1024
"""Of the beginning of a request, by which a refusal finds its form and language."""

END_S = 1.0
"""How long a client may take to hang up as well, once all is said."""

LEFT_BYTES, LEFT_S = 32 * 1024 * 1024, 10.0
"""How much of a refused body is taken in and dropped before we hang up. A client that is still sending would find its
connection reset, and many then never look at the answer."""


class BodyTooSlow(ParseException):  # type: ignore[misc]
    """The body was not there within its time."""


class Phase(Enum):
    """What the connection is at."""

    IDLE = "idle"
    HEAD = "head"
    BODY = "body"
    LEFT = "left"
    END = "end"


class Line:
    """A socket for gunicorn, with one deadline for each head, each body and each piece of an answer.

    An idle time-out alone would let a client drip a byte now and then for ever.
    """

    def __init__(self, sock: Any, settings: ServingSettings) -> None:
        self._sock = sock
        self._settings = settings
        self.awaited_since = NEVER
        """Since when something is awaited of the client, by time.monotonic()."""
        self.head = b""
        """The beginning of the request at hand; empty where it came with the one before."""
        self._takes_nothing = False
        self._enter(Phase.IDLE, settings.head_s)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def expect_request(self) -> None:
        """The last one is answered: a next one may come, or not."""
        self.head = b""
        self._enter(Phase.IDLE, self._settings.idle_s)

    def expect_body(self) -> None:
        """The head is there."""
        self._enter(Phase.BODY, self._settings.body_s)

    def expect_end(self) -> None:
        """All is read and said: the client is to hang up, and so are we."""
        self._enter(Phase.END, END_S)

    def recv(self, size: int, *flags: int) -> bytes:
        """What comes; nothing where the time for a head is over. Raises BodyTooSlow where that for a body is, and
        ConnectionResetError where the connection was closed meanwhile, as when the process ends.
        """
        try:
            self._await(since=self._began, until=self._deadline)
            received: bytes = self._sock.recv(size, *flags)
        except TimeoutError:
            if self._phase in (Phase.IDLE, Phase.HEAD):
                return b""  # nobody waits for an answer to it
            raise BodyTooSlow from None
        except OSError as error:
            raise _closed(error, ConnectionResetError(errno.ECONNRESET, "it was closed meanwhile")) from None
        finally:
            self.awaited_since = NEVER
        if self._phase is Phase.IDLE and received:
            self._enter(Phase.HEAD, self._settings.head_s)
        if self._phase is Phase.HEAD:
            self.head += received[: HEAD_BYTES - len(self.head)]
        return received

    def send(self, data: bytes, *flags: int) -> int:
        """Raises BrokenPipeError where the client takes nothing."""
        self.sendall(data, *flags)
        return len(data)

    def sendall(self, data: bytes, *flags: int) -> None:
        """Raises BrokenPipeError where the client takes nothing."""
        view = memoryview(data)
        try:
            for start in range(0, len(view), PIECE):
                now = time.monotonic()
                self._await(since=now, until=now + self._settings.answer_s)
                self._sock.sendall(view[start : start + PIECE], *flags)
        except TimeoutError:
            self._takes_nothing = True
            raise BrokenPipeError(errno.EPIPE, "the client takes nothing") from None
        except OSError as error:
            raise _closed(error, BrokenPipeError(errno.EPIPE, "it was closed meanwhile")) from None
        finally:
            self.awaited_since = NEVER

    def hang_up(self) -> None:
        """For whoever is not its own greenlet: what it waits for ends now."""
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def hang_up_if_idle(self) -> None:
        """No request is under way."""
        if self._phase is Phase.IDLE:
            self.hang_up()

    def close(self) -> None:
        """Closing over unread bytes would reset the connection and take our answer with it (RFC 9112, section 9.6);
        who takes no answer has nothing to lose by it.
        """
        with contextlib.suppress(OSError, BodyTooSlow):
            if self._phase is not Phase.IDLE and not self._takes_nothing:
                self._sock.shutdown(socket.SHUT_WR)
                if self._phase is not Phase.END:
                    self._enter(Phase.LEFT, LEFT_S)
                taken = 0
                while taken < LEFT_BYTES and (left := self.recv(PIECE)):
                    taken += len(left)
        self._sock.close()

    def _enter(self, phase: Phase, seconds: float) -> None:
        self._phase = phase
        self._began = time.monotonic()
        self._deadline = self._began + seconds

    def _await(self, *, since: float, until: float) -> None:
        seconds = until - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        self._sock.settimeout(seconds)
        self.awaited_since = since


def _closed(error: OSError, gone: OSError) -> OSError:
    """gevent tells whoever waits for a socket that another greenlet closes it of a bad descriptor, which gunicorn would
    log as a fault of ours; that somebody is gone it passes over.
    """
    return gone if error.errno == errno.EBADF else error
