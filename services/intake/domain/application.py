"""An application: what a citizen files, and where it stands."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from services.contracts.events import Event
from services.contracts.intake import ENDED, ApplicationMoved, ApplicationView, State, Step

ISSUED = frozenset({State.ISSUED, State.DELIVERED})
"""There is a certificate: nothing leads back from here."""

AWAITING_REGISTER = frozenset({State.SUBMITTED, State.DEFERRED})
"""The register's answer is what comes next."""

WITHDRAWABLE = frozenset({State.SUBMITTED, State.AWAITING_PAYMENT, State.AWAITING_DECISION, State.DEFERRED})
"""Nothing is under way at documents, so taking it back cannot cross a certificate being made."""


@dataclass(frozen=True, kw_only=True)
class Application:
    """One application of one citizen in one town.

    `applicant`, `idempotency_key` and `body_digest` are keyed pseudonyms: nothing in them can be guessed back without
    the key. `request`, `contact` and `facts` are locked and empty once nobody needs them any more. `deadline` is when
    the sweeper looks at it again, `expires_at` when it gives up. `capacity` says in which its citizen asks, so that a
    refusal speaks to or of somebody; about whom stays in `request`. `early` holds what notify said before documents was
    heard.
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
        return replace(self, request="", contact="", facts="", facts_expire_at=None, deadline=None)

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
        )


@dataclass(frozen=True, kw_only=True)
class Moved:
    """An application after a move, and the events that the move causes."""

    application: Application
    events: tuple[Event, ...] = ()


def hint(application: Application) -> ApplicationMoved:
    """For live pages: the timeline has grown."""
    return ApplicationMoved(application_id=application.id, state=application.state)
