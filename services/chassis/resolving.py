"""Host names are looked up by the system, in a thread, so that others go on meanwhile.

eventlet's own resolver, which `EVENTLET_NO_GREENDNS` leaves out, takes 8 MiB in each process and a quarter of a second
of each start, and asks name servers alone, whatever the system is told to ask (nsswitch.conf).

Names that others chose are looked up apart from ours (Lookups): eventlet's pool of threads is one for all.
"""

import os
import socket
from collections.abc import Callable
from functools import partial
from typing import Any

from eventlet import tpool
from eventlet.green import socket as green
from eventlet.hubs import trampoline
from eventlet.patcher import original

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


class Lookups:
    """Of names that others chose. Each has a thread of its own and is waited for as long as is said: whose name servers
    hang, hangs alone. Nobody can stop the system looking, so that it is asked for one name a few times at once.
    """

    AT_ONCE = 4

    def __init__(self, *, seconds: float, look: Callable[..., Found] = system) -> None:
        self._seconds = seconds
        self._look = look
        self._looking: dict[str, list[Any]] = {}

    def addresses(self, host: str, port: int) -> list[str]:
        """Where a name leads. Raises OSError: TimeoutError where nothing is found in time, or as many as may are still
        looking for it."""
        outcome: list[Found | Exception] = []
        reading, writing = os.pipe()
        try:
            self._begin(host, partial(self._find, host, port, outcome, writing))
        except OSError:
            os.close(writing)
            os.close(reading)
            raise
        try:
            trampoline(reading, read=True, timeout=self._seconds, timeout_exc=TimeoutError)
        finally:
            os.close(reading)
        (found,) = outcome
        if isinstance(found, Exception):
            raise found
        return [str(each[4][0]) for each in found]

    def _begin(self, host: str, find: Callable[[], None]) -> None:
        looking = [each for each in self._looking.get(host, ()) if each.is_alive()]
        if len(looking) >= self.AT_ONCE:
            raise TimeoutError(f"{host} is still looked up")
        thread = original("threading").Thread(target=find, daemon=True)
        self._looking[host] = [*looking, thread]
        try:
            thread.start()
        except RuntimeError as full:
            raise OSError(str(full)) from None

    def _find(self, host: str, port: int, outcome: list[Found | Exception], writing: int) -> None:
        """In a thread that knows nothing of eventlet. Closing its end of the pipe wakes who waits at the other."""
        try:
            outcome.append(self._look(host, port, type=socket.SOCK_STREAM))
        except Exception as error:  # noqa: BLE001 - whoever waits raises it
            outcome.append(error)
        finally:
            os.close(writing)


def mend() -> None:
    """Once, after eventlet's patches."""
    socket.getaddrinfo = green.getaddrinfo = resolve
