"""Live pages: one greenlet per process hears that an application moved, and wakes who watches it.

What is missed while the broker is away is made up for by the watchers, who look again from time to time.
"""

import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from kombu import Consumer

from services.chassis import wire
from services.chassis.addresses import LOST, Addresses
from services.chassis.deliveries import body_of, header, read_delivery
from services.chassis.signing import SIGNATURE, VerifyingKeys
from services.chassis.topology import EVENTS, PRIVATE_HINTS, private_queue
from services.contracts.delivery import Unacceptable
from services.contracts.intake import ApplicationMoved

log = structlog.get_logger()

wire.mend()

PAUSE_S = 1.0
LONGEST_PAUSE_S = 15.0
HEARTBEAT_S = 10
"""After two of them without a sign of the broker's node another is taken."""

SOCKET_S = 5.0
"""For whatever blocks on the connection; a broker that stands still would otherwise hold us for ever."""

WAITING_HINTS = 1000
"""Hints that a gateway may lag behind before the oldest are dropped."""


class Movements:
    """Wakes watchers of applications. The thread starts with the first of them, so after any fork."""

    def __init__(self, amqp_uri: str, keys: VerifyingKeys, *, max_watchers: int) -> None:
        self._addresses = Addresses(amqp_uri)
        self._hears = bool(amqp_uri)
        self._keys = keys
        self._watchers: dict[str, set[threading.Event]] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._free = threading.BoundedSemaphore(max_watchers)
        self._closing = threading.Event()
        self.listening = threading.Event()

    @property
    def is_closing(self) -> bool:
        """The process is about to end: streams are to end first."""
        return self._closing.is_set()

    def close(self) -> None:
        """Wake everybody for the last time."""
        self._closing.set()
        self._wake_all()

    @contextmanager
    def watch(self, application_id: str) -> Iterator[threading.Event | None]:
        """An event set at each move; None where too many watch already."""
        if self.is_closing or not self._free.acquire(blocking=False):
            yield None
            return
        moved = threading.Event()
        try:
            with self._lock:
                self._watchers.setdefault(application_id, set()).add(moved)
                self._start()
            yield moved
        finally:
            with self._lock:
                watchers = self._watchers[application_id]
                watchers.discard(moved)
                if not watchers:
                    del self._watchers[application_id]
            self._free.release()

    def wake(self, application_id: str) -> None:
        """Tell all who watch this application."""
        with self._lock:
            for moved in self._watchers.get(application_id, ()):
                moved.set()

    def _wake_all(self) -> None:
        with self._lock:
            for watchers in self._watchers.values():
                for moved in watchers:
                    moved.set()

    def _start(self) -> None:
        if self._hears and self._thread is None:
            self._thread = threading.Thread(target=self._run, name="movements", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        pause = PAUSE_S
        while not self.is_closing:
            try:
                self._listen()
                pause = PAUSE_S
            except LOST as error:
                if self.listening.is_set():
                    pause = PAUSE_S
                self.listening.clear()
                log.info("movements_interrupted", error=type(error).__name__)
                self._closing.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE_S)

    def _listen(self) -> None:
        connection = self._addresses.connect(connect_timeout=3, heartbeat=HEARTBEAT_S)
        try:
            connection.connection.transport.sock.settimeout(SOCKET_S)
            channel = connection.default_channel
            queue = private_queue(PRIVATE_HINTS, EVENTS, routing_key=ApplicationMoved.TYPE, longest=WAITING_HINTS)
            with Consumer(channel, [queue], on_message=self._heard, no_ack=True):
                self.listening.set()
                self._wake_all()  # who moved while nobody listened is not known
                while not self.is_closing:
                    with contextlib.suppress(TimeoutError):
                        connection.drain_events(timeout=HEARTBEAT_S / 4)
                    connection.heartbeat_check()  # also among many hints: we say nothing else
        finally:
            connection.collect()  # a node that hangs would never answer a polite close

    def _heard(self, message: Any) -> None:
        try:
            delivery = read_delivery(
                body_of(message),
                str(message.content_type),
                header(message, SIGNATURE),
                accepted={ApplicationMoved.TYPE: ApplicationMoved},
                keys=self._keys,
            )
        except Unacceptable as refusal:
            log.warning("movement_unreadable", reason=refusal.reason)
            return
        self.wake(delivery.event.application_id)
