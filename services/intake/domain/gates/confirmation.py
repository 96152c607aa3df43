"""Another department confirms something that no register tells, perhaps weeks later: the police, whether somebody may
work with minors.

What it confirms is bound to the facts as they were when it was asked: where they changed since, it is asked anew.
"""

from dataclasses import replace
from datetime import datetime

from services.contracts.confirmations import (
    LONGEST_ANSWERER,
    AnswerConfirmation,
    Concerned,
    ConfirmationNeedless,
    ConfirmationReminded,
    ConfirmationRequested,
    Needless,
    Outcome,
)
from services.contracts.days import days_after, end_of
from services.contracts.departments import Answering
from services.contracts.errors import (
    ConfirmationAnswered,
    ConfirmationOver,
    ConfirmationOvertaken,
    InvalidField,
    Refusal,
)
from services.contracts.events import Event
from services.contracts.field_errors import field_error
from services.contracts.gates import Terms
from services.contracts.intake import State
from services.contracts.text import is_printable
from services.intake.domain.advancing import advance
from services.intake.domain.application import Application, Moved, hint
from services.intake.domain.endings import expire, refuse
from services.intake.domain.form import Accepted
from services.intake.domain.gate import Answer, Gate, GateState, gate_of
from services.intake.domain.gates import Lock
from services.intake.domain.waits import open_until


