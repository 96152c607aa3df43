"""What intake says and answers: applications.

Fields named `request`, `facts` and `contact` are locked (JWE compact, see services/chassis/locking.py): who carries
them need not, and mostly cannot, read them. `town` is always a REFNIS code, `citizen` the national number (11 digits)
that the sign-in vouches for; `other_numbers` are the same citizen's, as the registry told them (ReadNumbers): what was
filed under any of them is theirs.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from services.contracts.errors import Refusal
from services.contracts.events import Event, event, one_of
from services.contracts.notify import NotTold
from services.contracts.plans import Plan
from services.contracts.questions import Question, question

LIFETIME_DAYS = 30
"""How many days after that of the first asking, to the end of the last, the register's facts are waited for. A gate has
days of its own beside them (lifetime_days)."""

LIFETIME = timedelta(days=LIFETIME_DAYS + 1, hours=1)
"""Longer than facts are ever waited for: the day of the asking counts besides, and in October one day has 25 hours."""


def lifetime_days(open_for: Iterable[int]) -> int:
    """Days after that of its filing, to the end of the last, after which no application without a certificate lives
    unless it is cleared by then.

    `open_for` are those that each gate beyond the facts may be open: after each the facts may be asked anew.
    """
    return LIFETIME_DAYS + sum(days + LIFETIME_DAYS for days in open_for)


LONGEST_KEY = 255


class State(StrEnum):
    """Where an application stands: while a gate is open, what its citizen sees of that one (intake/domain/gates/).

    `awaiting-payment` and `awaiting-decision` come with payments and officers' decisions.
    """

    SUBMITTED = "submitted"
    LOOKED_UP = "looked-up"
    AWAITING_PAYMENT = "awaiting-payment"
    AWAITING_DECISION = "awaiting-decision"
    AWAITING_CONFIRMATION = "awaiting-confirmation"
    DEFERRED = "deferred"
    CLEARED = "cleared"
    ISSUED = "issued"
    DELIVERED = "delivered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


ENDED = frozenset({State.REFUSED, State.WITHDRAWN, State.EXPIRED})
"""Ends without a certificate: nothing leads out of them."""

AWAITING_REGISTER = frozenset({State.SUBMITTED, State.DEFERRED})
"""The register's answer is what comes next."""

AWAITING_OTHERS = frozenset({State.AWAITING_PAYMENT, State.AWAITING_DECISION, State.AWAITING_CONFIRMATION})
"""A gate beyond the facts is open."""

WITHDRAWABLE = AWAITING_REGISTER | AWAITING_OTHERS
"""Nothing is under way at documents, so taking it back cannot cross a certificate being made."""


class AskedAgain(StrEnum):
    """Why the register is asked again, to the registry and in a timeline."""

    FACTS_EXPIRED = "facts-expired"
    OVERDUE = "overdue"
    RESTORED = "restored"
    """The store was restored: what was answered in the time that is lost is not known any more."""


CODES = (*Refusal, *AskedAgain, *NotTold)
"""All codes that an application, or a line of its timeline, may have."""


def is_idempotency_key(text: str) -> bool:
    """Is it 1 to 255 printable ASCII characters?

    Of these the draft makes a key (draft-ietf-httpapi-idempotency-key-header, section 2.1; RFC 9651, section 3.3.3).
    """
    return 1 <= len(text) <= LONGEST_KEY and text.isascii() and text.isprintable()


@event("intake", "application-submitted")
@dataclass(frozen=True, kw_only=True)
class ApplicationSubmitted(Event):
    """A citizen filed an application; the register is to be asked, for the first time. `plan` is what binds."""

    application_id: str
    product: str
    request: str
    submitted_at: datetime
    plan: Plan | None = None


@event("intake", "extract-requested")
@dataclass(frozen=True, kw_only=True)
class ExtractRequested(Event):
    """The register is to be asked again: the facts grew too old (`facts-expired`) or no answer came (`overdue`):
    `reason` is an AskedAgain. `asking` counts the askings from 1 (0: by a version that did not count); the answer names
    it."""

    application_id: str
    product: str
    request: str
    reason: str = one_of(AskedAgain)
    requested_at: datetime
    asking: int = 0
    plan: Plan | None = None


@event("intake", "application-cleared")
@dataclass(frozen=True, kw_only=True)
class ApplicationCleared(Event):
    """Nothing stands between the application and its certificate, until the facts grow too old at `facts_expire_at`.

    `met` are the gates of its plan that were passed beyond the facts; None where whoever says so knows of none.
    `recheck` came with the facts (ExtractCompiled).
    """

    application_id: str
    product: str
    language: str
    facts: str
    contact: str
    facts_expire_at: datetime
    cleared_at: datetime
    plan: Plan | None = None
    met: tuple[str, ...] | None = None
    recheck: str = ""


@event("intake", "application-refused")
@dataclass(frozen=True, kw_only=True)
class ApplicationRefused(Event):
    """The application ended without a certificate; `code` is a Refusal."""

    application_id: str
    product: str
    language: str
    contact: str
    code: str = one_of(Refusal)
    refused_at: datetime


@event("intake", "application-expired")
@dataclass(frozen=True, kw_only=True)
class ApplicationExpired(Event):
    """The application passed its last deadline without a certificate; `code` is the Refusal for which it waited to the
    end, None where there is none. `no-longer-given`: an operator ended it before (EndApplication)."""

    application_id: str
    product: str
    language: str
    contact: str
    expired_at: datetime
    code: str | None = None


