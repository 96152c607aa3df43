"""`@handles` and `@sweeps`: how events and time reach a service method.

A message is acknowledged after its effect, never before. A transient failure goes through the delay queues by a
confirmed copy; anything else is parked with its reason. nameko's own defaults would acknowledge or spin.
"""

import random
from collections.abc import Callable
from datetime import timedelta
from functools import partial, wraps
from time import perf_counter
from typing import Any

import eventlet
import structlog
from kombu import Queue
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint
from pymongo.errors import AutoReconnect, ConnectionFailure, NotPrimaryError, WTimeoutError

from services.chassis import crash, metrics
from services.chassis.consumer import SteadyConsumer
from services.chassis.deliveries import Delivery, read_delivery
from services.chassis.logs import raised_at
from services.chassis.publisher import LOST, Unpublished
from services.chassis.topology import ATTEMPTS, DELAYS, DETAIL, PARKED, REASON, delay_exchange
from services.chassis.tracing import span
from services.contracts.delivery import AlreadyHandled, ConcurrentChange, TryLater, Unacceptable

log = structlog.get_logger()

STORE_AWAY = (AutoReconnect, ConnectionFailure, NotPrimaryError, WTimeoutError)
TRANSIENT = (TryLater, *STORE_AWAY, *LOST, Unpublished)

RERUNS = 5
"""How often a handler runs when others keep changing the same aggregate."""


def handles(*events: Any, queue: str) -> Callable[[Any], Any]:
    """Call the method with each event of the queue and its cause. The queue's bindings are the topology's."""

    def decorate(method: Callable[[Any, Any, Any], None]) -> Any:
        @wraps(method)
        def handle(service: Any, delivery: Delivery) -> None:
            crash.queue.set(queue)
            with (
                structlog.contextvars.bound_contextvars(queue=queue, event_id=delivery.cause.event_id),
                span(queue, parent=delivery.traceparent, event_id=delivery.cause.event_id),
            ):
                started = perf_counter()
                crash.chassis_point("received")
                _run(partial(method, service, delivery.event, delivery.cause))
                elapsed = perf_counter() - started
                metrics.EVENT_SECONDS.labels(queue).observe(elapsed)
                log.info("event_handled", ms=round(elapsed * 1000, 1))

        return EventConsumer.decorator({event.TYPE: event for event in events}, queue)(handle)

    return decorate


def _run(handler: Callable[[], None]) -> None:
    for _ in range(RERUNS):
        try:
            return handler()
        except ConcurrentChange:
            continue
    raise TryLater("contended")


