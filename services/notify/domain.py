"""What was told to a citizen about one application, and what notify needs from outside."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from services.contracts.delivery import TryLater
from services.contracts.envelope import Cause
from services.contracts.events import Event
from services.contracts.hosts import ascii_host
from services.contracts.notify import NotTold
from services.contracts.retention import Cutoffs
from services.contracts.towns import Town

MOST_DOUBTS = 3
"""How often a message goes out whose acceptance stays in doubt: so many copies a citizen has at most (RFC 1047)."""

FRESH = timedelta(seconds=2)
"""How old a claim may be when sending begins: where the store kept it slowly, another process may soon take it over."""


class Kind(StrEnum):
    """What there is to tell. At most one message of a kind leaves for an application."""

    ISSUED = "issued"
    REFUSED = "refused"
    EXPIRED = "expired"


class Progress(StrEnum):
    """How far a message is. `claimed`: somebody may be sending it right now; `postponed`: nobody is."""

    CLAIMED = "claimed"
    POSTPONED = "postponed"
    SENT = "sent"
    UNDELIVERABLE = "undeliverable"


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message and how far it is; to whom it went is not kept.

    `code` says why it waits or never leaves; `doubts` counts how often it went out without a word of acceptance.
    """

    kind: Kind
    message_id: str
    progress: Progress
    at: datetime
    code: str | None = None
    doubts: int = 0

    @property
    def is_settled(self) -> bool:
        """It left, or never will."""
        return self.progress in (Progress.SENT, Progress.UNDELIVERABLE)


@dataclass(frozen=True, kw_only=True)
class Correspondence:
    """All that was told about one application."""

    id: str
    town: str
    product: str | None = None
    messages: tuple[Message, ...] = ()
    version: int = 0
    origin: object = field(default=None, compare=False, repr=False)
    """What the store read it from and needs to save it."""

    def about(self, product: str) -> "Correspondence":
        """With what the application asked for, by which its time is reckoned."""
        return replace(self, product=product)

    def message(self, kind: Kind) -> Message | None:
        """The message of that kind, if there is one."""
        return next((each for each in self.messages if each.kind is kind), None)

    def claimed(self, kind: Kind, *, message_id: str, now: datetime, patience: timedelta) -> "Correspondence":
        """The intention to send, to be kept before sending. Raises TryLater while another's claim may be at work.

        A claim older than `patience` is of a process that died.
        """
        found = self.message(kind)
        if found and found.progress is Progress.CLAIMED and now < found.at + patience:
            raise TryLater("being-told")
        doubts = found.doubts if found else 0
        return self._with(Message(kind=kind, message_id=message_id, progress=Progress.CLAIMED, at=now, doubts=doubts))

    def doubted(self, kind: Kind, *, now: datetime, code: str) -> "Correspondence":
        """A claimed message may have left or not."""
        noted = self.noted(kind, Progress.POSTPONED, now=now, code=code)
        return noted._with(replace(noted.claim_of(kind), doubts=noted.claim_of(kind).doubts + 1))

    def noted(self, kind: Kind, progress: Progress, *, now: datetime, code: str | None = None) -> "Correspondence":
        """What became of a claimed message."""
        return self._with(replace(self.claim_of(kind), progress=progress, at=now, code=code))

    def claim_of(self, kind: Kind) -> Message:
        """The message that was claimed before. Raises LookupError."""
        found = self.message(kind)
        if found is None:
            raise LookupError("a message is claimed before anything becomes of it")
        return found

    def _with(self, message: Message) -> "Correspondence":
        others = tuple(each for each in self.messages if each.kind is not message.kind)
        return replace(self, messages=(*others, message))


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a channel sends: no fact about the person, only where to read it. `code` is what an expired application
    waited for: it says something of the register, never of the person. `is_of_a_document`: what was asked for is a
    document that another authority made, and no certificate. `product` is what was asked for, by its title in the
    letter's language, where the town has it said."""

    kind: Kind
    message_id: str
    application_id: str
    town: Town
    email: str = field(repr=False)
    language: str
    written_at: datetime
    code: str | None = None
    is_of_a_document: bool = False
    product: str | None = None

    @property
    def link(self) -> str:
        """The application in the portal, in the language that the letter is written in."""
        return f"{self.town.address.rstrip('/')}/applications/{self.application_id}?lang={self.language}"


class Undeliverable(Exception):
    """The channel refuses this message to this citizen for good. `code` is for the timeline."""

    def __init__(self, code: NotTold) -> None:
        super().__init__(code)
        self.code = NotTold(code).value


class InDoubt(Exception):
    """The message went out, but nobody said that it was taken. `code` is a slug for the operator."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Channel(Protocol):
    """A way to reach a citizen."""

    name: str

    def send(self, letter: Letter) -> None:
        """Returns once the message has left. Raises TryLater, Undeliverable or InDoubt."""

    def has_sent(self, message_id: str) -> bool:
        """Whether this process knows that the message has left: then only the mark is missing."""


class Correspondences(Protocol):
    """The store of correspondences."""

    def hear(self, application_id: str, cause: Cause) -> Correspondence:
        """The correspondence an event is for, empty where there is none. Raises AlreadyHandled or Unacceptable."""

    def claim(self, correspondence: Correspondence) -> Correspondence:
        """Keep the intention to send. Raises ConcurrentChange."""

    def save(
        self, correspondence: Correspondence, events: Sequence[Event] = (), *, cause: Cause | None = None
    ) -> Correspondence:
        """Keep what became of it, with the events it causes. Raises ConcurrentChange."""

    def past(self, cutoffs: Cutoffs) -> Iterable[Correspondence]:
        """Some of those with a message older than their product's cutoff, in all towns; others at each call."""

    def empty(self, correspondence: Correspondence) -> bool:
        """Leave a tombstone, about which nothing is told any more. False where it changed meanwhile."""


def message_id(*, application_id: str, town: Town) -> str:
    """The same for every attempt, so that who gets a message twice can tell (RFC 5322, section 3.6.4).

    Every server on the road logs it, so it tells of an application and not how that ended; it ends once.
    """
    return f"<application.{application_id}@{mail_host(town)}>"


def mail_host(town: Town) -> str:
    """The name under which a town's mails are written and handed over."""
    return ascii_host(town.hosts[0].partition(":")[0])
