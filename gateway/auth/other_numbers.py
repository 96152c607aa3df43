"""Under which other numbers somebody is known who signed in under one.

The register merges numbers, and may do so between two sign-ins, or take a merge back. So it is asked at sign-in, and
again where a citizen's own things are listed or filed, or one is not found; what the sign-in was told serves where the
register cannot answer. Nobody waits for it long: the number that was signed in with is known without it.
"""

import threading
import time
from collections.abc import Callable

from flask import Flask, current_app, g

from gateway.asking import Services
from gateway.auth.identity import Citizen
from gateway.tenancy import current_town
from services.chassis.asking import ServiceFailed, ServiceUnavailable
from services.contracts.errors import Refusal
from services.contracts.registry import ReadNumbers

ANSWER_S = 2.0
AWAY_S = 5.0
"""Where the register did not answer in time, others are not kept waiting for so long."""

MOST = 8
"""Nobody has more; a session has no room for what a broken register might say."""


class OtherNumbers:
    """Asks the registry who else a citizen is."""

    def __init__(self, services: Services, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._services = services
        self._clock = clock
        self._lock = threading.Lock()
        self._away_until = float("-inf")

    def of(self, citizen: Citizen, *, town: str) -> tuple[str, ...] | None:
        """None where nobody can tell now."""
        with self._lock:
            if self._clock() < self._away_until:
                return None
        try:
            told = self._services.ask(ReadNumbers(town=town, citizen=citizen.national_number), timeout_s=ANSWER_S)
        except (ServiceUnavailable, ServiceFailed):
            with self._lock:
                self._away_until = self._clock() + AWAY_S
            return None
        return None if told.code == Refusal.REGISTER_UNAVAILABLE else told.others[:MOST]


def set_up(app: Flask, services: Services) -> None:
    """For the functions below."""
    app.config["LOKET_OTHER_NUMBERS"] = OtherNumbers(services)


def told_now(citizen: Citizen) -> tuple[str, ...] | None:
    """The citizen's other numbers, once for each request; None where nobody can tell now."""
    if "other_numbers" not in g:
        asked: OtherNumbers = current_app.config["LOKET_OTHER_NUMBERS"]
        g.other_numbers = asked.of(citizen, town=current_town().refnis)
    told: tuple[str, ...] | None = g.other_numbers
    return told


def other_numbers(citizen: Citizen) -> tuple[str, ...]:
    """The citizen's other numbers, as well as can be told now."""
    told = told_now(citizen)
    return citizen.other_numbers if told is None else told
