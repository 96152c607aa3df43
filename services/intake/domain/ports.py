"""What intake needs from outside."""

from collections.abc import Container, Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from services.contracts.confirmations import Waiting
from services.contracts.envelope import Cause
from services.contracts.events import Event
from services.contracts.intake import Position
from services.contracts.retention import Cutoffs
from services.contracts.town_setups import TownSetup
from services.intake.domain.application import Application
from services.intake.domain.town_record import TownRecord


class Applications(Protocol):
    """The store of applications. Every question names its town."""

    def add(self, application: Application, events: Sequence[Event]) -> Application:
        """Keep a new application with its events. Gives back what is kept under the applicant's idempotency key."""

    def knows_key(self, *, town: str, idempotency_key: str) -> bool:
        """Whether anybody's application was filed under that key."""

    def with_key(self, *, town: str, applicant: str, idempotency_key: str) -> Application | None:
        """The application filed under that key."""

    def hear(self, application_id: str, cause: Cause) -> Application:
        """The application an event is about, if the event may still act on it.

        Raises AlreadyHandled, Emptied, TryLater (a gap in what was heard) or Unacceptable (unknown, or a replay).
        """

    def save(self, application: Application, events: Sequence[Event], *, cause: Cause | None = None) -> Application:
        """Keep a moved application with the events it causes. Raises ConcurrentChange, and Unacceptable where the store
        does not take it."""

    def say_of_emptied(self, application_id: str, events: Sequence[Event], *, cause: Cause) -> None:
        """What follows from an event for which `hear` raised Emptied. Raises AlreadyHandled and ConcurrentChange."""

    def watch(self, application: Application) -> Application:
        """Somebody does: hints leave at each of its moves for a while. Raises ConcurrentChange."""

    def of(self, *, town: str, applicant: str, limit: int, after: Position | None = None) -> list[Application]:
        """At most so many of the applicant's applications, newest first: those behind a position."""

    def read(self, application_id: str, *, town: str, applicant: str) -> Application | None:
        """One of the applicant's applications."""

    def find(self, application_id: str, *, town: str) -> Application | None:
        """A town's application, whosever it is. Raises Emptied."""

    def with_certificate(self, certificate_id: str, *, town: str, applicant: str) -> Application | None:
        """The applicant's application that led to a certificate."""

    def overdue(self, *, towns: Container[str], now: datetime) -> Iterable[Application]:
        """Those towns' applications whose deadline has passed, the longest overdue first."""

    def resumable(self, *, town: str) -> Iterable[Application]:
        """All that wait for somebody, if the store was restored and `mark_resumed` not been called since."""

    def mark_resumed(self) -> None:
        """All of them have been seen to."""

    def past(self, cutoffs: Cutoffs) -> Iterable[Application]:
        """Some of those filed before their product's cutoff, in all towns; others at each call."""

    def empty(self, application: Application) -> bool:
        """Leave a tombstone that no question finds. False where it changed, or has something to say yet."""


class Pseudonyms(Protocol):
    """Names for what must be found again but not be read: the same in, the same out, and no way back."""

    def of(self, kind: str, *, town: str, value: str) -> str:
        """What came from a citizen in one town; another town knows it by another name."""


class NewId(Protocol):
    """Draws the id of an application."""

    def __call__(self, *, town: str, applicant: str, now: datetime) -> str:
        """Another at each call."""


class WaitingIn(Protocol):
    """What waits in a town for departments."""

    def __call__(self, *, town: str, departments: Sequence[str], limit: int) -> list[Waiting]:
        """At most so many, the first that are due, without what is locked for them."""


class Locks(Protocol):
    """Locks what only the receiving service is to read."""

    def lock(self, value: Any, *, bound_to: str) -> str:
        """A JWE that unlocks only for the application it is bound to."""


class LocksForOthers(Protocol):
    """Locks what only one reader outside Loket is to read."""

    def lock(self, value: Any, *, reader: str, bound_to: str) -> str:
        """A JWE that unlocks only for what it is bound to."""


class TownRecords(Protocol):
    """How towns were and are served."""

    def load(self, town: str) -> TownRecord:
        """One without versions where nothing was ever chosen."""

    def setup(self, key: str) -> TownSetup:
        """What a version chose (Version.setup)."""

    def change(
        self,
        record: TownRecord,
        *,
        setup: TownSetup | None,
        by: str,
        of: int | None,
        changed: tuple[str, ...],
        now: datetime,
    ) -> TownRecord:
        """Another version, with the event that tells it: `of` is the one whose choice it is; None where that is new.
        Raises ConcurrentChange."""
