"""An application: what a citizen files, and where it stands."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from services.contracts.events import Event
from services.contracts.intake import (
    AWAITING_REGISTER,
    ENDED,
    LIFETIME_DAYS,
    ApplicationMoved,
    ApplicationView,
    State,
    Step,
)
from services.contracts.plans import Plan
from services.intake.domain.gate import FACTS, Gate, GateState

ISSUED = frozenset({State.ISSUED, State.DELIVERED})
"""There is a certificate: nothing leads back from here."""


@dataclass(frozen=True, kw_only=True)
class Application:
    """One application of one citizen in one town.

    `applicant`, `idempotency_key` and `body_digest` are keyed pseudonyms: nothing in them can be guessed back without
    the key. `request`, `contact`, `facts` and `recheck`, which came with the facts, are locked and empty once nobody
    needs them any more. `deadline` is when the sweeper looks at it again, `expires_at` when it gives up on the gate
    that is open, and `ends_at` when it does whatever is open. `gates` are those of its plan, the facts' first;
    `facts_digest` tells the facts from others, and nothing about them. `capacity` says in which its citizen asks, so
    that a refusal speaks to or of somebody; about whom stays in `request`. `early` holds what notify said before
    documents was heard.
    """

    id: str
    town: str
    applicant: str
    idempotency_key: str
    body_digest: str
    product: str
    language: str
    fresh_for_minutes: int
    request: str
    contact: str
    submitted_at: datetime
    expires_at: datetime
    state: State
    deadline: datetime | None
    timeline: tuple[Step, ...]
    early: tuple[Step, ...] = ()
    facts: str = ""
    facts_expire_at: datetime | None = None
    facts_digest: str = ""
    recheck: str = ""
    gates: tuple[Gate, ...] = ()
    plan: Plan | None = None
    ends_at: datetime | None = None
    certificate_id: str | None = None
    code: str | None = None
    capacity: str | None = None
    version: int = 1
    origin: object = field(default=None, compare=False, repr=False)
    """What the store read it from and needs to save it."""

    @property
    def has_ended(self) -> bool:
        """No certificate, and none will come."""
        return self.state in ENDED

    @property
    def facts_gate(self) -> Gate:
        """The first of its gates."""
        return self.gates[0]

    @property
    def open_place(self) -> int | None:
        """The place of the first gate that is not met; None where all are."""
        return next((place for place, gate in enumerate(self.gates) if gate.state is not GateState.MET), None)

    def with_gate(self, place: int, gate: Gate) -> "Application":
        """One of its gates as it stands now."""
        return replace(self, gates=(*self.gates[:place], gate, *self.gates[place + 1 :]))

    def to(
        self, state: State, *, at: datetime, code: str | None = None, expected_by: datetime | None = None
    ) -> "Application":
        """In another state, with a line about it in the timeline."""
        step = Step(at=at, state=state, code=code, expected_by=expected_by)
        return replace(self, state=state, code=code).noted(step)

    def noted(self, step: Step) -> "Application":
        """With a line more in the timeline, which never runs backwards though the clocks of two machines may differ."""
        at = max(step.at, self.timeline[-1].at)
        return replace(self, timeline=(*self.timeline, replace(step, at=at)))

    def closed(self) -> "Application":
        """Without what was locked for others: nobody will need to know any more who asked what."""
        gates = tuple(each.closed() for each in self.gates)
        return replace(
            self, request="", contact="", facts="", recheck="", facts_expire_at=None, deadline=None, gates=gates
        )

    def view(self, *, with_timeline: bool = True) -> ApplicationView:
        """What its applicant may see. `deadline` is when the town gives up, while that can still happen."""
        settled = self.has_ended or self.state in ISSUED
        return ApplicationView(
            application_id=self.id,
            product=self.product,
            language=self.language,
            state=self.state,
            version=self.version,
            submitted_at=self.submitted_at,
            deadline=None if settled else self.expires_at,
            certificate_id=self.certificate_id,
            code=self.code,
            timeline=self.timeline if with_timeline else (),
            capacity=self.capacity,
            passed_through=self.plan is not None and self.plan.is_passed_through,
        )


@dataclass(frozen=True, kw_only=True)
class Moved:
    """An application after a move, and the events that the move causes."""

    application: Application
    events: tuple[Event, ...] = ()


def hint(application: Application) -> ApplicationMoved:
    """For live pages: the timeline has grown."""
    return ApplicationMoved(application_id=application.id, state=application.state)


def reconciled(application: Application) -> Application:
    """As the last version left it, which knows no gates and moves applications without them: one that has none has that
    of the facts, whose state follows from the application's.
    """
    gates = application.gates or (
        Gate(kind=FACTS, open_for=LIFETIME_DAYS, asking=1, expires_at=application.expires_at),
    )
    facts = gates[0]
    if application.state in AWAITING_REGISTER:
        facts = replace(facts, state=GateState.ASKED)
    elif not application.has_ended:
        facts = replace(facts, state=GateState.MET)
    elif facts.state is not GateState.MET:
        facts = replace(facts, state=GateState.FAILED)
    return replace(application, gates=(facts, *gates[1:]))