class EventConsumer(Entrypoint):  # type: ignore[misc]
    """One queue and the method that handles its events."""

    consumer = SteadyConsumer()

    def __init__(self, accepted: dict[str, type], queue: str, **options: Any) -> None:
        super().__init__(**options)
        self._accepted = accepted
        self.queue = Queue(queue, no_declare=True)

    def setup(self) -> None:
        """nameko: the topology is declared before."""
        expected = set(self.container.config["topology"].subscriptions[self.queue.name])
        if expected != set(self._accepted):
            raise RuntimeError(f"{self.queue.name} handles other events than the topology binds to it")
        self.consumer.register_provider(self)

    def stop(self) -> None:
        """nameko: take no more messages."""
        self.consumer.unregister_provider(self)

    def handle_message(self, message: Any) -> None:
        """Called in a greenlet of its own; whatever escapes from here would kill the container."""
        try:
            delivery = read_delivery(bytes(_body(message)), str(message.content_type), self._accepted)
        except Unacceptable as refusal:
            self._park(message, refusal.reason, refusal.detail)
            return
        try:
            self.container.spawn_worker(self, (delivery,), {}, handle_result=partial(self._settle, message, delivery))
        except ContainerBeingKilled:
            self.consumer.requeue_message(message)

    def _settle(self, message: Any, delivery: Delivery, _worker: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        error = exc_info[1] if exc_info else None
        with structlog.contextvars.bound_contextvars(queue=self.queue.name, event_id=delivery.cause.event_id):
            if error is None or isinstance(error, AlreadyHandled):
                crash.queue.set(self.queue.name)
                crash.chassis_point("settled")
                self._done("handled" if error is None else "seen-before")
                self.consumer.ack_message(message)
            elif isinstance(error, TRANSIENT):
                self._delay(message, getattr(error, "reason", type(error).__name__))
            elif isinstance(error, Unacceptable):
                self._park(message, error.reason, error.detail)
            else:
                log.error("handler_failed", error=type(error).__name__, raised_at=raised_at(error))
                self._park(message, "handler-failed", type(error).__name__)
        return result, None

    def _delay(self, message: Any, reason: str) -> None:
        attempts = _attempts(message)
        if attempts >= len(DELAYS):
            self._park(message, "retries-exhausted", reason)
            return
        step = list(DELAYS)[attempts]
        log.warning("event_delayed", reason=reason, step=step)
        self._copy(message, delay_exchange(step).name, {ATTEMPTS: attempts + 1}, "delayed")

    def _park(self, message: Any, reason: str, detail: str) -> None:
        log.error("event_parked", queue=self.queue.name, reason=reason, detail=detail)
        self._copy(message, PARKED.name, {REASON: reason, DETAIL: detail}, "parked")

    def _copy(self, message: Any, exchange: str, headers: dict[str, Any], outcome: str) -> None:
        """A confirmed copy, then the acknowledgement. Where the broker confirms nothing, the message stays its."""
        kept = {key: value for key, value in (message.headers or {}).items() if key == "traceparent"}
        try:
            self.container.config["runtime"].publisher.publish(
                bytes(_body(message)),
                exchange=exchange,
                routing_key=self.queue.name,
                message_id=str(message.properties.get("message_id") or ""),
                headers={**kept, **headers},
                content_type=str(message.content_type or ""),
            )
        except Unpublished as error:
            log.warning("copy_not_published", reason=repr(error))
            self.consumer.requeue_message(message)
            return
        self._done(outcome)
        self.consumer.ack_message(message)

    def _done(self, outcome: str) -> None:
        metrics.EVENTS_HANDLED.labels(self.queue.name, outcome).inc()


def _attempts(message: Any) -> int:
    seen = (message.headers or {}).get(ATTEMPTS, 0)
    return seen if isinstance(seen, int) and seen >= 0 else 0


def _body(message: Any) -> bytes:
    body = message.body
    return body.encode("utf-8", "surrogateescape") if isinstance(body, str) else body


def sweeps(*, every: timedelta) -> Callable[[Any], Any]:
    """Call the method again and again, in every process, at an irregular interval around `every`."""

    def decorate(method: Callable[[Any], None]) -> Any:
        return Sweep.decorator(every)(method)

    return decorate


class Sweep(Entrypoint):  # type: ignore[misc]
    """A recurring look for work that was left. A failing look is logged; the next one comes all the same."""

    def __init__(self, every: timedelta, **options: Any) -> None:
        super().__init__(**options)
        self._every = every
        self._stopping = eventlet.Event()
        self._thread: Any = None

    def start(self) -> None:
        """nameko: with the container."""
        self._thread = self.container.spawn_managed_thread(self._run, identifier=f"sweep {self.method_name}")

    def stop(self) -> None:
        """nameko: after the look that is under way."""
        if not self._stopping.ready():
            self._stopping.send(True)
        self._thread.wait()

    def _run(self) -> None:
        while not self._stopping.ready():
            pause = self._every.total_seconds() * random.uniform(0.7, 1.3)  # noqa: S311 - spreads the instances, no secret
            with eventlet.Timeout(pause, exception=False):
                self._stopping.wait()
            if self._stopping.ready():
                return
            done = eventlet.Event()
            try:
                self.container.spawn_worker(self, (), {}, handle_result=partial(self._looked, done))
            except ContainerBeingKilled:
                return
            done.wait()

    def _looked(self, done: Any, _worker: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        if exc_info:
            log.warning(
                "sweep_failed", sweep=self.method_name, error=exc_info[0].__name__, raised_at=raised_at(exc_info[1])
            )
        done.send(None)
        return result, None
