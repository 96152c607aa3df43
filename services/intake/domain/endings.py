"""How an application ends without a certificate. Whoever is still asked for something is told that it is needless."""

from datetime import datetime

from services.contracts.confirmations import Needless
from services.contracts.errors import Refusal
from services.contracts.events import Event
from services.contracts.intake import (
    AWAITING_OTHERS,
    ApplicationExpired,
    ApplicationRefused,
    ApplicationWithdrawn,
    State,
)
from services.intake.domain.application import Application, Moved, hint
from services.intake.domain.gate import GateState
from services.intake.domain.gates import kinds


def withdraw(application: Application, *, now: datetime) -> Moved:
    """Its applicant takes it back."""
    after = application.to(State.WITHDRAWN, at=now).closed()
    told = ApplicationWithdrawn(application_id=application.id, product=application.product, withdrawn_at=now)
    return Moved(application=after, events=(told, *_needless(application, Needless.WITHDRAWN, now), hint(after)))


def refuse(application: Application, code: str, *, at: datetime, now: datetime) -> Moved:
    """Whoever was asked says no, or what they said cannot be put on paper."""
    after = application.to(State.REFUSED, at=at, code=code).closed()
    told = ApplicationRefused(
        application_id=application.id,
        product=application.product,
        language=application.language,
        contact=application.contact,
        code=code,
        refused_at=at,
    )
    return Moved(application=after, events=(told, *_needless(application, Needless.REFUSED, now), hint(after)))


def expire(application: Application, *, now: datetime) -> Moved:
    """It was waited for in vain; for what, the citizen is told where that is known."""
    is_known = application.state is State.DEFERRED or application.state in AWAITING_OTHERS
    return _expired(application, application.code if is_known else None, now=now)


def end(application: Application, *, now: datetime) -> Moved:
    """The town no longer gives what was filed for."""
    return _expired(application, Refusal.NO_LONGER_GIVEN.value, now=now)


def _expired(application: Application, code: str | None, *, now: datetime) -> Moved:
    after = application.to(State.EXPIRED, at=now, code=code).closed()
    told = ApplicationExpired(
        application_id=application.id,
        product=application.product,
        language=application.language,
        contact=application.contact,
        expired_at=now,
        code=code,
    )
    return Moved(application=after, events=(told, *_needless(application, Needless.EXPIRED, now), hint(after)))


def _needless(application: Application, reason: Needless, now: datetime) -> tuple[Event, ...]:
    waited_for = [place for place, gate in enumerate(application.gates) if gate.state is GateState.ASKED]
    return tuple(
        event
        for place in waited_for
        for event in kinds()[application.gates[place].kind].needless(application, place, reason=reason.value, now=now)
    )
