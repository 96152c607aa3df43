"""`@sweeps`: how time reaches a service method."""

import random
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import eventlet
import structlog
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint

from services.chassis.logs import raised_at

log = structlog.get_logger()


def sweeps(*, every: timedelta) -> Callable[[Any], Any]:
    """Call the method again and again, in every process, at an irregular interval around `every`."""

    def decorate(method: Callable[[Any], None]) -> Any:
        return Sweep.decorator(every)(method)

    return decorate


def sweeps_of(service: type) -> int:
    """How many a service class has: each may hold a worker."""
    entrypoints = (each for part in vars(service).values() for each in getattr(part, "nameko_entrypoints", ()))
    return sum(isinstance(each, Sweep) for each in entrypoints)


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
