"""How long intake waits for whom. One owner of each wait: whom intake waits for tries again by itself."""

from dataclasses import replace
from datetime import datetime, timedelta

from services.contracts.days import days_after, end_of
from services.contracts.intake import WITHDRAWABLE
from services.contracts.topology import SUBSCRIPTIONS
from services.intake.domain.application import Application

MARGIN = timedelta(hours=12)
"""For the last try, which comes up to two hours after the patience, and for its answer, which may wait an hour for one
before it."""

ANSWER_WITHIN = SUBSCRIPTIONS["registry.compile-extract"].patience + MARGIN
"""How long the registry has for a first word. A promise, or a contradiction, is one: the wait is its own from then."""

ISSUE_WITHIN = SUBSCRIPTIONS["documents.issue-certificate"].patience + MARGIN
"""How long documents has before it is told again."""

TELL_WITHIN = SUBSCRIPTIONS["notify.tell-citizen"].patience + MARGIN
"""How long notify has before the timeline says that nobody could be told."""


def waiting(application: Application, wait: timedelta, *, now: datetime) -> Application:
    """With its next deadline, which is not past the last one while it can still expire."""
    deadline = now + wait
    if application.state in WITHDRAWABLE:
        deadline = min(deadline, max(application.expires_at, now))
    return replace(application, deadline=deadline)


def until_expiry(application: Application) -> Application:
    """Somebody else's wait: nothing is asked of them any more, only an end put to it."""
    return replace(application, deadline=application.expires_at)


def open_until(application: Application, days: int, *, now: datetime) -> datetime:
    """When a gate expires that opens now, which none does after the application's own end."""
    return min(end_of(days_after(now, days)), application.ends_at or application.expires_at)
