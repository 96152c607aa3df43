"""The register's facts: the first gate of every plan."""

from dataclasses import replace
from datetime import datetime, timedelta

from services.contracts.confirmations import AnswerConfirmation
from services.contracts.errors import NotFound
from services.contracts.events import Event
from services.contracts.gates import Terms
from services.contracts.intake import AWAITING_REGISTER, LIFETIME_DAYS, AskedAgain, ExtractRequested, State
from services.contracts.registry import ExtractCompiled, ExtractContradicted, ExtractDeferred, ExtractRefused
from services.intake.domain.application import Application, Moved, hint
from services.intake.domain.endings import expire
from services.intake.domain.form import Accepted
from services.intake.domain.gate import FACTS, Answer, Gate, GateState
from services.intake.domain.gates import Lock
from services.intake.domain.waits import ANSWER_WITHIN, open_until, until_expiry, waiting

PLACE = 0


class FactsGate:
    """See Kind. Registry waits for the register by itself: it is asked anew where it has said nothing at all."""

    KIND = FACTS

    def pin(self, terms: Terms, *, reference: str, accepted: Accepted, lock: Lock) -> Gate:
        """It is in every plan, and no product says so."""
        raise LookupError("the gate of the facts has no terms")

    def ask(self, application: Application, place: int, *, now: datetime) -> Moved:
        """Its facts grew too old: back to submitted, and the register is asked again; or expired, if it is too late."""
        application = replace(application, facts="", recheck="", facts_expire_at=None)
        application = replace(application, expires_at=open_until(application, LIFETIME_DAYS, now=now))
        if application.expires_at <= now:
            return expire(application, now=now)
        after = application.to(State.SUBMITTED, at=now, code=AskedAgain.FACTS_EXPIRED.value)
        after, asked = _ask(waiting(after, ANSWER_WITHIN, now=now), AskedAgain.FACTS_EXPIRED, now=now)
        return Moved(application=after, events=(asked, hint(after)))

    def stands(self, application: Application, place: int, *, now: datetime) -> bool:
        """While they are fresh."""
        return application.facts_expire_at is not None and now < application.facts_expire_at

    def overdue(self, application: Application, place: int, *, now: datetime) -> Moved:
        """Nothing was said for too long. Version 0.1 asked the registry again after each promise."""
        if application.state is not State.SUBMITTED:
            return Moved(application=until_expiry(application))
        after, asked = _ask(waiting(application, ANSWER_WITHIN, now=now), AskedAgain.OVERDUE, now=now)
        return Moved(application=after, events=(asked,))

    def resume(self, application: Application, place: int, *, now: datetime) -> Moved:
        """The registry answers again what it answered before."""
        if application.state is State.SUBMITTED:
            application = waiting(application, ANSWER_WITHIN, now=now)
        after, asked = _ask(application, AskedAgain.RESTORED, now=now)
        return Moved(application=after, events=(asked,))

    def answer(
        self, application: Application, place: int, asked: AnswerConfirmation, *, now: datetime
    ) -> tuple[Moved, Answer]:
        """The registry answers by events, and nobody in its place."""
        raise NotFound

    def needless(self, application: Application, place: int, *, reason: str, now: datetime) -> tuple[Event, ...]:
        """The registry hears of every end."""
        return ()


GATE = FactsGate()


def filed(*, expires_at: datetime, now: datetime) -> Gate:
    """As it stands in an application that is filed now: who files asks."""
    return Gate(
        kind=FACTS, state=GateState.ASKED, open_for=LIFETIME_DAYS, asking=1, asked_at=now, expires_at=expires_at
    )


def is_awaited(
    application: Application, event: ExtractCompiled | ExtractRefused | ExtractDeferred | ExtractContradicted
) -> bool:
    """May the answer move the application?

    Facts count as long as they are fresh, whichever asking they answer. Of what else is said only what answers the last
    asking counts, as the answer to that one is still to come. Version 0.9 did not count.
    """
    if application.state not in AWAITING_REGISTER:
        return False
    is_of_the_last = not event.asking or event.asking >= application.facts_gate.asking
    return is_of_the_last or isinstance(event, ExtractCompiled)


def met(application: Application, event: ExtractCompiled) -> Application:
    """With the facts, looked up. Where no digest is told, they are like no others."""
    after = application.to(State.LOOKED_UP, at=event.compiled_at)
    return replace(
        after.with_gate(PLACE, replace(after.facts_gate, state=GateState.MET)),
        facts=event.facts,
        facts_expire_at=fresh_until(application, event),
        facts_digest=event.digest or event.compiled_at.isoformat(),
        recheck=event.recheck,
    )


def fresh_until(application: Application, event: ExtractCompiled) -> datetime:
    """When these facts are too old to issue on."""
    return event.compiled_at + timedelta(minutes=application.fresh_for_minutes)


def _ask(application: Application, reason: AskedAgain, *, now: datetime) -> tuple[Application, ExtractRequested]:
    gate = application.facts_gate
    gate = replace(
        gate,
        state=GateState.ASKED,
        asking=gate.asking + 1,
        asked_at=now,
        expires_at=application.expires_at,
    )
    after = application.with_gate(PLACE, gate)
    asked = ExtractRequested(
        application_id=application.id,
        product=application.product,
        request=application.request,
        reason=reason.value,
        requested_at=now,
        asking=gate.asking,
        plan=application.plan,
    )
    return after, asked
