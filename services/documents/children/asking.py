"""Child processes for work that must not hold up the service: asked over a socket, with a time limit each.

The socket is the plain library's: in a service, where it is patched, waiting for an answer lets others run; the
child itself is never patched. A child that dies or takes too long is replaced. All of them come from one nursery.
"""

import contextlib
import gc
import json
import os
import queue
import select
import socket
import struct
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.chassis.held import clear_unheld, hold
from services.contracts.delivery import TryLater, Unacceptable
from services.documents.children.nursery import Nursery

_HEAD = struct.Struct(">II")
MAX_ANSWER = 64 * 1024 * 1024
STOP_S = 5.0

START_S = 60.0
"""How long a child may need until it can be asked: on a busy machine ten times what it needs on an idle one, which is
no fault of the question."""

COLLECTED_AFTER = 10
"""Answers. Who is asked again at once collects garbage that seldom; a page leaves about two megabytes."""

IDLE_S = 0.02
"""Without a question for so long, a child has time."""

FOLDER = "loket-children-"
"""Begins the names of their folders for temporary files; the process id comes next."""

Answer = tuple[dict[str, Any], bytes]


class ChildLost(TryLater):
    """The child died over the question, or took longer than it may; another takes its place."""


class Children:
    """`size` children from a nursery, `python -m module`. Where they are not wanted `ahead`, it begins with the first
    question: hardly ever asked, they take memory for nothing.

    They need nothing from the environment but what `environ` gives.
    """

    def __init__(
        self, module: str, *, size: int, limit_s: float, environ: Mapping[str, str], ahead: bool = True
    ) -> None:
        self._module = module
        self._size = size
        self._limit_s = limit_s
        self._environ = environ
        self._ahead = ahead
        self._nursery: Nursery | None = None
        self._spawning = threading.Lock()
        self._idle: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._stopped = False

    def start(self) -> None:
        """Start them all; they get ready while others go on."""
        clear_after_the_dead()
        self._folder = tempfile.TemporaryDirectory(prefix=f"{FOLDER}{os.getpid()}-")
        self._held = hold(Path(self._folder.name))
        for _ in range(self._size):
            self._idle.put(self._spawn() if self._ahead else None)

    def stop(self) -> None:
        """End them: each after what it is doing, or after five seconds."""
        if self._folder is None or self._stopped:
            return
        self._stopped = True
        for _ in range(self._size):
            with contextlib.suppress(queue.Empty):
                if child := self._idle.get(timeout=STOP_S):
                    child.end()
        if self._nursery is not None:
            self._nursery.close()
        self._folder.cleanup()
        os.close(self._held)

    def ask(self, question: dict[str, Any], content: bytes = b"") -> Answer:
        """What a child answers. Raises TryLater where none has time, ChildLost where it dies or takes too long, and
        what it raised.
        """
        if self._stopped:
            raise TryLater("stopping")
        try:
            child = self._idle.get(timeout=self._limit_s)
        except queue.Empty:
            raise TryLater("children-busy") from None
        kept: _Child | None = None
        try:
            child = child or self._spawn()
            answer, blob = child.ask(question, content, self._limit_s)
            kept = child
        except TimeoutError:
            raise ChildLost("child-too-slow") from None
        except OSError:
            raise (ChildLost if child else TryLater)("child-died") from None
        finally:
            if kept is None and child is not None:
                child.kill()
                kept = self._replacement()
            self._idle.put(kept)
        if later := answer.get("try_later"):
            raise TryLater(later)
        if never := answer.get("unacceptable"):
            raise Unacceptable(*never)
        return answer, blob

    def _replacement(self) -> "_Child | None":
        """A child that gets ready before somebody needs it; None where it is to be started then."""
        with contextlib.suppress(TryLater, OSError):
            return self._spawn()
        return None

    def _spawn(self) -> "_Child":
        if self._folder is None or self._stopped:
            raise TryLater("stopping")
        with self._spawning:
            if self._nursery is not None:
                with contextlib.suppress(OSError):
                    return _Child(self._nursery, *self._nursery.fork())
                self._nursery.close()  # it died, and all that it forked with it
            self._nursery = self._another_nursery()
            return _Child(self._nursery, *self._nursery.fork())

    def _another_nursery(self) -> Nursery:
        assert self._folder is not None
        environ = {
            **self._environ,
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "LANG": "C.UTF-8",
            "HOME": self._folder.name,
            "TMPDIR": self._folder.name,
            "XDG_CACHE_HOME": os.path.join(tempfile.gettempdir(), "loket-fontconfig"),
        }
        return Nursery(self._module, environ)


