"""What every question is: asked by the gateway, answered by one service. Each stands with its owner (intake.py, …).

Questions and answers travel locked, each answering service with keys of its own: no queue holds a readable name.
"""

from collections.abc import Callable
from typing import Any, ClassVar, Generic, TypeVar

A = TypeVar("A")
Q = TypeVar("Q", bound="type[Question[Any]]")

QUESTIONS: dict[str, type["Question[Any]"]] = {}
"""Queue to class. `services.contracts.topology` imports all owners."""


class Question(Generic[A]):
    """`SERVICE` answers it with an `ANSWER`; it waits in `QUEUE`, e.g. `intake.submit-application`."""

    SERVICE: ClassVar[str]
    QUEUE: ClassVar[str]
    ANSWER: ClassVar[type[Any]]


def question(service: str, *, answer: type[Any]) -> Callable[[Q], Q]:
    """Register a frozen dataclass as a question that a service answers with an `answer`."""

    def register(cls: Q) -> Q:
        words = "".join(f"-{each.lower()}" if each.isupper() else each for each in cls.__name__)
        cls.SERVICE, cls.QUEUE, cls.ANSWER = service, f"{service}.{words.removeprefix('-')}", answer
        if QUESTIONS.setdefault(cls.QUEUE, cls) is not cls:
            raise TypeError(f"two questions are called {cls.QUEUE}")
        return cls

    return register
