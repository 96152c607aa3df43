"""What happens when a deadline has passed, and after a restoring: whoever is waited for is asked anew.

What stays without a certificate ends.
"""

from dataclasses import replace
from datetime import datetime

from services.contracts.intake import AWAITING_OTHERS, AWAITING_REGISTER, State, Step
from services.contracts.notify import NotTold
from services.intake.domain.advancing import advance, clear_again, cleared
from services.intake.domain.application import Application, Moved, hint
from services.intake.domain.endings import expire
from services.intake.domain.gates import kinds
from services.intake.domain.waits import TELL_WITHIN


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
    place = application.open_place
    if application.state is State.CLEARED and place is None:
        return clear_again(application, now=now)
    if application.state is State.CLEARED or place is None:  # by version 0.9, which knows no gates but the facts'
        return advance(application, now=now)
    if application.expires_at <= now:
        return expire(application, now=now)
    return kinds()[application.gates[place].kind].overdue(application, place, now=now)


def resumed(application: Application, *, now: datetime) -> Moved:
    """The store was restored: whoever is waited for may have answered in the time that is lost, so they are asked anew.

    Each answers again what it answered before. Who waits by itself, or has ended, is left alone.
    """
    place = application.open_place
    waits = application.state in AWAITING_REGISTER or application.state in AWAITING_OTHERS
    if place is not None and waits and now < application.expires_at:
        return kinds()[application.gates[place].kind].resume(application, place, now=now)
    if application.state is State.CLEARED:
        return clear_again(application, now=now)
    if application.state is State.ISSUED and application.deadline and application.contact:
        # documents, which has issued, looks at no facts; it tells notify, which tells whom it has not told
        again = replace(application, deadline=now + TELL_WITHIN)
        return Moved(application=again, events=(cleared(replace(again, facts_expire_at=now), now=now),))
    return Moved(application=application)