def clear_after_the_dead() -> None:
    """Remove the folders of services that were killed and could not."""
    clear_unheld(Path(tempfile.gettempdir()).glob(f"{FOLDER}*"))


@dataclass
class _Child:
    nursery: Nursery
    number: int
    socket: socket.socket
    is_ready: bool = False

    def ask(self, question: dict[str, Any], content: bytes, limit_s: float) -> Answer:
        """Raises OSError where it dies, or is not ready in time; of its answer the time counts from when it is."""
        if not self.is_ready:
            self.socket.settimeout(START_S)
            receive(self.socket)
            self.is_ready = True
        self.socket.settimeout(limit_s)
        send(self.socket, question, content)
        return receive(self.socket)

    def end(self) -> None:
        """A closed socket tells the child to go."""
        self.socket.close()

    def kill(self) -> None:
        self.socket.close()
        self.nursery.kill(self.number)


def send(to: socket.socket, head: dict[str, Any], content: bytes = b"") -> None:
    """One question or answer: JSON and bytes, each with its length before it."""
    text = json.dumps(head).encode()
    to.sendall(_HEAD.pack(len(text), len(content)) + text + content)


def receive(origin: socket.socket) -> Answer:
    """Raises ConnectionResetError where the other side is gone."""
    text, content = _HEAD.unpack(_exactly(origin, _HEAD.size))
    if text + content > MAX_ANSWER:
        raise ConnectionResetError("not one of our messages")
    return json.loads(_exactly(origin, text)), _exactly(origin, content)


def _exactly(origin: socket.socket, count: int) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        part = origin.recv(min(count - len(parts), 1 << 20))
        if not part:
            raise ConnectionResetError("the other side is gone")
        parts += part
    return bytes(parts)


def answer_until_closed(parent: socket.socket, work: Callable[[dict[str, Any], bytes], Answer]) -> None:
    """A child's main loop, asked by its parent over this socket. Whatever `work` raises becomes an answer that quotes
    nothing of what it worked on.

    Once there is time nothing of an answer is kept: objects that refer to each other, as a page's boxes do, would
    otherwise wait for the garbage collector, whose thresholds are each Python's own (3.11: 700, 3.13: 2,000 objects).
    """
    answered = 0
    idle = select.poll()
    idle.register(parent, select.POLLIN)
    gc.freeze()  # what is loaded by now stays, and need not be looked through each time
    # a parent that is gone, or that was told to stop before we were ready, asks nothing and is answered nothing
    with parent, contextlib.suppress(ConnectionError):
        parent.setblocking(True)  # it was made in a patched process, whose sockets never block
        send(parent, {"ready": True})
        while True:
            question, content = receive(parent)
            send(parent, *_answer(work, question, content))
            del question, content
            answered += 1
            if answered % COLLECTED_AFTER == 0 or not idle.poll(1000 * IDLE_S):
                gc.collect()


def _answer(work: Callable[[dict[str, Any], bytes], Answer], question: dict[str, Any], content: bytes) -> Answer:
    try:
        return work(question, content)
    except TryLater as error:
        return {"try_later": error.reason}, b""
    except Unacceptable as error:
        return {"unacceptable": [error.reason, error.detail]}, b""
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # noqa: BLE001 - WeasyPrint's fatal errors are no Exceptions
        return {"unacceptable": ["child-failed", type(error).__name__]}, b""
