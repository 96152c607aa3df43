"""The composition root of a service process, and how a nameko service gets its parts from it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from nameko.extensions import DependencyProvider
from pymongo.database import Database

from services.chassis.outages import StoreWatch
from services.chassis.outbox import Relay
from services.chassis.publisher import Publisher
from services.chassis.settings import ServiceSettings

S = TypeVar("S", bound=ServiceSettings)
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Runtime(Generic[S]):
    """What the parts of a service are made from. `clock` gives aware UTC, `new_id` an opaque random id."""

    settings: S
    database: Database[dict[str, Any]]
    publisher: Publisher
    relay: Relay
    store: StoreWatch
    clock: Callable[[], datetime]
    new_id: Callable[[], str]


class Provided(DependencyProvider, Generic[T]):  # type: ignore[misc]
    """A part of a service, made once per process: `certificates = Provided(make_certificates)`; `self.certificates`.

    A part with `start` and `stop` is started before the first event and stopped after the last.
    """

    def __init__(self, make: Callable[[Runtime[Any]], T]) -> None:
        self._make = make

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type) -> "Provided[T]": ...
        @overload
        def __get__(self, instance: object, owner: type) -> T: ...
        def __get__(self, instance: object | None, owner: type) -> Any: ...

    def setup(self) -> None:
        """nameko: before anything starts."""
        self._part = self._make(self.container.config["runtime"])

    def start(self) -> None:
        """nameko: with the container."""
        if hasattr(self._part, "start"):
            self._part.start()

    def stop(self) -> None:
        """nameko: after the last worker has ended."""
        if hasattr(self._part, "stop"):
            self._part.stop()

    def kill(self) -> None:
        """nameko: when the container dies."""
        self.stop()

    def get_dependency(self, worker_ctx: Any) -> T:  # noqa: ARG002 - nameko's signature
        """nameko: for each worker, always the same part."""
        return self._part
