"""`@answers`: how a question of the gateway reaches a service method, sealed both ways.

A question goes to its own queue `<service>.<question>`, e.g. `intake.submit-application`, and expires with the
patience of who asked. The answer goes to RabbitMQ's direct reply-to of the asker.
"""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, get_type_hints

import structlog
from kombu import Queue
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint

from services.chassis import crash, metrics
from services.chassis.consumer import SteadyConsumer
from services.chassis.entrypoints import RERUNS, TRANSIENT
from services.chassis.logs import raised_at
from services.chassis.publisher import TRANSIENT as NOT_KEPT
from services.chassis.publisher import Unpublished
from services.chassis.sealing import SealedBox
from services.chassis.topology import question_queue_name
from services.chassis.tracing import span
from services.contracts.delivery import ConcurrentChange, Unacceptable
from services.contracts.errors import DomainError
from services.contracts.schema import Unreadable, dump, load

log = structlog.get_logger()


def answers(method: Callable[[Any, Any], Any]) -> Any:
    """Call the method with each question of its kind; a DomainError reaches the asker as such."""
    hints = {name: hint for name, hint in get_type_hints(method).items() if name != "return"}
    (question_cls,) = hints.values()

    @wraps(method)
    def answer(service: Any, question: Any, traceparent: str | None) -> Any:
        crash.queue.set(question_queue_name(service.name, question_cls))
        with span(f"answer {question_cls.__name__}", parent=traceparent):
            for _ in range(RERUNS):
                try:
                    return method(service, question)
                except ConcurrentChange:
                    continue
            raise ConcurrentChange

    return QuestionConsumer.decorator(question_cls)(answer)


class QuestionConsumer(Entrypoint):  # type: ignore[misc]
    """One kind of question and the method that answers it."""

    consumer = SteadyConsumer()

    def __init__(self, question_cls: type, **options: Any) -> None:
        super().__init__(**options)
        self._question_cls = question_cls

    def setup(self) -> None:
        """nameko: the topology is declared before."""
        self.queue = Queue(question_queue_name(self.container.service_name, self._question_cls), no_declare=True)
        self._box = SealedBox("rpc", self.container.config["runtime"].settings.rpc_keys)
        self.consumer.register_provider(self)

    def stop(self) -> None:
        """nameko: take no more questions."""
        self.consumer.unregister_provider(self)

    def handle_message(self, message: Any) -> None:
        """Called in a greenlet of its own; whatever escapes from here would kill the container."""
        asked = str(message.properties.get("correlation_id") or "")
        try:
            body = message.body if isinstance(message.body, str) else bytes(message.body).decode("ascii", "replace")
            opened = self._box.open_data(body, bound_to=asked)
            question: Any = load(self._question_cls, opened["question"])
        except (Unacceptable, Unreadable, KeyError) as error:
            log.warning("question_unreadable", queue=self.queue.name, error=type(error).__name__)
            self.consumer.ack_message(message)
            return
        try:
            self.container.spawn_worker(
                self, (question, opened.get("traceparent")), {}, handle_result=partial(self._reply, message, asked)
            )
        except ContainerBeingKilled:
            self.consumer.requeue_message(message)

    def _reply(self, message: Any, asked: str, _worker: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        outcome, reply = self._reply_of(result, exc_info[1] if exc_info else None)
        metrics.QUESTIONS.labels(self.queue.name, outcome).inc()
        try:
            self.container.config["runtime"].publisher.publish(
                self._box.seal_data(reply, bound_to=asked).encode(),
                exchange="",
                routing_key=str(message.properties.get("reply_to") or ""),
                correlation_id=asked,
                content_type="application/jose",
                delivery_mode=NOT_KEPT,
                mandatory=False,
            )
        except Unpublished as error:
            log.warning("answer_not_published", queue=self.queue.name, reason=repr(error))
        self.consumer.ack_message(message)
        return result, None

    def _reply_of(self, result: Any, error: Exception | None) -> tuple[str, dict[str, Any]]:
        if error is None:
            return "answered", {"answer": dump(result)}
        if isinstance(error, DomainError):
            return error.slug, {"error": {"slug": error.slug, "detail": error.detail, "fields": error.fields}}
        log.warning("question_failed", queue=self.queue.name, error=type(error).__name__, raised_at=raised_at(error))
        away = isinstance(error, (*TRANSIENT, ConcurrentChange))
        return ("unavailable" if away else "failed"), {"error": {"slug": "unavailable" if away else "failed"}}
