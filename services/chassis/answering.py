"""`@answers`: how a question of the gateway reaches a service method, locked both ways.

A question waits in the queue that its class names, e.g. `intake.submit-application`, and expires with the patience of
who asked. The answer goes to `loket.answers`, to the private queue that the asker named.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from time import perf_counter
from typing import Any, get_type_hints

import structlog
from kombu import Queue
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint

from services.chassis import crash, metrics
from services.chassis.consumer import QuestionsConsumer
from services.chassis.deliveries import body_of
from services.chassis.handling import TRANSIENT, rerun
from services.chassis.locking import Locker
from services.chassis.logs import raised_at
from services.chassis.publisher import TRANSIENT as NOT_KEPT
from services.chassis.publisher import Unpublished
from services.chassis.request_ids import on_behalf_of
from services.chassis.topology import ANSWERS, PRIVATE_ANSWERS
from services.chassis.tracing import span
from services.contracts.errors import DomainError
from services.contracts.questions import Question
from services.contracts.schema import dump, load

log = structlog.get_logger()

LONGEST_ADDRESS = 80
"""Characters of a correlation id or of a private queue's name."""


def answers(method: Callable[[Any, Any], Any]) -> Any:
    """Call the method with each question of its kind; a DomainError reaches the asker as such."""
    hints = {name: hint for name, hint in get_type_hints(method).items() if name != "return"}
    (question_cls,) = hints.values()

    @wraps(method)
    def answer(service: Any, question: Any, traceparent: str | None, request_id: object = None) -> Any:
        crash.queue.set(question_cls.QUEUE)
        with on_behalf_of(request_id), span(f"answer {question_cls.__name__}", parent=traceparent):
            return rerun(partial(method, service, question))

    return QuestionConsumer.decorator(question_cls)(answer)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question in hand: where its answer goes, for which request it was asked, and since when it is looked at."""

    id: str
    reply_to: str
    request_id: object
    began: float


class QuestionConsumer(Entrypoint):  # type: ignore[misc]
    """One kind of question and the method that answers it."""

    consumer = QuestionsConsumer()

    def __init__(self, question_cls: type[Question[Any]], **options: Any) -> None:
        super().__init__(**options)
        self._question_cls = question_cls
        self.queue = Queue(question_cls.QUEUE, no_declare=True)
        self._stopping = False

    def setup(self) -> None:
        """nameko: the topology is declared before."""
        if self.container.service_name != self._question_cls.SERVICE:
            raise RuntimeError(f"{self.queue.name} is not {self.container.service_name}'s to answer")
        runtime = self.container.config["runtime"]
        self._publisher = runtime.publisher
        self._locker = Locker("questions", runtime.settings.question_keys)
        self.consumer.register_provider(self)

    def stop(self) -> None:
        """nameko: take no more questions."""
        self._stopping = True
        self.consumer.unregister_provider(self)

    def handle_message(self, message: Any) -> None:
        """Called in a greenlet of its own; whatever escapes from here would kill the container."""
        self.consumer.seats.take()
        if self._stopping:
            self._turn_away(message)
            return
        try:
            id, reply_to = _address(message, "correlation_id"), _address(message, "reply_to")
            opened = self._locker.unlock_data(body_of(message).decode("ascii", "replace"), bound_to=id)
            question: Any = load(self._question_cls, opened["question"])
            if reply_to.rpartition(".")[0] != PRIVATE_ANSWERS:
                raise ValueError("the answer would go elsewhere")
        except Exception as error:  # noqa: BLE001 - nothing in a message may end the process; who asked waits in vain
            log.warning(
                "question_unreadable", queue=self.queue.name, error=getattr(error, "reason", type(error).__name__)
            )
            self.consumer.ack_message(message)
            self.consumer.seats.leave()
            return
        asked = Asked(id=id, reply_to=reply_to, request_id=opened.get("request_id"), began=perf_counter())
        call = (question, opened.get("traceparent"), asked.request_id)
        try:
            self.container.spawn_worker(self, call, {}, handle_result=partial(self._reply, message, asked))
        except ContainerBeingKilled:
            self._turn_away(message)

    def _turn_away(self, message: Any) -> None:
        self.consumer.requeue_message(message)
        self.consumer.seats.leave()

    def _reply(self, message: Any, asked: "Asked", _worker: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        try:
            with on_behalf_of(asked.request_id):
                outcome, reply = self._reply_of(result, exc_info[1] if exc_info else None)
                ms = round((perf_counter() - asked.began) * 1000, 1)
                log.info("question_answered", queue=self.queue.name, outcome=outcome, ms=ms)
            metrics.QUESTIONS.labels(self.queue.name, outcome).inc()
            self._publisher.publish(
                self._locker.lock_data(reply, bound_to=asked.id).encode(),
                exchange=ANSWERS.name,
                routing_key=asked.reply_to,
                correlation_id=asked.id,
                content_type="application/jose",
                delivery_mode=NOT_KEPT,
                mandatory=False,
            )
        except Unpublished as error:
            log.warning("answer_not_published", queue=self.queue.name, reason=repr(error))
        finally:
            self.consumer.seats.leave()
        self.consumer.ack_message(message)
        return result, None

    def _reply_of(self, result: Any, error: Exception | None) -> tuple[str, dict[str, Any]]:
        if error is None:
            return "answered", {"answer": dump(result)}
        if isinstance(error, DomainError):
            return error.slug, {"error": {"slug": error.slug, "detail": error.detail, "fields": error.fields}}
        log.warning("question_failed", queue=self.queue.name, error=type(error).__name__, raised_at=raised_at(error))
        outcome = "unavailable" if isinstance(error, TRANSIENT) else "failed"
        return outcome, {"error": {"slug": outcome}}


def _address(message: Any, name: str) -> str:
    value = message.properties.get(name)
    if not isinstance(value, str) or not value.isascii() or not 0 < len(value) <= LONGEST_ADDRESS:
        raise ValueError(f"no {name}")
    return value
