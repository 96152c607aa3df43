"""Which departments hear of a town: asked of notify at most once a minute, whoever reads the page."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app

from gateway.asking import ask
from gateway.language import translate
from gateway.sentences import LOOKED_AT
from gateway.tenancy import current_town
from services.chassis.asking import ServiceFailed, ServiceUnavailable
from services.contracts.notify import ListRecipients, Recipients

GOOD_FOR_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Department:
    """A department, what for it hears of applications, and which facts it may ask for, in words."""

    title: str
    purpose: str
    facts: tuple[str, ...]


class KnownRecipients:
    """Those that were told last, by town."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, tuple[float, Recipients]] = {}

    def of(self, town: str) -> Recipients | None:
        """None where nobody could tell yet."""
        known = self._known.get(town)
        if known is None or self._clock() - known[0] >= GOOD_FOR_S:
            try:
                known = self._clock(), ask(ListRecipients(town=town))
            except (ServiceUnavailable, ServiceFailed):
                return known[1] if known else None
            self._known[town] = known
        return known[1]


def departments() -> tuple[Department, ...] | None:
    """Of the town that is asked; None where nobody can tell at the moment."""
    known: KnownRecipients = current_app.config["LOKET_RECIPIENTS"]
    found = known.of(current_town().refnis)
    if found is None:
        return None
    return tuple(
        Department(
            title=each.title,
            purpose=each.purpose,
            facts=tuple(translate(LOOKED_AT[fact]) if fact in LOOKED_AT else fact for fact in each.facts),
        )
        for each in found.recipients
    )
