"""Who does not answer in time is asked again, less and less often; what stays unanswered ends."""

from dataclasses import replace
from datetime import datetime, timedelta

from services.contracts.intake import ApplicationCleared, ApplicationExpired, ExtractRequested, Step
from services.intake.domain.application import WITHDRAWABLE, Application, Moved, State, hint

ANSWER_WITHIN = timedelta(minutes=10)
"""How long the register has before it is asked again."""

DEFERRED_GRACE = timedelta(minutes=15)
"""How far past a promised time the register is left alone."""

ISSUE_WITHIN = timedelta(minutes=30)
"""How long documents has before it is told again."""

TELL_WITHIN = timedelta(days=2)
"""How long notify has before the timeline says that nobody could be told."""

LONGEST_WAIT = timedelta(days=1)
"""Waiting doubles each time, up to here."""

EXPIRES_AFTER = timedelta(days=30)
"""How long an application without a certificate lives."""


def overdue(application: Application, *, now: datetime) -> Moved:
    """A deadline has passed: ask again, or give up for good. Before it, nothing happens.

    A cleared application never expires: documents may be at work on it. Once its facts have grown too old to issue on,
    it goes back to submitted, and may expire from there.
    """
    if application.deadline is None or now < application.deadline:
        return Moved(application=application)
    if application.state is State.ISSUED:
        after = replace(application.noted(Step(at=now, state=State.ISSUED, code="not-told")), deadline=None)
        return Moved(application=after, events=(hint(after),))
    if application.state is State.CLEARED:
        if application.facts_expire_at is None or application.facts_expire_at <= now:
            return look_up_again(application, now=now)
        again = waiting(replace(application, asked=application.asked + 1), ISSUE_WITHIN, now=now)
        return Moved(application=again, events=(cleared(again, now=now),))
    if application.expires_at <= now:
        return _expire(application, now=now)
    again = waiting(replace(application, asked=application.asked + 1), ANSWER_WITHIN, now=now)
    return Moved(application=again, events=(_ask(again, "overdue", now=now),))


def look_up_again(application: Application, *, now: datetime) -> Moved:
    """Its facts grew too old: back to submitted, and the register is asked again."""
    after = application.to(State.SUBMITTED, at=now, code="facts-expired")
    after = waiting(replace(after, facts="", facts_expire_at=None, asked=0), ANSWER_WITHIN, now=now)
    return Moved(application=after, events=(_ask(after, "facts-expired", now=now), hint(after)))


def waiting(application: Application, wait: timedelta, *, now: datetime) -> Application:
    """With its next deadline: later each time it asked, and not past the last one while it can still expire."""
    if application.asked:
        wait = max(wait, min(wait * 2 ** min(application.asked, 16), LONGEST_WAIT))
    deadline = now + wait
    if application.state in WITHDRAWABLE:
        deadline = min(deadline, max(application.expires_at, now))
    return replace(application, deadline=deadline)


def cleared(application: Application, *, now: datetime) -> ApplicationCleared:
    """What documents is told, as often as it takes: it issues one certificate for an application."""
    assert application.facts_expire_at is not None
    return ApplicationCleared(
        application_id=application.id,
        product=application.product,
        language=application.language,
        facts=application.facts,
        contact=application.contact,
        facts_expire_at=application.facts_expire_at,
        cleared_at=now,
    )


def _ask(application: Application, reason: str, *, now: datetime) -> ExtractRequested:
    return ExtractRequested(
        application_id=application.id,
        product=application.product,
        request=application.request,
        reason=reason,
        requested_at=now,
    )


def _expire(application: Application, *, now: datetime) -> Moved:
    after = application.to(State.EXPIRED, at=now).closed()
    expired = ApplicationExpired(
        application_id=application.id,
        product=application.product,
        language=application.language,
        contact=application.contact,
        expired_at=now,
    )
    return Moved(application=after, events=(expired, hint(after)))
