"""What time alone moves: deadlines, and whom to ask anew after a restoring."""

from collections.abc import Container, Mapping
from datetime import datetime
from itertools import islice

import structlog

from services.contracts.delivery import ConcurrentChange, Unacceptable
from services.contracts.towns import Town
from services.intake.domain.application import Moved
from services.intake.domain.deadlines import overdue, resumed
from services.intake.domain.ports import Applications

log = structlog.get_logger()


MOVED_AT_ONCE = 100
"""Of what is overdue; then others, who also need whoever sweeps, have their turn."""


def sweep_deadlines(*, applications: Applications, towns: Container[str], now: datetime) -> int:
    """Move what missed its deadline. Returns how many moved: what cannot be moved keeps none behind it waiting."""
    due = applications.overdue(towns=towns, now=now)
    moved = (each for each in due if _is_moved(overdue(each, now=now), applications))
    return sum(1 for _ in islice(moved, MOVED_AT_ONCE))


def resume_restored(*, applications: Applications, towns: Mapping[str, Town], now: datetime) -> int:
    """After a restoring, once: ask whomever an application waits for anew. Returns how many were asked about.

    Killed in between it begins again, which asks some twice and changes nothing.
    """
    count = 0
    for town in towns:
        for application in applications.resumable(town=town):
            moved = resumed(application, now=now)
            if moved.events:
                count += _is_moved(moved, applications)
    applications.mark_resumed()
    return count


def _is_moved(moved: Moved, applications: Applications) -> bool:
    """False where somebody else has moved it meanwhile, to whom it is left, or where the store does not take it, which
    keeps none of the others waiting."""
    try:
        applications.save(moved.application, moved.events)
    except ConcurrentChange:
        return False
    except Unacceptable as refused:
        log.error("application_not_moved", application_id=moved.application.id, reason=refused.reason)
        return False
    return True
