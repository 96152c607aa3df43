"""Running one service in one process: patch first, then wait for broker and store, then serve until SIGTERM."""

import os
import warnings

from services.chassis import lean  # noqa: F401 - before structlog

os.environ["EVENTLET_NO_GREENDNS"] = "yes"  # see resolving.py
warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")  # nameko stands on it: no operator can help it

import eventlet  # noqa: E402

eventlet.monkey_patch()

import contextlib  # noqa: E402
import signal  # noqa: E402
import socket  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable  # noqa: E402
from datetime import UTC, datetime  # noqa: E402
from functools import partial  # noqa: E402
from importlib import import_module  # noqa: E402
from typing import Any  # noqa: E402

import pymongo  # noqa: E402
import structlog  # noqa: E402
from amqp.exceptions import NotFound  # noqa: E402
from kombu import Connection  # noqa: E402
from nameko.containers import ServiceContainer  # noqa: E402
from pymongo.errors import PyMongoError  # noqa: E402

from services.chassis import joining, logs, resolving, tracing  # noqa: E402
from services.chassis.addresses import LOST  # noqa: E402
from services.chassis.consumer import SteadyConsumer  # noqa: E402
from services.chassis.database import connect  # noqa: E402
from services.chassis.health import HealthServer  # noqa: E402
from services.chassis.outages import StoreWatch  # noqa: E402
from services.chassis.outbox import Bus, Relay  # noqa: E402
from services.chassis.priority import stand_back  # noqa: E402
from services.chassis.pseudonyms import AnotherPepper  # noqa: E402
from services.chassis.publisher import Publisher  # noqa: E402
from services.chassis.restorations import NotWhole, lost_times  # noqa: E402
from services.chassis.runtime import Runtime  # noqa: E402
from services.chassis.seats import Seats  # noqa: E402
from services.chassis.settings import ServiceSettings, SettingsError, read  # noqa: E402
from services.chassis.sweeping import sweeps_of  # noqa: E402
from services.chassis.topology import Topology  # noqa: E402
from services.contracts.ids import new_id  # noqa: E402
from services.contracts.schema import Unreadable  # noqa: E402

resolving.mend()
joining.mend()

log = structlog.get_logger()

EMPTY_S = 1.0
"""How long what can be emptied from outboxes is gathered; most is taken out by the next change before. Well below
outbox.GRACE, after which other processes publish it again."""

SWEEP_SOON_S = 2.0
"""Between two looks for events that this process itself may have left unpublished."""

LONGEST_PAUSE_S = 0.5
"""Between two attempts to find what a start waits for."""

STORE_LOOK_S = 2.0
"""How long the store may take to say that it is there; whoever asks whether we are ready waits as long."""


def serve(service: str, *, settings: str, topology: Topology) -> None:
    """Run the service class until SIGTERM or SIGINT; exits with 1 where settings are missing.

    What the class names in `needed` is made before any part, by the process itself: what says there that it cannot
    start says so in one line. `stands_back` says by how much it does, where nobody waits for it. `service` and
    `settings` are `module:Class`; they are imported here, after the patching.
    """
    settings_cls = _import(settings)
    try:
        chosen = read(settings_cls, os.environ)
    except SettingsError as error:
        sys.exit(f"{settings_cls.OWNER or service} cannot start.\n{error}")
    service_cls = _import(service)
    stand_back(getattr(service_cls, "stands_back", 0))
    logs.set_up(service_cls.name, chosen.log_level)
    tracing.set_up(service_cls.name, chosen.otlp_endpoint)
    Process(service_cls, chosen, topology).run()


