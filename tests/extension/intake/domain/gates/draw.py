"""Lots are drawn among who applies, at the next look at deadlines; everybody wins."""

from dataclasses import replace
from datetime import datetime

from services.contracts.events import Event
from services.contracts.gates import Terms
from services.contracts.intake import State
from services.intake.domain.advancing import advance
from services.intake.domain.application import Application, Moved, hint
from services.intake.domain.form import Accepted
from services.intake.domain.gate import Gate, GateState, gate_of
from services.intake.domain.gates import Lock


class Draw:
    """See gates.Kind."""

    KIND = "draw"

    def pin(self, terms: Terms, *, reference: str, accepted: Accepted, lock: Lock) -> Gate:
        """Nobody is asked, so that nothing is locked for anybody."""
        return gate_of(terms, reference=reference)

    def ask(self, application: Application, place: int, *, now: datetime) -> Moved:
        """The draw is due at once."""
        gate = replace(application.gates[place], state=GateState.ASKED, asking=1, asked_at=now, due_at=now)
        after = application.with_gate(place, gate).to(State.AWAITING_DECISION, at=now)
        after = replace(after, deadline=now)
        return Moved(application=after, events=(hint(after),))

    def stands(self, application: Application, place: int, *, now: datetime) -> bool:
        """For ever."""
        return True

    def overdue(self, application: Application, place: int, *, now: datetime) -> Moved:
        """The lots are drawn."""
        won = replace(application.gates[place], state=GateState.MET)
        return advance(application.with_gate(place, won), now=now)

    def resume(self, application: Application, place: int, *, now: datetime) -> Moved:
        """Drawn at the next look."""
        return Moved(application=replace(application, deadline=now))

    def needless(self, application: Application, place: int, *, reason: str, now: datetime) -> tuple[Event, ...]:
        """Nobody waits for it."""
        return ()


GATE = Draw()
