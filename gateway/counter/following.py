"""An application, live: told anew at each move, for as long as its citizen stays signed in.

Who follows waits in a greenlet and asks again at each move. It ends after a while, and the client connects anew. Where
there are too many, the state is told once and the client asked to come back, so that it polls instead of failing.
"""

import contextlib
import time
from collections.abc import Generator

from flask import current_app

from gateway.auth.callers import still_citizen
from gateway.counter.applications import Application, own_application
from gateway.live import Movements
from gateway.problems import Problem
from services.chassis.asking import ServiceFailed, ServiceUnavailable
from services.contracts.errors import DomainError

WATCHES_AGAIN_S = 240.0
"""Intake hints to who said within five minutes that they watch."""


def follow(application: Application, *, seen: int | None) -> Generator[Application | None]:
    """The application, and again at each move, where its version is not the one that was `seen`; None as a sign of
    life. It has to be one that was read as `watching`. Whoever stops following closes this.
    """
    movements: Movements = current_app.config["LOKET_MOVEMENTS"]
    heartbeat = min(current_app.config["LOKET_HEARTBEAT_SECONDS"], WATCHES_AGAIN_S)
    deadline = time.monotonic() + current_app.config["LOKET_STREAM_SECONDS"]
    with movements.watch(application.application_id) as moved:
        while True:
            if application.version != seen:
                seen = application.version
                yield application
            if application.is_settled or moved is None or movements.is_closing or time.monotonic() >= deadline:
                return
            if not moved.wait(max(0.01, min(heartbeat, deadline - time.monotonic()))):
                yield None
            moved.clear()
            with contextlib.suppress(ServiceUnavailable, ServiceFailed):
                try:
                    still_citizen()
                    application = own_application(application.application_id, watching=True)
                except (DomainError, Problem):
                    return  # gone, or signed out, or nobody knows
