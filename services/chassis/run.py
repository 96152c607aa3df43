"""Running one service in one process: patch first, then wait for broker and store, then serve until SIGTERM."""

import eventlet

eventlet.monkey_patch()

import contextlib  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable  # noqa: E402
from datetime import UTC, datetime  # noqa: E402
from importlib import import_module  # noqa: E402
from typing import Any  # noqa: E402
from uuid import uuid4  # noqa: E402

import structlog  # noqa: E402
from kombu import Connection  # noqa: E402
from nameko.containers import ServiceContainer  # noqa: E402
from pymongo import MongoClient  # noqa: E402
from pymongo.errors import PyMongoError  # noqa: E402

from services.chassis import logs, tracing  # noqa: E402
from services.chassis.health import HealthServer  # noqa: E402
from services.chassis.outbox import Relay  # noqa: E402
from services.chassis.publisher import LOST, Publisher  # noqa: E402
from services.chassis.rpc import QuestionConsumer  # noqa: E402
from services.chassis.runtime import Runtime  # noqa: E402
from services.chassis.settings import ServiceSettings, SettingsError, read  # noqa: E402
from services.chassis.topology import Topology, declare, question_queue_name  # noqa: E402

log = structlog.get_logger()

EMPTY_S = 0.25
"""Between two times that outboxes are emptied."""


def serve(service: str, *, settings: str, subscriptions: dict[str, tuple[Any, ...]]) -> None:
    """Run the service class until SIGTERM or SIGINT; exits with 1 where settings are missing.

    `service` and `settings` are `module:Class`; they are imported here, after the patching.
    """
    service_cls = _import(service)
    try:
        chosen = read(_import(settings), os.environ)
    except SettingsError as error:
        sys.exit(f"{service_cls.name} cannot start.\n{error}")
    logs.set_up(service_cls.name, chosen.log_level)
    tracing.set_up(service_cls.name, chosen.otlp_endpoint)
    topology = topology_of(subscriptions, service_cls)
    Process(service_cls, chosen, topology).run()


def topology_of(subscriptions: dict[str, tuple[Any, ...]], service_cls: Any) -> Topology:
    """All consumer queues, so that nothing is unroutable whoever starts first, and this service's question queues."""
    questions = [
        question_queue_name(service_cls.name, entrypoint._question_cls)
        for name in dir(service_cls)
        for entrypoint in getattr(getattr(service_cls, name), "nameko_entrypoints", ())
        if isinstance(entrypoint, QuestionConsumer)
    ]
    return Topology(
        subscriptions={queue: tuple(event.TYPE for event in events) for queue, events in subscriptions.items()},
        questions=tuple(questions),
    )


class Process:
    """One service process. Services start in any order: this one waits for what is not there yet."""

    def __init__(self, service_cls: Any, settings: ServiceSettings, topology: Topology) -> None:
        self._service_cls = service_cls
        self._settings = settings
        self._topology = topology
        self._container: Any = None
        self._stopping = False
        self._ended = eventlet.Event()
        self._client: MongoClient[dict[str, Any]] = MongoClient(
            settings.mongo_uri, tz_aware=True, serverSelectionTimeoutMS=5000, appname=service_cls.name
        )
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
        eventlet.spawn(self._await_order)
        self._health.checks["store"] = lambda: bool(self._client.admin.command("ping"))
        self._health.checks["broker"] = lambda: self._container is not None and _consumer_of(self._container).connected
        self._health.start()
        eventlet.spawn(self._serve).link(lambda thread: self._ended.ready() or self._ended.send(_outcome(thread)))
        failed = self._wait()
        self._health.stop()
        log.info("service_stopped")
        sys.exit(1 if failed else 0)

    def _serve(self) -> None:
        self._until_there("broker", self._declare, LOST)
        self._until_there("store", lambda: self._client.admin.command("ping"), (PyMongoError,))
        publisher = Publisher(self._settings.amqp_uri, confirm_timeout_s=self._settings.confirm_timeout_s)
        relay = Relay(publisher, clock=_now)
        runtime = Runtime(
            settings=self._settings,
            database=self._client[f"{self._settings.database}_{self._service_cls.name}"],
            publisher=publisher,
            relay=relay,
            clock=_now,
            new_id=lambda: uuid4().hex,
        )
        config = {
            "AMQP_URI": self._settings.amqp_uri,
            "HEARTBEAT": self._settings.heartbeat_s,
            "max_workers": self._settings.max_workers,
            "runtime": runtime,
            "topology": self._topology,
        }
        self._container = ServiceContainer(self._service_cls, config)
        self._until_there("parts", self._container.start, (PyMongoError,))
        log.info("service_started")
        background = [
            eventlet.spawn(self._again, self._settings.sweep_s, "sweep", relay.sweep),
            eventlet.spawn(self._again, EMPTY_S, "empty", relay.empty),
        ]
        try:
            self._container.wait()
        finally:
            for thread in background:
                thread.kill()
            with contextlib.suppress(PyMongoError):
                relay.empty()
            publisher.close()

    def _declare(self) -> None:
        with Connection(self._settings.amqp_uri, connect_timeout=5) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, reraise_as_library_errors=False)
            declare(connection, self._topology)

    def _until_there(self, what: str, attempt: Callable[[], Any], errors: tuple[type[BaseException], ...]) -> None:
        pause = 0.1
        while True:
            try:
                attempt()
                return
            except errors as error:
                log.info("waiting_for", what=what, error=type(error).__name__)
            eventlet.sleep(pause)
            pause = min(pause * 1.5, 2.0)

    @staticmethod
    def _again(every_s: float, what: str, work: Callable[[], Any]) -> None:
        while True:
            eventlet.sleep(every_s)
            try:
                work()
            except Exception as error:  # noqa: BLE001 - the next time comes all the same
                log.warning("outbox_failed", step=what, error=type(error).__name__)

    def _order_to_stop(self, *_: object) -> None:
        """A signal may come in the middle of the hub's own work, where nothing can be scheduled: a mark has to do."""
        self._stopping = True

    def _await_order(self) -> None:
        while not self._stopping:
            eventlet.sleep(0.2)
        log.info("service_stopping")
        if self._container is not None and self._container.started:
            with eventlet.Timeout(self._settings.stop_s, exception=False):  # a broker that is away keeps it waiting
                self._container.stop()
                self._ended.wait()
        if not self._ended.ready():
            self._ended.send(None)

    def _wait(self) -> BaseException | None:
        while True:
            try:
                return self._ended.wait()  # type: ignore[no-any-return]
            except OSError:  # the signal handler interrupts the hub (EINTR)
                continue


def _outcome(thread: Any) -> BaseException | None:
    try:
        thread.wait()
    except Exception as error:  # noqa: BLE001 - whatever it died of is the process' outcome
        log.error("service_died", error=type(error).__name__, raised_at=logs.raised_at(error))
        return error
    return None


def _consumer_of(container: Any) -> Any:
    for extension in container.subextensions:
        if hasattr(extension, "connected"):
            return extension
    raise LookupError("the service has no consumer")


def _import(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)


def _now() -> datetime:
    return datetime.now(UTC)
