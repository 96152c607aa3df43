"""What documents says and answers: certificates."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.contracts.errors import Refusal
from services.contracts.events import Event, event, one_of
from services.contracts.questions import Question, question
from services.contracts.restoring import LostTime
from services.contracts.town_setups import TownSetup

LARGEST_PDF = 5 * 1024 * 1024
"""Bytes of the largest file that is looked at for VerifyFile; our own are under 300 kB."""


@event("documents", "certificate-issued")
@dataclass(frozen=True, kw_only=True)
class CertificateIssued(Event):
    """A certificate exists, sealed and stored; from now on it can be verified."""

    application_id: str
    certificate_id: str
    product: str
    language: str
    sha256: str
    contact: str
    issued_at: datetime


@event("documents", "facts-expired")
@dataclass(frozen=True, kw_only=True)
class FactsExpired(Event):
    """The facts of a cleared application were too old, or of an earlier version, when documents came to issue on them.

    `facts_expire_at` says which facts: those that were cleared with it.
    """

    application_id: str
    found_at: datetime
    facts_expire_at: datetime | None = None


@event("documents", "certificate-unprintable")
@dataclass(frozen=True, kw_only=True)
class CertificateUnprintable(Event):
    """What the register holds cannot be put on paper, so there is no certificate of this application, and never will
    be: `code`, a Refusal, says why. Which character it is, or where it stands, is not told."""

    application_id: str
    code: str = one_of([Refusal.CHARACTER_UNPRINTABLE, Refusal.TOO_LONG_TO_PRINT])
    found_at: datetime


@event("documents", "recheck-requested")
@dataclass(frozen=True, kw_only=True)
class RecheckRequested(Event):
    """Somebody checks a certificate, so the register is to be asked whether it still says the same: once in a Belgian
    day at most. `recheck` is the registry's own (ExtractCompiled); `asking` counts from 1, and the answer names it."""

    application_id: str
    product: str
    recheck: str
    asking: int
    requested_at: datetime


@dataclass(frozen=True, kw_only=True)
class CertificateFile:
    """`pdf` is base64; `filename` holds the number, never a name of a person."""

    filename: str
    sha256: str
    pdf: str


class Verdict(StrEnum):
    """What is said of a code, or of a file."""

    AUTHENTIC = "authentic"
    SUPERSEDED = "superseded"
    UNKNOWN = "unknown"
    UNTOUCHED = "untouched"
    ALTERED = "altered"
    NO_LONGER_KEPT = "no-longer-kept"
    NOT_OURS = "not-ours"


SEALS = ("unbroken", "broken")
"""What is said of a seal that is not the town's: it covers the file as it is, or it does not any more."""


@dataclass(frozen=True, kw_only=True)
class Rechecked:
    """What is known of whether a certificate is still true.

    `state` is a StillTrue, as the register was last asked at `asked_at`; None where it has not been yet.
    `is_being_asked`: it is asked now or soon, and a later look tells more.
    """

    state: str
    asked_at: datetime | None = None
    is_being_asked: bool = False


@dataclass(frozen=True, kw_only=True)
class Verification:
    """`verdict` is a Verdict: the first three are said of a code, the others of a file.

    The rest says something of the certificate, nothing of the person, and only where the verdict is not
    unknown, no-longer-kept or not-ours. Of an `altered` file it is what the town issued under the one code that the
    file carries, never that it were current; nothing where it carries none, or several, or where its QR code
    `leads_elsewhere`, to another site than the town's. `current_through` is the last
    day, to its end, on which it is presented as current; `is_current`, whether that has not passed and the register was
    not found to say otherwise, is said where the certificate still stands: `authentic`, or `untouched` and not
    superseded. `still_true` is said of such a one, until its last day has passed, where the town has that on for its
    product. `lost` is said where the verdict is unknown or no-longer-kept: what was issued in those times is not in the
    town's records, and may be genuine.
    `passed_through`: another authority made the document and sealed it, and nothing of the town stands on it.
    `seal` is one of SEALS, said of a file that is not-ours and bears the seal of somebody. `another_town` is the NIS
    code of the town of this deployment whose seal that is, on a certificate with a number of its own: unbroken on one
    that is not-ours, of which that town says whether it is one; broken on one that is `altered`.
    """

    verdict: str
    product: str | None = None
    number: str | None = None
    issued_at: datetime | None = None
    current_through: date | None = None
    is_current: bool | None = None
    superseded_at: datetime | None = None
    leads_elsewhere: bool = False
    lost: tuple[LostTime, ...] = ()
    passed_through: bool = False
    still_true: Rechecked | None = None
    seal: str | None = None
    another_town: str | None = None


@question("documents", answer=CertificateFile)
@dataclass(frozen=True, kw_only=True)
class FetchCertificate(Question[CertificateFile]):
    """The sealed PDF of an application's certificate. Who may have it is decided before (FindCertificate)."""

    town: str
    application_id: str
    certificate_id: str


@question("documents", answer=Verification)
@dataclass(frozen=True, kw_only=True)
class VerifyCode(Question[Verification]):
    """Has this town a certificate with this code? What codes.typed_code forgives is forgiven."""

    town: str
    code: str


@question("documents", answer=Verification)
@dataclass(frozen=True, kw_only=True)
class VerifyFile(Question[Verification]):
    """Is this PDF (base64) one of this town's certificates, to the last byte?"""

    town: str
    pdf: str


@dataclass(frozen=True, kw_only=True)
class CertificatePicture:
    """The first page as a PNG, in base64."""

    png: str


@question("documents", answer=CertificatePicture)
@dataclass(frozen=True, kw_only=True)
class PreviewCertificate(Question[CertificatePicture]):
    """What a certificate would look like if a town were served so: about nobody, marked as a specimen, without a seal
    and with a code that no certificate ever has. Nothing is kept of it.

    `language` is one of the town's. Raises NotFound (no such town, no product that can be shown) and TownNotInOrder.
    """

    town: str
    setup: TownSetup
    language: str
