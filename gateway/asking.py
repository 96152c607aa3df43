"""The gateway's one way to the services: questions of services/contracts/rpc.py."""

from typing import Any, Protocol, TypeVar

from flask import current_app

T = TypeVar("T")


class Services(Protocol):
    """Raises DomainError subclasses, ServiceUnavailable or ServiceFailed (services/chassis/rpc_client.py)."""

    def ask(self, service: str, question: Any, answer_cls: type[T]) -> T: ...


def ask(service: str, question: Any, answer_cls: type[T]) -> T:
    """Ask with this process's client."""
    services: Services = current_app.config["LOKET_SERVICES"]
    return services.ask(service, question, answer_cls)
