"""How an application moves: each move takes it and what happened, and gives it back with the events to emit.

What cannot move it any more (an answer that comes twice, news of an ended application) leaves it as it is, so any
order of events is safe: there is at most one certificate, and no way out of an end.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from services.contracts.days import days_after, end_of
from services.contracts.documents import CertificateIssued, CertificateUnprintable, FactsExpired
from services.contracts.errors import ApplicationOver, NotWithdrawable, Refusal, StillGiven
from services.contracts.intake import (
    LIFETIME_DAYS,
    WITHDRAWABLE,
    ApplicationSubmitted,
    AskedAgain,
    ExtractRequested,
    State,
    Step,
    lifetime_days,
)
from services.contracts.notify import CitizenTold, MessageUndeliverable
from services.contracts.plans import lacking, plan_of
from services.contracts.product import Product
from services.contracts.registry import (
    UNSOUND_DOCUMENTS,
    ExtractCompiled,
    ExtractContradicted,
    ExtractDeferred,
    ExtractRefused,
)
from services.intake.domain import endings
from services.intake.domain.advancing import advance, clear_again
from services.intake.domain.application import ISSUED, Application, Moved, hint
from services.intake.domain.form import Accepted
from services.intake.domain.gate import Gate
from services.intake.domain.gates import facts
from services.intake.domain.waits import ANSWER_WITHIN, TELL_WITHIN, until_expiry


def submit(
    accepted: Accepted,
    *,
    id: str,
    town: str,
    applicant: str,
    idempotency_key: str,
    body_digest: str,
    request: str,
    contact: str,
    gates: Iterable[Gate] = (),
    now: datetime,
) -> Moved:
    """A new application; the register is to be asked. `request` and `contact` are locked by now, `gates` those beyond
    the facts, as they are pinned.
    """
    gates = tuple(gates)
    expires_at = end_of(days_after(now, LIFETIME_DAYS))
    plan = plan_of(accepted.product, still_true=accepted.still_true)
    application = Application(
        id=id,
        town=town,
        applicant=applicant,
        idempotency_key=idempotency_key,
        body_digest=body_digest,
        product=accepted.product.id,
        language=accepted.language,
        fresh_for_minutes=accepted.product.fresh_for_minutes,
        capacity=accepted.request.capacity,
        request=request,
        contact=contact,
        submitted_at=now,
        expires_at=expires_at,
        ends_at=end_of(days_after(now, lifetime_days(each.open_for for each in gates))),
        gates=(facts.filed(expires_at=expires_at, now=now), *gates),
        plan=plan,
        state=State.SUBMITTED,
        deadline=now + ANSWER_WITHIN,
        timeline=(Step(at=now, state=State.SUBMITTED),),
    )
    submitted = ApplicationSubmitted(
        application_id=id, product=application.product, request=request, submitted_at=now, plan=plan
    )
    return Moved(application=application, events=(submitted,))  # nobody can watch yet what has no id yet


def compiled(application: Application, event: ExtractCompiled, *, now: datetime) -> Moved:
    """The facts are there: looked up, and cleared at once where nothing else stands in the way.

    Facts that grew too old on the road are looked up again; where those come too late as well, something is wrong with
    the road or with a clock, and the deadline is waited for.
    """
    if not facts.is_awaited(application, event):
        return Moved(application=application)
    if facts.fresh_until(application, event) <= now:
        is_of_an_earlier = 0 < event.asking < application.facts_gate.asking
        again = application.code != AskedAgain.FACTS_EXPIRED and not is_of_an_earlier
        return facts.GATE.ask(application, facts.PLACE, now=now) if again else Moved(application=application)
    return advance(facts.met(application, event), now=now)


def refused(application: Application, event: ExtractRefused, *, now: datetime) -> Moved:
    """The register says no. Once there are facts, the answer given first stands."""
    if not facts.is_awaited(application, event):
        return Moved(application=application)
    return endings.refuse(application, event.code, at=event.refused_at, now=now)


def deferred(application: Application, event: ExtractDeferred, *, now: datetime) -> Moved:
    """The register cannot answer yet; the timeline says by when it is expected to. The registry waits for it."""
    return _held_up(application, event, event.code, at=now, expected_by=event.expected_by)


def contradicted(application: Application, event: ExtractContradicted) -> Moved:
    """The register contradicts itself, and the town must look at it; or a document of another authority is
    not in order. When that will be mended, nobody knows."""
    code = Refusal.DOCUMENT_UNSOUND if event.kind in UNSOUND_DOCUMENTS else Refusal.REGISTER_CONTRADICTED
    return _held_up(application, event, code.value, at=event.found_at)


def facts_expired(application: Application, event: FactsExpired, *, product: Product | None, now: datetime) -> Moved:
    """The facts were too old at issue, so the register is asked again. Of facts cleared since, it says nothing.

    For what the catalogue cannot make nobody is asked before the next deadline: until then an operator can end it.
    """
    if application.state is not State.CLEARED or not _is_about(event, application.facts_expire_at):
        return Moved(application=application)
    moved = facts.GATE.ask(application, facts.PLACE, now=now)
    if lacking(product, application.plan) is None:
        return moved
    return replace(moved, events=tuple(each for each in moved.events if not isinstance(each, ExtractRequested)))


def _is_about(event: FactsExpired, expire_at: datetime | None) -> bool:
    """The store keeps milliseconds, an event microseconds. Version 0.1 did not say which facts it meant."""
    if expire_at is None:
        return True
    if event.facts_expire_at is None:
        return event.found_at >= expire_at
    return abs(event.facts_expire_at - expire_at) < timedelta(milliseconds=1)


def issued(application: Application, event: CertificateIssued, *, now: datetime) -> Moved:
    """The certificate exists. What notify told before is in the timeline from now on."""
    if application.has_ended or application.state in ISSUED:
        return Moved(application=application)
    after = application.to(State.ISSUED, at=event.issued_at).closed()
    after = replace(after, certificate_id=event.certificate_id, deadline=now + TELL_WITHIN, early=())
    after = replace(after, contact=application.contact)  # until the citizen is told
    for step in application.early:
        after = _telling(after, step)
    return Moved(application=after, events=(hint(after),))


def unprintable(application: Application, event: CertificateUnprintable, *, now: datetime) -> Moved:
    """There is no paper, nor will there be: documents, which alone makes one, never does for this application."""
    if application.has_ended or application.state in ISSUED:
        return Moved(application=application)
    return endings.refuse(application, event.code, at=event.found_at, now=now)


def told(application: Application, event: CitizenTold) -> Moved:
    """The message has left: delivered. Of a refusal or an expiry the timeline says enough already."""
    if application.has_ended:
        return Moved(application=application)
    return _hear_telling(application, Step(at=event.told_at, state=State.DELIVERED))


def undeliverable(application: Application, event: MessageUndeliverable) -> Moved:
    """The citizen could not be told: the timeline says why; what the application led to stays available."""
    state = application.state if application.has_ended else State.ISSUED
    return _hear_telling(application, Step(at=event.refused_at, state=state, code=event.code))


def withdraw(application: Application, *, now: datetime) -> Moved:
    """Its applicant takes it back; doing so twice is the same. Raises NotWithdrawable from cleared on."""
    if application.state is State.WITHDRAWN:
        return Moved(application=application)
    if application.state not in WITHDRAWABLE:
        raise NotWithdrawable
    return endings.withdraw(application, now=now)


def end(application: Application, *, product: Product | None, now: datetime) -> Moved:
    """The town ends what its catalogue can no longer make, and nothing else; doing so twice is the same.

    A cleared one stays: documents, which may still run with the file, can print until the facts are too old, and may
    have done so unheard. Once they are, it is told again, and says which. Raises ApplicationOver or StillGiven.
    """
    if application.has_ended and application.code == Refusal.NO_LONGER_GIVEN:
        return Moved(application=application)
    if application.has_ended or application.state in ISSUED:
        raise ApplicationOver(application.state.value)
    if lacking(product, application.plan) is None:
        raise StillGiven
    if application.state is State.CLEARED:
        is_fresh = facts.GATE.stands(application, facts.PLACE, now=now)
        return Moved(application=application) if is_fresh else clear_again(application, now=now)
    return endings.end(application, now=now)


def _held_up(
    application: Application,
    event: ExtractDeferred | ExtractContradicted,
    code: str,
    *,
    at: datetime,
    expected_by: datetime | None = None,
) -> Moved:
    """What was said last is not said again, as where the register is asked anew after a restoring: the citizen reads
    since when it waits. Nor is a promise told for after the application's end."""
    if not facts.is_awaited(application, event):
        return Moved(application=application)
    if expected_by and expected_by > application.expires_at:
        expected_by = None
    last = application.timeline[-1]
    if (last.state, last.code, last.expected_by) == (State.DEFERRED, code, expected_by):
        return Moved(application=until_expiry(application))
    after = until_expiry(application.to(State.DEFERRED, at=at, code=code, expected_by=expected_by))
    return Moved(application=after, events=(hint(after),))


def _hear_telling(application: Application, step: Step) -> Moved:
    """notify and documents are heard in any order: what is told of a certificate waits for the certificate."""
    if not application.has_ended and application.state not in ISSUED:
        return Moved(application=replace(application, early=(*application.early, step)))
    after = _telling(application, step)
    return Moved(application=after, events=(hint(after),) if after != application else ())


def _telling(application: Application, step: Step) -> Application:
    if step.state != State.DELIVERED:
        told_before = any((each.state, each.code) == (step.state, step.code) for each in application.timeline)
        noted = application if told_before else application.noted(step)
        return replace(noted, deadline=None, contact="")
    if application.state is State.DELIVERED:
        return application
    return replace(application.to(State.DELIVERED, at=step.at), deadline=None, contact="")
