"""One connection with the broker for all questions of a process, each with an id of its own that its answer names.

One thread has the connection to itself and both sends and hears; who asks leaves a question, rings, and waits for its
own answer. (A greenlet does as well: nothing here is imported that must not be patched.)
"""

import selectors
import threading
import time
from collections import deque

import structlog

from services.chassis import wire
from services.chassis.addresses import Addresses
from services.chassis.asked import HEARTBEAT_S, Asked, Line, NotAnswered
from services.chassis.bell import Bell

log = structlog.get_logger()

wire.mend()


PAUSE_S, LONGEST_PAUSE_S = 1.0, 15.0
"""Between two attempts to connect while nobody asks; who asks is an attempt at once."""

TAKEN_S = 4.0
"""So long the broker may take to say that it has a question. One that is short of disk or memory, or whose queue has no
leader, says nothing: who asks is told then, and need not wait for an answer that cannot come. It may yet be acted on.
"""

SENT_AT_MOST = 2
"""Every question may be asked twice (services answer again), and none for ever."""


class Correspondence:
    """Connects with the first question, so after any fork, and again by itself. Safe for use by many threads.

    A question whose connection broke is asked again on the next; where there is none to be had, who waits is told.
    """

    def __init__(self, uri: str) -> None:
        self._addresses = Addresses(uri)
        self._lock = threading.Lock()
        self._waiting: dict[str, Asked] = {}
        self._unsent: deque[Asked] = deque()
        self._bell: Bell | None = None
        self._thread: threading.Thread | None = None
        self._closing = False
        self._connected_at: float | None = None

    @property
    def waiting(self) -> int:
        """Questions under way."""
        return len(self._waiting)

    def exchange(self, queue: str, locked: bytes, *, id: str, timeout: float) -> bytes:
        """The answer, as it came. Raises NotAnswered."""
        began = time.monotonic()
        asked = Asked(id=id, queue=queue, locked=locked, deadline=began + timeout, began=began)
        with self._lock:
            if self._closing:
                raise NotAnswered
            self._waiting[id] = asked
            self._unsent.append(asked)
            self._start().ring()
        try:
            while (left := asked.deadline - time.monotonic()) > 0 and not asked.done.wait(min(left, TAKEN_S)):
                if not self._may_be_taken(asked):
                    log.info("question_not_taken", queue=queue)
                    break
        finally:
            with self._lock:
                self._waiting.pop(id, None)
        if asked.answer is None:
            raise NotAnswered
        return asked.answer

    def close(self) -> None:
        """End the connection; who still waits is told."""
        with self._lock:
            self._closing = True
            thread, bell = self._thread, self._bell
            self._thread = self._bell = None
        if thread and bell:
            bell.ring()
            thread.join()
            bell.close()

    def _may_be_taken(self, asked: Asked) -> bool:
        """While there is no connection another attempt may yet be one; it ends by itself."""
        since = self._connected_at
        return asked.taken or since is None or time.monotonic() - max(since, asked.began) < TAKEN_S

    def _start(self) -> Bell:
        if self._bell is None:
            self._bell = Bell()
            self._thread = threading.Thread(target=self._run, args=(self._bell,), name="questions", daemon=True)
            self._thread.start()
        return self._bell

    def _run(self, bell: Bell) -> None:
        pause = PAUSE_S
        while not self._closing:
            try:
                line = Line(self._addresses, self.end)
            except Exception as error:  # noqa: BLE001 - no other thread would ask after this one
                log.info("questions_not_connected", error=type(error).__name__)
                self._give_up()
                bell.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE_S)
                continue
            pause = PAUSE_S
            self._connected_at = time.monotonic()
            bell.ring()
            try:
                self._serve(line, bell)
            except Exception as error:  # noqa: BLE001
                log.info("questions_interrupted", error=type(error).__name__)
                self._ask_again()
            finally:
                self._connected_at = None
                line.drop()
        self._give_up()

    def _serve(self, line: "Line", bell: Bell) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(line.socket, selectors.EVENT_READ)
            selector.register(bell.heard, selectors.EVENT_READ)
            while not self._closing:
                if any(key.fileobj is line.socket for key, _ in selector.select(HEARTBEAT_S / 4)):
                    line.hear()
                bell.clear()
                while self._unsent:
                    self._send(line, self._unsent.popleft())
                line.beat()

    def _send(self, line: "Line", asked: Asked) -> None:
        patience = asked.deadline - time.monotonic()
        if asked.id in self._waiting and patience > 0:
            asked.sent += 1  # before it is: it may have gone out although sending failed
            asked.taken = False
            line.send(asked, patience)

    def _ask_again(self) -> None:
        with self._lock:
            sent = [asked for asked in self._waiting.values() if asked.sent]
            self._unsent.extend(asked for asked in sent if asked.sent < SENT_AT_MOST)
        for asked in sent:
            if asked.sent >= SENT_AT_MOST:
                self.end(asked.id)

    def _give_up(self) -> None:
        with self._lock:
            hopeless = list(self._waiting.values())
            self._waiting.clear()
            self._unsent.clear()
        for asked in hopeless:
            asked.end()

    def end(self, id: str, answer: bytes | None = None) -> None:
        """A question is answered, or will not be. An id that nobody waits for is a late answer, or none of ours."""
        with self._lock:
            asked = self._waiting.pop(id, None)
        if asked:
            asked.end(answer)
