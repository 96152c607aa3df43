"""An application goes on: the first gate that is open asks; where none is, it is cleared."""

from datetime import datetime

from services.contracts.intake import ApplicationCleared, State
from services.intake.domain.application import Application, Moved, hint
from services.intake.domain.gate import GateState
from services.intake.domain.gates import kinds
from services.intake.domain.waits import ISSUE_WITHIN, waiting


def advance(application: Application, *, now: datetime) -> Moved:
    """Go on from here. What was met and counts no more is asked anew, and alone; who is asked already is not again."""
    for place, gate in enumerate(application.gates):
        kind = kinds()[gate.kind]
        if gate.state is GateState.MET:
            if kind.stands(application, place, now=now):
                continue
            application = application.with_gate(place, gate.reopened())
        elif gate.state is GateState.ASKED:
            return Moved(application=application)
        return kind.ask(application, place, now=now)
    after = waiting(application.to(State.CLEARED, at=now), ISSUE_WITHIN, now=now)
    return Moved(application=after, events=(cleared(after, now=now), hint(after)))


def clear_again(application: Application, *, now: datetime) -> Moved:
    """documents is told once more, and says again what it did."""
    again = waiting(application, ISSUE_WITHIN, now=now)
    return Moved(application=again, events=(cleared(again, now=now),))


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
        plan=application.plan,
        met=tuple(gate.name for gate in application.gates[1:] if gate.state is GateState.MET),
        recheck=application.recheck,
    )
