"""The gateway's one way to the services: the questions of services/contracts."""

from typing import Protocol, TypeVar

from flask import current_app

from services.contracts.questions import Question

T = TypeVar("T")


class Services(Protocol):
    """Raises DomainError subclasses, ServiceUnavailable or ServiceFailed (services/chassis/asking.py)."""

    def ask(self, question: Question[T], *, timeout_s: float | None = None) -> T: ...


def ask(question: Question[T], *, timeout_s: float | None = None) -> T:
    """Ask with this process's client."""
    services: Services = current_app.config["LOKET_SERVICES"]
    return services.ask(question, timeout_s=timeout_s)
