"""Where children come from: a process that has loaded what they share, and forks one when it is told to.

So a child begins within milliseconds, and holds what all of them need in memory but once. Nothing is asked of the
nursery itself. The two sides talk in messages of one number each: with a socket it names a new child and is the child's
own, without one it is a child to be killed. A process id travels nowhere: only who forked may kill, while it knows that
the id is still its child's.
"""

import contextlib
import ctypes
import gc
import itertools
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Mapping

_NUMBER = struct.Struct(">I")

ENDS_S = 5.0
"""How long what children are doing may take once they are told to go."""

PR_SET_PDEATHSIG = 1
"""prctl(2): a signal for when the parent is gone."""


class Nursery:
    """A nursery as a service holds it: `python -m module`, which calls `become_a_child`.

    Needs nothing from the environment but what `environ` gives. Raises OSError where it is gone.
    """

    def __init__(self, module: str, environ: Mapping[str, str]) -> None:
        self._numbers = itertools.count()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", module, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=environ,
            )

    def fork(self) -> tuple[int, socket.socket]:
        """A new child's number, and the socket to ask it over once it is there."""
        number = next(self._numbers)
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._control, [_NUMBER.pack(number)], [theirs.fileno()])
            except OSError:
                ours.close()
                raise
        return number, ours

    def kill(self, number: int) -> None:
        """One that hangs. Of a nursery that is gone no child is left."""
        with contextlib.suppress(OSError):
            self._control.send(_NUMBER.pack(number))

    def close(self) -> None:
        """End it and all its children: each after what it is doing, or after ENDS_S."""
        self._control.close()
        try:
            self._process.wait(2 * ENDS_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def become_a_child() -> socket.socket:
    """Called in the nursery once all is loaded: comes back in each child, with the socket over which it is asked."""
    gc.collect()
    gc.freeze()  # what is loaded by now stays, shared: no child need look through it
    born, heard = socket.socketpair()
    for each in (born, heard):
        each.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    before = signal.set_wakeup_fd(born.fileno(), warn_on_full_buffer=False)
    children: dict[int, int] = {}
    with socket.socket(fileno=int(sys.argv[1])) as control, born, heard:
        control.setblocking(True)  # it was made in a patched process, whose sockets never block
        waiting = select.poll()  # select(2) knows no descriptor above 1023; ours is numbered as in the service
        for each in (control, heard):
            waiting.register(each, select.POLLIN)
        while True:
            ready = {descriptor for descriptor, _ in waiting.poll()}
            with contextlib.suppress(BlockingIOError):
                heard.recv(4096)
            _bury(children)
            if control.fileno() not in ready:
                continue
            message, descriptors, _, _ = socket.recv_fds(control, _NUMBER.size, 1)
            if not message:
                _listen_no_more(before)
                break
            (number,) = _NUMBER.unpack(message)
            if not descriptors:
                if number in children:
                    os.kill(children[number], signal.SIGKILL)
                continue
            parent, pid = os.getpid(), os.fork()
            if pid == 0:
                _listen_no_more(before)
                _go_with(parent)
                return socket.socket(fileno=descriptors[0])
            children[number] = pid
            os.close(descriptors[0])
    _end(children)
    os._exit(0)  # zxing-cpp's binding, for one, would tell the log what is still held


def _listen_no_more(before: int) -> None:
    signal.set_wakeup_fd(before)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)


def _go_with(parent: int) -> None:
    """A child whose nursery was killed can be killed by nobody else."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _bury(children: dict[int, int]) -> None:
    for number, pid in list(children.items()):
        if os.waitpid(pid, os.WNOHANG)[0]:
            del children[number]


def _end(children: dict[int, int]) -> None:
    """They see it at their sockets, which the service has closed."""
    end = time.monotonic() + ENDS_S
    while children and time.monotonic() < end:
        _bury(children)
        time.sleep(0.01)
    for pid in children.values():
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
