"""The asking side of `@answers`: the gateway uses it, so neither nameko nor eventlet is imported here."""

import uuid
from collections.abc import Mapping
from typing import Any, TypeVar

from services.chassis import request_ids
from services.chassis.asked import NotAnswered
from services.chassis.correspondence import Correspondence
from services.chassis.locking import KeyNotHere, KeyRing, Locker
from services.chassis.tracing import current_traceparent, span
from services.contracts.delivery import Unacceptable
from services.contracts.errors import DOMAIN_ERRORS, DomainError
from services.contracts.questions import Question
from services.contracts.schema import dump, load

T = TypeVar("T")


class ServiceUnavailable(Exception):
    """No answer: broker or service is away or too slow. The question may yet be acted on: ask it again unchanged."""


class ServiceFailed(Exception):
    """The service met an error of its own; its log says which."""


class Asker:
    """Asks services over one connection. Safe for use by many threads."""

    def __init__(self, amqp_uri: str, keys: Mapping[str, KeyRing], *, timeout_s: float = 10.0) -> None:
        """`keys` are those of each answering service."""
        self._lockers = {service: Locker("questions", ring) for service, ring in keys.items()}
        self._timeout = timeout_s
        self._correspondence = Correspondence(amqp_uri)

    def ask(self, question: Question[T], *, timeout_s: float | None = None) -> T:
        """The answer. Raises the DomainError that the service raised, ServiceUnavailable or ServiceFailed."""
        with span(f"ask {type(question).__name__}"):
            reply = self._exchange(question, timeout_s or self._timeout)
        error = reply.get("error")
        if error is None:
            answer: T = load(question.ANSWER, reply["answer"])
            return answer
        if error["slug"] == "unavailable":
            raise ServiceUnavailable(question.SERVICE)
        if error["slug"] == "failed":
            raise ServiceFailed(question.SERVICE)
        raise DOMAIN_ERRORS.get(error["slug"], DomainError)(error["detail"], fields=error["fields"])

    def close(self) -> None:
        """Drop the connection; who still waits is told ServiceUnavailable."""
        self._correspondence.close()

    def _exchange(self, question: Question[Any], timeout: float) -> dict[str, Any]:
        asked = uuid.uuid4().hex
        locker = self._lockers[question.SERVICE]
        asking = {
            "question": dump(question),
            "traceparent": current_traceparent(),
            "request_id": request_ids.current(),
        }
        locked = locker.lock_data(asking, bound_to=asked).encode()
        try:
            answer = self._correspondence.exchange(question.QUEUE, locked, id=asked, timeout=timeout)
            return locker.unlock_data(answer.decode("ascii", "replace"), bound_to=asked)
        except NotAnswered:
            raise ServiceUnavailable(question.SERVICE) from None
        except (KeyNotHere, Unacceptable) as error:
            raise ServiceFailed(question.SERVICE) from error
