"""What every event is. Each stands with its owner (intake.py, registry.py, …); EVENTS holds those of modules imported.

Within v1 only additions; a break is a v2 beside it.
"""

from collections.abc import Callable, Iterable
from dataclasses import field
from typing import Any, ClassVar, TypeVar

E = TypeVar("E", bound="type[Event]")

EVENTS: dict[str, type["Event"]] = {}
"""Type to class. `services.contracts.topology` imports all owners."""


class Event:
    """A fact in the past tense about one subject: an application, a mandate, a declaration, a town.

    `TYPE` is the CloudEvents type and the routing key, `EMITTER` the only service that may say so, `ABOUT` the kind of
    subject. An `EPHEMERAL` one is a hint: neither kept nor counted, and nobody may depend on it.
    """

    TYPE: ClassVar[str]
    EMITTER: ClassVar[str]
    ABOUT: ClassVar[str]
    EPHEMERAL: ClassVar[bool]

    @property
    def subject(self) -> str:
        """The opaque id of what it is about: no name or number of a person."""
        return str(getattr(self, f"{self.ABOUT}_id"))


def one_of(values: Iterable[str]) -> Any:
    """A field of an event that holds one of these today. It is told, not checked: within v1 others may come."""
    return field(metadata={"metadata": {"enum": [str(each) for each in values]}})


def event(emitter: str, fact: str, *, about: str = "application", ephemeral: bool = False) -> Callable[[E], E]:
    """Register a frozen dataclass as the event `be.loket.<emitter>.<fact>.v1`; its subject is in `<about>_id`."""

    def register(cls: E) -> E:
        cls.TYPE = f"be.loket.{emitter}.{fact}.v1"
        cls.EMITTER, cls.ABOUT, cls.EPHEMERAL = emitter, about, ephemeral
        if EVENTS.setdefault(cls.TYPE, cls) is not cls:
            raise TypeError(f"two events are called {cls.TYPE}")
        if f"{about}_id" not in cls.__dataclass_fields__:  # type: ignore[attr-defined]
            raise TypeError(f"{cls.__name__} is about a {about} and has no {about}_id")
        return cls

    return register
