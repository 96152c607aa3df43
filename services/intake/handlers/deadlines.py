"""What time alone moves: deadlines, and whom to ask anew after a restoring."""

from collections.abc import Container, Mapping
from datetime import datetime

from services.contracts.delivery import ConcurrentChange
from services.contracts.towns import Town
from services.intake.domain.deadlines import overdue, resumed
from services.intake.domain.ports import Applications


def sweep_deadlines(*, applications: Applications, towns: Container[str], now: datetime) -> int:
    """Move what missed its deadline; what another instance moved meanwhile is left to it. Returns how many moved."""
    count = 0
    for application in applications.overdue(towns=towns, now=now):
        moved = overdue(application, now=now)
        try:
            applications.save(moved.application, moved.events)
        except ConcurrentChange:
            continue
        count += 1
    return count


def resume_restored(*, applications: Applications, towns: Mapping[str, Town], now: datetime) -> int:
    """After a restoring, once: ask whomever an application waits for anew. Returns how many were asked about.

    Killed in between it begins again, which asks some twice and changes nothing.
    """
    count = 0
    for town in towns:
        for application in applications.resumable(town=town):
            moved = resumed(application, now=now)
            if not moved.events:
                continue
            try:
                applications.save(moved.application, moved.events)
            except ConcurrentChange:
                continue  # it has gone on by itself
            count += 1
    applications.mark_resumed()
    return count
