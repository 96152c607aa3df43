"""What notify says and answers: whether a citizen could be told; what departments hear, and who they are."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from services.contracts.confirmations import Answered, Waiting
from services.contracts.events import Event, event, one_of
from services.contracts.facts import Parts
from services.contracts.questions import Question, question
from services.contracts.town_setups import TownSetup


class NotTold(StrEnum):
    """Why a citizen could not be told. What the application led to stays available."""

    ADDRESS_MALFORMED = "address-malformed"
    ADDRESS_REFUSED = "address-refused"
    MESSAGE_REFUSED = "message-refused"
    NOT_TOLD = "not-told"
    """Nobody knows why: notify has said nothing for too long."""


@event("notify", "citizen-told")
@dataclass(frozen=True, kw_only=True)
class CitizenTold(Event):
    """A message about the outcome left for the citizen through `channel`."""

    application_id: str
    channel: str
    told_at: datetime


@event("notify", "message-undeliverable")
@dataclass(frozen=True, kw_only=True)
class MessageUndeliverable(Event):
    """The citizen could not be told: the channel refused for good. `code` is a NotTold."""

    application_id: str
    channel: str
    code: str = one_of(NotTold)
    refused_at: datetime


@event("notify", "answer-given", about="answer")
@dataclass(frozen=True, kw_only=True)
class AnswerGiven(Event):
    """A department answers one asking of a confirmation (confirmations.AnswerConfirmation), by an event of its own with
    the id `given_id`. `department` is as whom it was asked, `given_by` who it is; both were compared with what it may.
    """

    answer_id: str
    application_id: str
    reference: str
    asking: int
    department: str
    product: str
    outcome: str
    given_by: str
    given_id: str
    given_at: datetime


@dataclass(frozen=True, kw_only=True)
class Pass:
    """As what a department asks: `town` is the one that is asked, `key` the id of what it was admitted with.

    Whoever answers looks whether that still holds, and raises NotAdmitted where it does not.
    """

    town: str
    department: str
    key: str


@dataclass(frozen=True, kw_only=True)
class Admission:
    """It is let in, by the secret or certificate of this id."""

    key: str


@question("notify", answer=Admission)
@dataclass(frozen=True, kw_only=True)
class AdmitDepartment(Question[Admission]):
    """May this department ask here, which shows a `secret`, or a certificate with this SHA-256 `thumbprint` (hex)?

    Answered with NotAdmitted where not.
    """

    town: str
    department: str
    secret: str | None = None
    thumbprint: str | None = None


MOST_EVENTS = 100
"""On one page."""

LONGEST_CURSOR = 400


@dataclass(frozen=True, kw_only=True)
class EventPage:
    """`events` as they were published, to the last byte, in the order in which they are counted; `after` is the place
    behind them. `more`: there is more behind it already."""

    events: tuple[str, ...]
    after: str
    more: bool


@question("notify", answer=EventPage)
@dataclass(frozen=True, kw_only=True)
class ReadEvents(Question[EventPage]):
    """What this department heard of this town, and of the sandbox, behind a place (from the first that is kept, where
    it is None): at most `limit`, of 1 to MOST_EVENTS.

    Answered with InvalidField where the place is not this department's in this town, EventsGone where something behind
    it is not kept any more.
    """

    asked_by: Pass
    after: str | None = None
    limit: int = MOST_EVENTS


@dataclass(frozen=True, kw_only=True)
class TopicView:
    """Events of one topic, in this town: the `event` and the `product`, `*` where it is any."""

    event: str
    product: str


@dataclass(frozen=True, kw_only=True)
class KeyView:
    """A secret or certificate (`kind`) that admits a department, by its id."""

    id: str
    kind: str
    made_at: datetime


@dataclass(frozen=True, kw_only=True)
class DepartmentView:
    """What is kept of a department, as it may read it: what it hears in this town and which facts it may ask for, what
    for, and how it is admitted.

    `answers` is as whom it is asked for confirmations in this town, in the words of the catalogue's gates.

    `told` are the events of this town that it was told and that are kept, the last at `last_told_at`. `waiting` and
    `parked` are messages at the broker, None where that does not tell. `refusals_untold` are its answers, to all towns,
    that were refused today and of which it was not told, since too many were.
    """

    department: str
    title: str
    purpose: str
    heard: tuple[TopicView, ...]
    facts: tuple[str, ...]
    answers: tuple[str, ...]
    keys: tuple[KeyView, ...]
    added_at: datetime
    told: int
    last_told_at: datetime | None = None
    waiting: int | None = None
    parked: int | None = None
    refusals_untold: int


@question("notify", answer=DepartmentView)
@dataclass(frozen=True, kw_only=True)
class ReadDepartment(Question[DepartmentView]):
    """What does this department hear here, and why?"""

    asked_by: Pass


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """A department that hears of a town, as people call it, and what for; it may ask for these `facts`."""

    title: str
    purpose: str
    facts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Recipients:
    """By title."""

    recipients: tuple[Recipient, ...]


@question("notify", answer=Recipients)
@dataclass(frozen=True, kw_only=True)
class ListRecipients(Question[Recipients]):
    """Which departments hear what happens in this town? Anybody may know."""

    town: str


@dataclass(frozen=True, kw_only=True)
class Referred:
    """Which application an event is about, and who wants to know more of it: a department, as people call it and what
    for it may know these `facts`. An event of the sandbox is about none (None); then there are `invented` facts.
    """

    application_id: str | None
    product: str
    title: str
    purpose: str
    facts: tuple[str, ...]
    invented: Annotated[dict[str, Any], Parts] = field(default_factory=dict)


@question("notify", answer=Referred)
@dataclass(frozen=True, kw_only=True)
class ReadReference(Question[Referred]):
    """Which application is this, of which this department has heard in this town? NotFound where it has not, and in the
    sandbox FactsNotAllowed where there is nothing of the product that it may know."""

    asked_by: Pass
    reference: str


@dataclass(frozen=True, kw_only=True)
class SandboxTold:
    """What was told, as it was published."""

    events: tuple[str, ...]


@question("notify", answer=SandboxTold)
@dataclass(frozen=True, kw_only=True)
class TellSandbox(Question[SandboxTold]):
    """Tell this department alone one of each of these events, of every event where none is named, in the town that
    there is not (departments.SANDBOX). InvalidField where there is no such event, TooManyRequests where it was told too
    many today."""

    asked_by: Pass
    events: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Roles:
    """As which `departments` one is asked for confirmations here, in the words of the catalogue's gates."""

    departments: tuple[str, ...]


