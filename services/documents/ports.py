"""What documents needs of others: where certificates are kept, who prints, who looks into files, who unlocks."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from services.contracts.documents import CertificateIssued, CertificateUnprintable, FactsExpired, RecheckRequested
from services.contracts.envelope import Cause
from services.contracts.retention import Cutoffs
from services.contracts.town_setups import TownSetup
from services.documents.domain import Certificate, Finding, Order, Printed
from services.documents.still_true import Truth

T = TypeVar("T")


class Certificates(Protocol):
    """Where certificates are kept. `load*` find only issued ones of that town."""

    def draft(self, application_id: str, *, product: str, language: str, now: datetime, cause: Cause) -> Certificate:
        """The certificate of an application: the one that is settled, or one whose number and code are newly drawn at
        each call. Kept before it is issued, a number would be in a backup, and printed again by whoever restores it.

        Raises AlreadyHandled where `cause` had its effect before, or was overtaken.
        """

    def issue(self, certificate: Certificate, *, pdf: bytes, event: CertificateIssued, cause: Cause) -> None:
        """Store the file, then let one write decide who issued.

        Raises ConcurrentChange for who did not, or whose number or code is another's; Unacceptable where the
        application is another town's.
        """

    def refuse(self, certificate: Certificate, *, event: CertificateUnprintable, cause: Cause) -> None:
        """Keep, with its `no_paper`, that it is never issued; raises as `issue` does."""

    def repeat(
        self, certificate: Certificate, *, event: CertificateIssued | CertificateUnprintable, cause: Cause
    ) -> None:
        """Say again what became of it, to who asked again. Raises ConcurrentChange."""

    def report_expired(self, certificate: Certificate, *, event: FactsExpired, cause: Cause) -> None:
        """It stays a draft; the event leaves with it."""

    def load(self, certificate_id: str, *, town: str) -> Certificate | None:
        """By its id."""

    def load_by_code(self, code: str, *, town: str) -> Certificate | None:
        """By its code, as typed_code gives it."""

    def load_by_sha256(self, sha256: str, *, town: str) -> Certificate | None:
        """By the SHA-256 of its file: the newest, where a document of another authority was passed on twice."""

    def load_by_number(self, number: str, *, town: str) -> Certificate | None:
        """By its number."""

    def knows_seal(self, seal: str, *, town: str) -> bool:
        """Was any certificate of this town sealed with it?"""

    def superseded_at(self, certificate: Certificate) -> datetime | None:
        """When a later certificate of the same town, subject and product first stated other facts.

        A later one may know the subject by another number, and this one's as a former one. Where the same document was
        passed on again, later than the last time is meant.
        """

    def pdf(self, certificate: Certificate) -> bytes:
        """The file as it was stored. Raises NotFound where retention has just taken it."""

    def sweep_orphans(self, *, before: datetime) -> int:
        """Remove files older than `before` that no certificate names, but not the oldest; how many there were."""

    def sweep_leftovers(self, *, before: datetime) -> int:
        """Remove some of the files and pieces of files that no certificate names, the oldest first; how many."""

    def settled(self, application_id: str, *, cause: Cause) -> Certificate | None:
        """The certificate of an application, where it is settled, for an event that can bring about none. Raises
        AlreadyHandled where `cause` had its effect before, was overtaken or finds an emptied one."""

    def of(self, application_id: str, *, town: str) -> Certificate | None:
        """The one of an application."""

    def askable(self, *, now: datetime) -> Iterable[Certificate]:
        """Those that can still be asked about (`recheck`) although their last day has passed; and some of all others
        that can, others at each call."""

    def end_recheck(self, certificate: Certificate) -> None:
        """Nothing more is asked about it: what that was done with is gone. Raises ConcurrentChange."""

    def past(self, cutoffs: Cutoffs) -> Iterable[Certificate]:
        """Some of those issued, or told that they never will be, before their product's cutoff, in all towns; others at
        each call."""

    def empty(self, certificate: Certificate) -> bool:
        """Remove its file, where it has one, and leave a tombstone, for which none is ever issued again. False where
        that has to wait."""


class Truths(Protocol):
    """Where is kept what was asked and answered about certificates, each once, with the events that ask."""

    def load(self, application_id: str, *, town: str) -> Truth | None:
        """That of an application's certificate, if it was ever checked."""

    def hear(self, application_id: str, *, cause: Cause) -> Truth | None:
        """The same, for an answer about it, as every process would find it now. Raises AlreadyHandled where `cause` had
        its effect before or finds an emptied one, and Unacceptable."""

    def save(self, truth: Truth, *, events: Sequence[RecheckRequested] = (), cause: Cause | None = None) -> Truth:
        """As it is now, with the events that go with it. Raises ConcurrentChange."""

    def is_any_wanted(self) -> bool:
        """Does any, in any town, wait for the turn to be asked about?"""

    def wanted(self, *, town: str, most: int) -> Iterable[Truth]:
        """Those of a town that wait for their turn, the longest waiting first."""

    def awaited(self, *, since: datetime) -> Iterable[str]:
        """The town of each that was asked about since then and is not answered."""

    def past(self, cutoffs: Cutoffs) -> Iterable[Truth]:
        """Some of those whose certificates were issued before their product's cutoff; others at each call."""

    def empty(self, truth: Truth) -> bool:
        """Leave a tombstone. False where it changed meanwhile."""


class Press(Protocol):
    """Makes sealed files, where that cannot hold up the service."""

    def print(self, order: Order) -> Printed:
        """Raises TryLater (no room, seal or time stamp now), Unprintable (what the facts say cannot be put on paper)
        and Unacceptable (somebody has to mend something first)."""

    def preview(self, order: Order, setup: TownSetup) -> bytes:
        """A picture (PNG) of the first page, if the order's town were served so: a specimen, which is never sealed.
        Raises as above."""


class Examiner(Protocol):
    """Looks into files of others, where they cannot harm the service."""

    def examine(self, pdf: bytes) -> Finding:
        """What a file shows; what cannot be read shows nothing. Raises TryLater."""


class LockedFacts(Protocol):
    """Unlocks facts that were locked for one application."""

    def unlock(self, cls: type[T], token: str, *, bound_to: str) -> T:
        """Raises Unacceptable."""


class Pseudonyms(Protocol):
    """Keyed pseudonyms: the same value gives the same one, and without the key nothing can be tried out."""

    def of(self, kind: str, *, town: str, value: str) -> str:
        """The pseudonym, in hex."""