class ConfirmationGate:
    """See Kind. The department is reminded, never the citizen, who reads by when it is expected."""

    KIND = "confirmation"

    def pin(self, terms: Terms, *, reference: str, accepted: Accepted, lock: Lock) -> Gate:
        """About whom is asked is locked now: afterwards nobody here can read it any more."""
        given = accepted.request.fields
        fields = {name: given[name] for name in terms.told if name in given}
        concerned = Concerned(national_number=accepted.request.subject, fields=fields)
        reader = Answering(town=accepted.town, asked=terms.id).written
        return gate_of(terms, reference=reference, concerning=lock(concerned, reader=reader, bound_to=reference))

    def ask(self, application: Application, place: int, *, now: datetime) -> Moved:
        """The citizen reads for whom is waited, and until when; or that it is too late."""
        gate = application.gates[place]
        gate = replace(gate, expires_at=open_until(application, gate.open_for, now=now))
        return self._ask(application, place, gate, _due(gate, gate.answers_within, now=now), now=now)

    def stands(self, application: Application, place: int, *, now: datetime) -> bool:
        """For its time, and of the facts that it was about."""
        gate = application.gates[place]
        last = gate.answers[-1]
        return (
            gate.digests[-1] == application.facts_digest and last.counts_until is not None and now < last.counts_until
        )

    def overdue(self, application: Application, place: int, *, now: datetime) -> Moved:
        """No answer came by the time that was promised: they are reminded, and the citizen reads the new time."""
        gate = application.gates[place]
        gate = replace(gate, due_at=_due(gate, gate.reminded_every, now=now))
        after = _awaiting(application.with_gate(place, gate), gate, now=now)
        reminded = ConfirmationReminded(
            application_id=application.id,
            reference=gate.reference,
            asking=gate.asking,
            department=gate.terms,
            product=application.product,
            due_at=_moment(gate.due_at),
            expires_at=_moment(gate.expires_at),
            reminded_at=now,
        )
        return Moved(application=after, events=(reminded, hint(after)))

    def resume(self, application: Application, place: int, *, now: datetime) -> Moved:
        """Asked anew about the same, for the same time: an answer to the asking before counts as well."""
        gate = application.gates[place]
        asked = self._ask(application, place, gate, _moment(gate.due_at), now=now)
        return replace(asked, application=replace(asked.application, timeline=application.timeline))

    def needless(self, application: Application, place: int, *, reason: str, now: datetime) -> tuple[Event, ...]:
        """Whoever was asked need not look any further; also who has answered hears it."""
        gate = application.gates[place]
        return (
            ConfirmationNeedless(
                application_id=application.id,
                reference=gate.reference,
                asking=gate.asking,
                department=gate.terms,
                product=application.product,
                reason=reason,
                ended_at=now,
            ),
        )

    def answer(
        self, application: Application, place: int, asked: AnswerConfirmation, *, now: datetime
    ) -> tuple[Moved, Answer]:
        """The same answer again changes nothing. One to an earlier asking counts where that was about the same facts.

        Raises InvalidField, ConfirmationAnswered, ConfirmationOvertaken or ConfirmationOver.
        """
        gate = application.gates[place]
        _check(asked)
        if given := gate.given(asked.asking) or self._given(application, gate, asked):
            if given.outcome != asked.outcome:
                raise ConfirmationAnswered(given.outcome)
            return Moved(application=application), given
        is_confirmed = asked.outcome == Outcome.CONFIRMED
        counts_until = end_of(days_after(now, gate.counts_for)) if is_confirmed else None
        given = Answer(asking=asked.asking, outcome=asked.outcome, by=asked.by, at=now, counts_until=counts_until)
        state = GateState.MET if is_confirmed else GateState.FAILED
        after = application.with_gate(place, replace(gate, state=state, answers=(*gate.answers, given)))
        needless = self.needless(after, place, reason=Needless.ANSWERED.value, now=now)
        moved = advance(after, now=now) if is_confirmed else refuse(after, Refusal.NOT_CONFIRMED.value, at=now, now=now)
        return replace(moved, events=(*needless, *moved.events)), given

    def _given(self, application: Application, gate: Gate, asked: AnswerConfirmation) -> Answer | None:
        """What was answered to another asking about the same facts; None where an answer is waited for."""
        if application.has_ended and gate.state is GateState.ASKED:
            raise ConfirmationOver
        if not 1 <= asked.asking <= gate.asking or gate.digests[asked.asking - 1] != gate.digests[-1]:
            raise ConfirmationOvertaken(str(gate.asking))
        return None if gate.state is GateState.ASKED else gate.answers[-1]

    def _ask(self, application: Application, place: int, gate: Gate, due_at: datetime, *, now: datetime) -> Moved:
        if _moment(gate.expires_at) <= now:
            return expire(application.with_gate(place, gate), now=now)
        gate = replace(
            gate,
            state=GateState.ASKED,
            asking=gate.asking + 1,
            asked_at=now,
            due_at=due_at,
            digests=(*gate.digests, application.facts_digest),
        )
        after = _awaiting(application.with_gate(place, gate), gate, now=now)
        asked = ConfirmationRequested(
            application_id=application.id,
            reference=gate.reference,
            asking=gate.asking,
            department=gate.terms,
            product=application.product,
            concerning=gate.concerning,
            due_at=due_at,
            requested_at=now,
        )
        return Moved(application=after, events=(asked, hint(after)))


GATE = ConfirmationGate()


def _check(asked: AnswerConfirmation) -> None:
    fields = {}
    if asked.outcome not in list(Outcome):
        fields["outcome"] = field_error("not-a-choice", choices=list(Outcome))
    if not asked.by.strip():
        fields["by"] = field_error("required")
    elif len(asked.by) > LONGEST_ANSWERER:
        fields["by"] = field_error("too-long", most=LONGEST_ANSWERER)
    elif not is_printable(asked.by):
        fields["by"] = field_error("unprintable")
    if fields:
        raise InvalidField(fields=fields)


def _awaiting(application: Application, gate: Gate, *, now: datetime) -> Application:
    """As its citizen sees it. The next look is at the time that is promised; it expires with the gate."""
    after = application.to(
        State.AWAITING_CONFIRMATION,
        at=now,
        code=Refusal.CONFIRMATION_AWAITED.value,
        expected_by=gate.due_at,
    )
    return replace(after, deadline=gate.due_at, expires_at=_moment(gate.expires_at))


def _due(gate: Gate, days: int, *, now: datetime) -> datetime:
    return min(end_of(days_after(now, days)), _moment(gate.expires_at))


def _moment(at: datetime | None) -> datetime:
    assert at is not None, "a gate that was asked has its times"
    return at
