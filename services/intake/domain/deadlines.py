"""One owner of each wait: whom intake waits for tries again by itself; intake asks anew once that patience is over.

What stays without a certificate ends.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from services.contracts.intake import (
    ApplicationCleared,
    ApplicationExpired,
    AskedAgain,
    ExtractRequested,
    State,
    Step,
)
from services.contracts.notify import NotTold
from services.contracts.topology import SUBSCRIPTIONS
from services.intake.domain.application import AWAITING_REGISTER, WITHDRAWABLE, Application, Moved, hint

MARGIN = timedelta(hours=12)
"""For the last try, which comes up to two hours after the patience, and for its answer, which may wait an hour for one
before it."""

ANSWER_WITHIN = SUBSCRIPTIONS["registry.compile-extract"].patience + MARGIN
"""How long the registry has for a first word. A promise, or a contradiction, is one: the wait is its own from then."""

ISSUE_WITHIN = SUBSCRIPTIONS["documents.issue-certificate"].patience + MARGIN
"""How long documents has before it is told again."""

TELL_WITHIN = SUBSCRIPTIONS["notify.tell-citizen"].patience + MARGIN
"""How long notify has before the timeline says that nobody could be told."""


def overdue(application: Application, *, now: datetime) -> Moved:
    """A deadline has passed: ask again, or give up for good. Before it, nothing happens.

    A cleared application never expires: documents may be at work on it, and alone says that its facts are too old.
    """
    if application.deadline is None or now < application.deadline:
        return Moved(application=application)
    if application.state is State.ISSUED:
        told = Step(at=now, state=State.ISSUED, code=NotTold.NOT_TOLD.value)
        after = replace(application.noted(told), deadline=None, contact="")
        return Moved(application=after, events=(hint(after),))
    if application.state is State.CLEARED:
        again = waiting(application, ISSUE_WITHIN, now=now)
        return Moved(application=again, events=(cleared(again, now=now),))
    if application.expires_at <= now:
        return _expire(application, now=now)
    if application.state is State.SUBMITTED:
        again = waiting(application, ANSWER_WITHIN, now=now)
        return Moved(application=again, events=(_ask(again, AskedAgain.OVERDUE, now=now),))
    return Moved(application=until_expiry(application))  # version 0.1 asked the registry again after each promise


def look_up_again(application: Application, *, now: datetime) -> Moved:
    """Its facts grew too old: back to submitted, and the register is asked again; or expired, where it is too late."""
    application = replace(application, facts="", facts_expire_at=None)
    if application.expires_at <= now:
        return _expire(application, now=now)
    after = waiting(
        application.to(State.SUBMITTED, at=now, code=AskedAgain.FACTS_EXPIRED.value), ANSWER_WITHIN, now=now
    )
    return Moved(application=after, events=(_ask(after, AskedAgain.FACTS_EXPIRED, now=now), hint(after)))


def resumed(application: Application, *, now: datetime) -> Moved:
    """The store was restored: whoever is waited for may have answered in the time that is lost, so they are asked anew.

    Each answers again what it answered before. Who waits by itself, or has ended, is left alone.
    """
    if application.state in AWAITING_REGISTER and now < application.expires_at:
        again = application
        if application.state is State.SUBMITTED:
            again = waiting(application, ANSWER_WITHIN, now=now)
        return Moved(application=again, events=(_ask(again, AskedAgain.RESTORED, now=now),))
    if application.state is State.CLEARED:
        again = waiting(application, ISSUE_WITHIN, now=now)
        return Moved(application=again, events=(cleared(again, now=now),))
    if application.state is State.ISSUED and application.deadline and application.contact:
        # documents, which has issued, looks at no facts; it tells notify, which tells whom it has not told
        again = replace(application, deadline=now + TELL_WITHIN)
        return Moved(application=again, events=(cleared(replace(again, facts_expire_at=now), now=now),))
    return Moved(application=application)


def waiting(application: Application, wait: timedelta, *, now: datetime) -> Application:
    """With its next deadline, which is not past the last one while it can still expire."""
    deadline = now + wait
    if application.state in WITHDRAWABLE:
        deadline = min(deadline, max(application.expires_at, now))
    return replace(application, deadline=deadline)


def until_expiry(application: Application) -> Application:
    """Somebody else's wait: nothing is asked of them any more, only an end put to it."""
    return replace(application, deadline=application.expires_at)


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
    awaited = application.code if application.state is State.DEFERRED else None
    after = application.to(State.EXPIRED, at=now, code=awaited).closed()
    expired = ApplicationExpired(
        application_id=application.id,
        product=application.product,
        language=application.language,
        contact=application.contact,
        expired_at=now,
        code=awaited,
    )
    return Moved(application=after, events=(expired, hint(after)))