@event("intake", "application-withdrawn")
@dataclass(frozen=True, kw_only=True)
class ApplicationWithdrawn(Event):
    """Its applicant took the application back: nothing about its subject is to be looked up any more."""

    application_id: str
    product: str
    withdrawn_at: datetime


@event("intake", "application-moved", ephemeral=True)
@dataclass(frozen=True, kw_only=True)
class ApplicationMoved(Event):
    """A hint for live pages that the timeline has grown, said only while somebody watches (see ReadApplication).
    Best effort: who misses it reads the timeline.
    """

    application_id: str
    state: str = one_of(State)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One line of a timeline. `code` is one of CODES, where there is one; `expected_by` a promise."""

    at: datetime
    state: str
    code: str | None = None
    expected_by: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ApplicationView:
    """What a citizen sees of an application: state, timeline and, once issued, the certificate's id.

    `capacity` is as it was asked (extracts.Request), None for one filed before it was kept. `passed_through`: it was
    filed for another authority's document; of what an earlier version filed only a federal attest is told, and the
    product's file says the rest.
    """

    application_id: str
    product: str
    language: str
    state: str
    version: int
    submitted_at: datetime
    deadline: datetime | None = None
    certificate_id: str | None = None
    code: str | None = None
    timeline: tuple[Step, ...] = ()
    capacity: str | None = None
    passed_through: bool = False

    @property
    def is_settled(self) -> bool:
        """Nothing more comes by itself: who follows it need not look again. Only a view with its timeline can tell.

        Delivered, or ended without a certificate; or issued where its citizen could not be told. From there only an
        operator leads on, who has the message sent after all.
        """
        if self.state == State.ISSUED:
            return any(step.code in set(NotTold) for step in self.timeline)
        return self.state == State.DELIVERED or self.state in ENDED


MOST_LISTED = 100
"""Applications on one page of a list."""


@dataclass(frozen=True, kw_only=True)
class Position:
    """A place in somebody's list of applications, newest first; of two of the same moment the later id comes first.

    `submitted_at` counts to the millisecond. It stays where it is, whatever is filed after it.
    """

    submitted_at: datetime
    application_id: str


@dataclass(frozen=True, kw_only=True)
class ApplicationList:
    """One page, without timelines. Behind `last` there are more; None where there are not."""

    applications: tuple[ApplicationView, ...]
    last: Position | None = None


@question("intake", answer=ApplicationView)
@dataclass(frozen=True, kw_only=True)
class SubmitApplication(Question[ApplicationView]):
    """File an application. `body_digest` is the SHA-256 of what the citizen sent, in canonical JSON.

    Where `other_numbers` may not be all, the answer is OtherNumbersWanted if they could matter. They hardly ever do, so
    that who files waits for the register only then.
    """

    town: str
    citizen: str
    idempotency_key: str
    body_digest: str
    product: str
    subject: str | None = None
    language: str | None = None
    email: str | None = None
    fields: dict[str, str] = field(default_factory=dict)
    other_numbers: tuple[str, ...] = ()
    are_all: bool = True


@dataclass(frozen=True, kw_only=True)
class Acceptable:
    """Intake would take the form."""


@question("intake", answer=Acceptable)
@dataclass(frozen=True, kw_only=True)
class CheckApplication(Question[Acceptable]):
    """Would the form be taken? Nothing is filed; what is wrong comes as SubmitApplication would say it."""

    town: str
    citizen: str
    product: str
    subject: str | None = None
    language: str | None = None
    email: str | None = None
    fields: dict[str, str] = field(default_factory=dict)
    other_numbers: tuple[str, ...] = ()


@question("intake", answer=ApplicationList)
@dataclass(frozen=True, kw_only=True)
class ListApplications(Question[ApplicationList]):
    """The citizen's own applications, newest first: at most `limit` (1 to MOST_LISTED), those behind `after`."""

    town: str
    citizen: str
    other_numbers: tuple[str, ...] = ()
    limit: int = MOST_LISTED
    after: Position | None = None


@question("intake", answer=ApplicationView)
@dataclass(frozen=True, kw_only=True)
class ReadApplication(Question[ApplicationView]):
    """One of the citizen's own applications. Who is `watching` it, and asks again at least every five minutes, is
    hinted to at each move after the one that is answered.
    """

    town: str
    citizen: str
    application_id: str
    other_numbers: tuple[str, ...] = ()
    watching: bool = False


@question("intake", answer=ApplicationView)
@dataclass(frozen=True, kw_only=True)
class WithdrawApplication(Question[ApplicationView]):
    """Take back an application that is not cleared yet."""

    town: str
    citizen: str
    application_id: str
    other_numbers: tuple[str, ...] = ()


@question("intake", answer=ApplicationView)
@dataclass(frozen=True, kw_only=True)
class EndApplication(Question[ApplicationView]):
    """End an application for which the catalogue lacks something (plans.lacking); its citizen is told
    `no-longer-given`.

    Ending it twice is the same. One that is cleared is not ended: once its facts are too old documents is asked whether
    it made it, and where it did not, asking this once more ends it. Raises NotFound, StillGiven, StillBeingMade or
    ApplicationOver.
    """

    town: str
    application_id: str


@question("intake", answer=ApplicationView)
@dataclass(frozen=True, kw_only=True)
class FindCertificate(Question[ApplicationView]):
    """May this citizen read this certificate? Answered with the application it belongs to."""

    town: str
    citizen: str
    certificate_id: str
    other_numbers: tuple[str, ...] = ()