@question("notify", answer=Roles)
@dataclass(frozen=True, kw_only=True)
class ReadRoles(Question[Roles]):
    """Whose confirmations does this department give here?"""

    asked_by: Pass


@dataclass(frozen=True, kw_only=True)
class FoundConfirmation:
    """One confirmation, by intake's `reference`, of whom it is asked there (`department`), and who gives it: as people
    call it, and what for it may know about whom it is. One of the sandbox intake does not know: `rehearsed` is all that
    there is of it, and whether it `is_answered` already."""

    reference: str
    application_id: str
    department: str
    title: str
    purpose: str
    rehearsed: Waiting | None = None
    is_answered: bool = False


@question("notify", answer=FoundConfirmation)
@dataclass(frozen=True, kw_only=True)
class FindConfirmation(Question[FoundConfirmation]):
    """Which confirmation is this, that this department gives here? NotFound where it does not."""

    asked_by: Pass
    confirmation: str


@question("notify", answer=Answered)
@dataclass(frozen=True, kw_only=True)
class RehearseAnswer(Question[Answered]):
    """The department's answer to what it was asked in the sandbox; it is told what would have come of it.

    As confirmations.AnswerConfirmation, and TooManyRequests where it was told too much of the sandbox today.
    """

    asked_by: Pass
    confirmation: str
    asking: int
    outcome: str


@dataclass(frozen=True, kw_only=True)
class MailPicture:
    """A mail as its reader has it: from whom, its subject, and its HTML, which refers to nothing outside itself."""

    sender: str
    subject: str
    html: str


@question("notify", answer=MailPicture)
@dataclass(frozen=True, kw_only=True)
class PreviewMail(Question[MailPicture]):
    """What the mail about a certificate would look like if a town were served so: to nobody, about an application that
    there is not. Nothing is sent.

    `language` is one of the town's. Raises NotFound and TownNotInOrder.
    """

    town: str
    setup: TownSetup
    language: str
