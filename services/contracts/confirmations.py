"""What intake says to another department whose confirmation an application needs, and how that one answers.

`reference` names one confirmation of one application; `asking` counts how often it was asked for, from 1. Nothing here
names a person but `concerning`, which is locked for who answers there as that department (KeyRing.derived).
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.contracts.events import Event, event, one_of
from services.contracts.questions import Question, question

LONGEST_ANSWERER = 200

MOST_ASKINGS = 1_000_000
"""Of one confirmation; a number beyond is of none."""


class Outcome(StrEnum):
    """What a department answers."""

    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not-confirmed"


class Needless(StrEnum):
    """Why an answer is no longer needed."""

    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REFUSED = "refused"
    ANSWERED = "answered"
    """By whoever was asked: several departments may answer in one role, and an operator may for them."""


@dataclass(frozen=True, kw_only=True)
class Concerned:
    """About whom is asked, by national number (11 digits), and the fields of the form that the department needs."""

    national_number: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ConfirmationEvent(Event):
    """About the confirmation of that reference, which a department gives for an application."""

    application_id: str
    reference: str
    asking: int
    department: str
    product: str


@event("intake", "confirmation-requested")
@dataclass(frozen=True, kw_only=True)
class ConfirmationRequested(ConfirmationEvent):
    """A department is asked to confirm something about a person, expected by `due_at`; `concerning` is a Concerned,
    locked for it.

    Asked again (a higher `asking`) where the facts changed meanwhile, or a former answer has grown too old.
    """

    concerning: str
    due_at: datetime
    requested_at: datetime


@event("intake", "confirmation-reminded")
@dataclass(frozen=True, kw_only=True)
class ConfirmationReminded(ConfirmationEvent):
    """No answer came by the time that was expected; it is now by `due_at`. At `expires_at` the application is over."""

    due_at: datetime
    expires_at: datetime
    reminded_at: datetime


@event("intake", "confirmation-needless")
@dataclass(frozen=True, kw_only=True)
class ConfirmationNeedless(ConfirmationEvent):
    """No answer is needed any more, and no other is taken: somebody answered, or the application ended. `reason` is a
    Needless."""

    reason: str = one_of(Needless)
    ended_at: datetime


@dataclass(frozen=True, kw_only=True)
class AnswerSettled(Event):
    """What became of an answer that a department gave by an event of its own (notify.AnswerGiven). `answer_id` and
    `given_by` are as they came; `given_id` is the id of the department's event.
    """

    application_id: str
    reference: str
    asking: int
    product: str
    outcome: str
    answer_id: str
    given_by: str
    given_id: str


@event("intake", "answer-taken")
@dataclass(frozen=True, kw_only=True)
class AnswerTaken(AnswerSettled):
    """The answer is kept, by this event or before; see Answered."""

    answered_at: datetime
    counts_until: datetime | None = None


@event("intake", "answer-refused")
@dataclass(frozen=True, kw_only=True)
class AnswerRefused(AnswerSettled):
    """The answer is not taken, and nothing came of it. `code` is the slug of the error that AnswerConfirmation would
    have raised, `detail` that error's."""

    code: str
    detail: str = ""
    refused_at: datetime


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The answer is kept. `counts_until`: whether the application has gone on by then or not, it is asked for anew
    later."""

    reference: str
    asking: int
    outcome: str
    answered_at: datetime
    counts_until: datetime | None = None


@question("intake", answer=Answered)
@dataclass(frozen=True, kw_only=True)
class AnswerConfirmation(Question[Answered]):
    """A department's answer to one asking; `by` says who gave it, as they are known to whoever asks this for them.

    The same answer again is the same. Raises NotFound (no such reference of that department), ConfirmationAnswered,
    ConfirmationOvertaken, ConfirmationOver, or InvalidField.
    """

    town: str
    department: str
    reference: str
    asking: int
    outcome: str
    by: str


MOST_WAITING = 100
"""Told at once, those first that are due first."""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One confirmation that a department has not given yet. `concerning` is a Concerned, locked for it, where one alone
    was asked for."""

    reference: str
    department: str
    product: str
    asking: int
    asked_at: datetime
    due_at: datetime
    expires_at: datetime
    concerning: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class WaitingList:
    """`more`: others wait as well, for whom there was no room."""

    confirmations: tuple[Waiting, ...]
    more: bool


@question("intake", answer=WaitingList)
@dataclass(frozen=True, kw_only=True)
class ListConfirmations(Question[WaitingList]):
    """What waits in this town for these departments, as the catalogue's gates name them?"""

    town: str
    departments: tuple[str, ...]


@question("intake", answer=Waiting)
@dataclass(frozen=True, kw_only=True)
class ReadConfirmation(Question[Waiting]):
    """What is this department asked there? NotFound where nothing, ConfirmationOver where nothing waits any more."""

    town: str
    department: str
    reference: str