class Process:
    """One service process. Services start in any order: this one waits for what is not there yet."""

    def __init__(self, service_cls: Any, settings: ServiceSettings, topology: Topology) -> None:
        self._service_cls = service_cls
        self._settings = settings
        self._topology = topology
        self._container: Any = None
        self._started = False
        self._stopping = False
        self._ended = eventlet.Event()
        self._client = connect(settings.mongo_uri, appname=service_cls.name)
        self._store = StoreWatch(self._client)
        self._health = HealthServer(
            service=service_cls.name,
            host=settings.health_host,
            port=settings.health_port,
            run_dir=settings.run_dir,
        )

    def run(self) -> None:
        """Until a signal ends it, or the container dies: then with status 1, for the supervisor to start it again."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._order_to_stop)
        heard, self._told = socket.socketpair()
        self._told.setblocking(False)
        signal.set_wakeup_fd(self._told.fileno())
        eventlet.spawn(self._await_order, heard)
        self._health.checks["store"] = self._reaches_store
        self._health.checks["broker"] = lambda: self._container is not None and _is_connected(self._container)
        self._health.start()
        eventlet.spawn(self._end_with, self._serve)
        failed = self._wait()
        self._health.stop()
        log.info("service_stopped")
        sys.exit(1 if failed else 0)

    def _end_with(self, work: Callable[[], None]) -> None:
        outcome = _outcome(work)
        if not self._ended.ready():
            self._ended.send(outcome)

    def _serve(self) -> None:
        self._until_there("broker", self._find_topology, LOST)
        self._until_there("store", lambda: self._client.admin.command("ping"), (PyMongoError,))
        database = self._client[f"{self._settings.database}_{self._service_cls.name}"]
        self._until_there("restored store", lambda: lost_times(database), (PyMongoError, NotWhole))
        publisher = self._publisher(self._settings.amqp_uri)
        others = {
            name: Bus(publisher=self._publisher(uri), exchange=exchange)
            for name, (uri, exchange) in self._settings.other_buses.items()
        }
        relay = Relay(publisher, key=self._settings.event_key, clock=_now, others=others)
        runtime = Runtime(
            settings=self._settings,
            database=database,
            publisher=publisher,
            relay=relay,
            store=self._store,
            clock=_now,
            new_id=new_id,
        )
        for needed in getattr(self._service_cls, "needed", ()):
            self._until_there("parts", partial(needed, runtime), (PyMongoError,))
        config = {
            "AMQP_URI": self._settings.amqp_uri,
            "HEARTBEAT": self._settings.heartbeat_s,
            "max_workers": sum(
                (self._settings.event_workers, self._settings.question_workers, sweeps_of(self._service_cls))
            ),
            "event_seats": Seats(self._settings.event_workers),
            "question_seats": Seats(self._settings.question_workers),
            "runtime": runtime,
            "topology": self._topology,
        }
        self._container = ServiceContainer(self._service_cls, config)
        self._until_there("parts", self._container.start, (PyMongoError,))
        self._started = True
        log.info("service_started")
        soon = min(self._settings.sweep_s, SWEEP_SOON_S)
        background = [
            eventlet.spawn(
                self._again, soon, "sweep", relay.sweep, partial(relay.await_left, self._settings.sweep_s - soon)
            ),
            eventlet.spawn(self._again, EMPTY_S, "empty", relay.empty, relay.await_any),
        ]
        try:
            self._container.wait()
        finally:
            for thread in background:
                thread.kill()
            with contextlib.suppress(PyMongoError):
                relay.empty()
            for each in (publisher, *(bus.publisher for bus in others.values())):
                each.close()

    def _publisher(self, uri: str) -> Publisher:
        return Publisher(uri, confirm_timeout_s=self._settings.confirm_timeout_s)

    def _reaches_store(self) -> bool:
        with pymongo.timeout(STORE_LOOK_S):
            return bool(self._client.admin.command("ping"))

    def _find_topology(self) -> None:
        """A service may declare nothing: it waits until the operator has. Raises LOST errors, NotFound among them."""
        with Connection(self._settings.amqp_uri, connect_timeout=5) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, reraise_as_library_errors=False)
            self._topology.marker(connection.default_channel).declare(passive=True)

    def _until_there(self, what: str, attempt: Callable[[], Any], errors: tuple[type[BaseException], ...]) -> None:
        pause = 0.1
        while True:
            try:
                attempt()
                return
            except errors as error:
                missing = "topology" if isinstance(error, NotFound) else what
                log.info("waiting_for", what=missing, error=type(error).__name__)
            eventlet.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE_S)

    @staticmethod
    def _again(every_s: float, what: str, work: Callable[[], Any], first: Callable[[], object] = lambda: None) -> None:
        while True:
            first()
            eventlet.sleep(every_s)
            try:
                work()
            except Exception as error:  # noqa: BLE001 - the next time comes all the same
                log.warning("outbox_failed", step=what, error=type(error).__name__)

    def _order_to_stop(self, *_: object) -> None:
        """A signal may come in the middle of the hub's own work, where nothing can be scheduled: a mark has to do, and
        what the interpreter itself writes to wake who waits.
        """
        self._stopping = True

    def _await_order(self, heard: socket.socket) -> None:
        while not self._stopping:
            heard.recv(4096)
        log.info("service_stopping")
        self._store.stop()
        self._end_with(self._stop)

    def _stop(self) -> None:
        """What is under way is finished, though a broker that is away would keep it waiting. Parts that are still
        starting cannot be told to stop: the process just ends, and what it was handed is handed to another.
        """
        if self._started:
            with eventlet.Timeout(self._settings.stop_s, exception=False):
                self._container.stop()
                self._ended.wait()

    def _wait(self) -> BaseException | None:
        while True:
            try:
                return self._ended.wait()  # type: ignore[no-any-return]
            except OSError:  # the signal handler interrupts the hub (EINTR)
                continue


def _outcome(work: Callable[[], None]) -> BaseException | None:
    """Logged once, by us: a green thread that raises has eventlet print a traceback."""
    try:
        work()
    except (AnotherPepper, Unreadable) as error:
        log.error("cannot_start", mend=str(error))
        return error
    except Exception as error:  # noqa: BLE001 - whatever it died of is the process' outcome
        log.error("service_died", error=type(error).__name__, raised_at=logs.raised_at(error))
        return error
    return None


def _is_connected(container: Any) -> bool:
    """Each kind of message has a connection of its own, where the service has that kind at all."""
    return all(each.connected for each in container.subextensions if isinstance(each, SteadyConsumer))


def _import(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)


def _now() -> datetime:
    return datetime.now(UTC)
