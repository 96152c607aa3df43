"""`@handles`: how events reach a service method.

A message is acknowledged after its effect, never before. A transient failure goes through the delay queues by a
confirmed copy; anything else is parked with its reason. nameko's own defaults would acknowledge or spin. While the
service's own store is away nothing is counted against a message: it stays in hand until the store is back. What was
said in a time that a restored store no longer knows (restorations.py) is acknowledged, and nothing comes of it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial, wraps
from time import perf_counter
from typing import Any

import structlog
from kombu import Queue
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint

from services.chassis import crash, metrics
from services.chassis.addresses import LOST
from services.chassis.consumer import EventsConsumer
from services.chassis.deliveries import Delivery, body_of, header, read_delivery
from services.chassis.logs import raised_at
from services.chassis.outages import STORE_AWAY, StoreWatch
from services.chassis.publisher import Unpublished
from services.chassis.request_ids import on_behalf_of
from services.chassis.restorations import lost_times
from services.chassis.seats import Seats
from services.chassis.settling import Settler
from services.chassis.signing import SIGNATURE
from services.chassis.suspects import WATCHED_FROM, Suspect, Suspects, deliveries_before
from services.chassis.tracing import span
from services.contracts.delivery import AlreadyHandled, ConcurrentChange, TryLater, Unacceptable
from services.contracts.events import Event
from services.contracts.restoring import is_lost

log = structlog.get_logger()

TRANSIENT = (TryLater, *STORE_AWAY, *LOST, Unpublished)

QUESTIONS_FIRST_S = 0.1
"""How long an event lets questions go before it: somebody waits for their answers. It waits no longer, or events would
starve while many ask; that is a hundred events a second still, with ten workers."""

RERUNS = 5
"""How often a handler runs when others keep changing the same aggregate."""


def handles(*events: type[Event], queue: str) -> Callable[[Any], Any]:
    """Call the method with each event of the queue and its cause. The queue's bindings are the topology's."""

    def decorate(method: Callable[[Any, Any, Any], None]) -> Any:
        @wraps(method)
        def handle(service: Any, delivery: Delivery, store: StoreWatch) -> None:
            crash.queue.set(queue)
            with (
                on_behalf_of(delivery.request_id),
                structlog.contextvars.bound_contextvars(queue=queue, event_id=delivery.cause.event_id),
                span(queue, parent=delivery.traceparent, event_id=delivery.cause.event_id),
            ):
                started = perf_counter()
                crash.chassis_point("received")
                store.outlive(partial(rerun, partial(method, service, delivery.event, delivery.cause)))
                elapsed = perf_counter() - started
                metrics.EVENT_SECONDS.labels(queue).observe(elapsed)
                log.info("event_handled", ms=round(elapsed * 1000, 1))

        return EventConsumer.decorator({event.TYPE: event for event in events}, queue)(handle)

    return decorate


def rerun(handler: Callable[[], Any]) -> Any:
    """Run it again where somebody else was quicker. Raises TryLater where that never ends."""
    for _ in range(RERUNS):
        try:
            return handler()
        except ConcurrentChange:
            continue
    raise TryLater("contended")


@dataclass(frozen=True, kw_only=True)
class Held:
    """A message in hand: `leave` gives its seat back; it is a `suspect` where it has to be handled alone."""

    message: Any
    leave: Callable[[], None]
    suspect: Suspect | None = None


class EventConsumer(Entrypoint):  # type: ignore[misc]
    """One queue and the method that handles its events."""

    consumer = EventsConsumer()

    def __init__(self, accepted: dict[str, type[Event]], queue: str, **options: Any) -> None:
        super().__init__(**options)
        self._accepted = accepted
        self.queue = Queue(queue, no_declare=True)
        self._stopping = False

    def setup(self) -> None:
        """nameko: the topology is declared before."""
        topology = self.container.config["topology"]
        subscription = topology.subscriptions[self.queue.name]
        if set(subscription.types) != set(self._accepted):
            raise RuntimeError(f"{self.queue.name} handles other events than the topology binds to it")
        runtime = self.container.config["runtime"]
        self._questions: Seats = self.container.config["question_seats"]
        self._keys = runtime.settings.event_keys
        self._suspects = Suspects(runtime.database["suspects"], clock=runtime.clock)
        self._store: StoreWatch = runtime.store
        self._lost = lost_times(runtime.database)
        self._settler = Settler(
            self.queue.name,
            consumer=self.consumer,
            publisher=runtime.publisher,
            patience=subscription.patience,
            clock=runtime.clock,
        )
        self.consumer.register_provider(self)

    def stop(self) -> None:
        """nameko: take no more messages."""
        self._stopping = True
        self.consumer.unregister_provider(self)

    def handle_message(self, message: Any) -> None:
        """Called in a greenlet of its own; whatever escapes from here would kill the container."""
        alone = deliveries_before(message) >= WATCHED_FROM
        self.consumer.seats.take(alone=alone)
        self._questions.await_empty(QUESTIONS_FIRST_S)
        held = Held(message=message, leave=partial(self.consumer.seats.leave, alone=alone))
        try:
            if alone:
                held = replace(held, suspect=self._store.outlive(partial(self._watched, message)))
            if held.suspect and held.suspect.ends_its_process:
                self._park_ending(held, held.suspect)
            elif self._stopping:
                self._settler.requeue(message)
                held.leave()
            else:
                self._handle(held)
        except (ContainerBeingKilled, *STORE_AWAY):
            self._settler.requeue(message)
            held.leave()

    def _watched(self, message: Any) -> Suspect:
        suspect = self._suspects.look_up(queue=self.queue.name, body=body_of(message))
        log.warning("event_handled_alone", queue=self.queue.name, begun_before=suspect.begun)
        if not suspect.ends_its_process:
            self._suspects.begin(suspect)
        return suspect

    def _park_ending(self, held: "Held", suspect: Suspect) -> None:
        self._settler.park(held.message, "ends-its-process", f"{suspect.begun} times, alone")
        self._suspects.end(suspect)
        held.leave()

    def _handle(self, held: "Held") -> None:
        message = held.message
        try:
            delivery = read_delivery(
                body_of(message),
                str(message.content_type),
                header(message, SIGNATURE),
                accepted=self._accepted,
                keys=self._keys,
            )
        except Unacceptable as refusal:
            self._settle(held, None, refusal)
            return
        if delivery.said_at and is_lost(delivery.said_at, self._lost):
            log.warning("event_of_a_lost_time", queue=self.queue.name, event_id=delivery.cause.event_id)
            self._settle(held, delivery.cause.event_id, AlreadyHandled(delivery.cause.event_id))
            return
        self.container.spawn_worker(
            self, (delivery, self._store), {}, handle_result=partial(self._handled, held, delivery)
        )

    def _handled(self, held: "Held", delivery: Delivery, _worker: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        with on_behalf_of(delivery.request_id):
            self._settle(held, delivery.cause.event_id, exc_info[1] if exc_info else None)
        return result, None

    def _settle(self, held: "Held", event_id: str | None, error: BaseException | None) -> None:
        try:
            if held.suspect:
                self._store.outlive(partial(self._suspects.end, held.suspect))
            with structlog.contextvars.bound_contextvars(queue=self.queue.name, event_id=event_id):
                self._settle_by(held.message, error)
        except STORE_AWAY:
            self._settler.requeue(held.message)
        finally:
            held.leave()

    def _settle_by(self, message: Any, error: BaseException | None) -> None:
        if error is None or isinstance(error, AlreadyHandled):
            crash.queue.set(self.queue.name)
            crash.chassis_point("settled")
            self._settler.acknowledge(message, "handled" if error is None else "seen-before")
        elif isinstance(error, STORE_AWAY) and self._stopping:
            self._settler.requeue(message)
        elif isinstance(error, TRANSIENT):
            reason = getattr(error, "reason", type(error).__name__)
            self._settler.delay(message, reason)
        elif isinstance(error, Unacceptable):
            self._settler.park(message, error.reason, error.detail)
        else:
            log.error("handler_failed", error=type(error).__name__, raised_at=raised_at(error))
            self._settler.park(message, "handler-failed", type(error).__name__)
