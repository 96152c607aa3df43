"""Questions and answers between the gateway and the services. All travel sealed: no queue holds a readable name.

`town` is always a REFNIS code, `citizen` the national number (11 digits) that the sign-in vouches for.
"""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class SubmitApplication:
    """File an application. `body_digest` is the SHA-256 of what the citizen sent, in canonical JSON."""

    town: str
    citizen: str
    idempotency_key: str
    body_digest: str
    product: str
    subject: str | None = None
    language: str | None = None
    email: str | None = None
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ListApplications:
    """The citizen's own applications, newest first."""

    town: str
    citizen: str


@dataclass(frozen=True, kw_only=True)
class ReadApplication:
    """One of the citizen's own applications."""

    town: str
    citizen: str
    application_id: str


@dataclass(frozen=True, kw_only=True)
class WithdrawApplication:
    """Take back an application that is not cleared yet."""

    town: str
    citizen: str
    application_id: str


@dataclass(frozen=True, kw_only=True)
class FindCertificate:
    """May this citizen read this certificate? Answered with the application it belongs to."""

    town: str
    citizen: str
    certificate_id: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """One line of a timeline. `code` is a Refusal, or a notify slug, where there is one; `expected_by` a promise."""

    at: datetime
    state: str
    code: str | None = None
    expected_by: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ApplicationView:
    """What a citizen sees of an application: state, timeline and, once issued, the certificate's id."""

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


@dataclass(frozen=True, kw_only=True)
class ApplicationList:
    """Without timelines."""

    applications: tuple[ApplicationView, ...]


@dataclass(frozen=True, kw_only=True)
class ReadPrefill:
    """What the register knows already for this citizen's form of this product."""

    town: str
    citizen: str
    product: str


@dataclass(frozen=True, kw_only=True)
class Person:
    """Someone the citizen may ask about: the citizen (`self`) or a minor child (`parent`)."""

    national_number: str
    name: str
    capacity: str


@dataclass(frozen=True, kw_only=True)
class Prefill:
    """The people the citizen may ask about. Empty, with a Refusal as `code`, where the register refuses or is away."""

    subjects: tuple[Person, ...] = ()
    code: str | None = None


@dataclass(frozen=True, kw_only=True)
class FetchCertificate:
    """The sealed PDF of a certificate. Who may have it is decided before (FindCertificate)."""

    town: str
    certificate_id: str


@dataclass(frozen=True, kw_only=True)
class CertificateFile:
    """`pdf` is base64; `filename` holds the number, never a name of a person."""

    filename: str
    sha256: str
    pdf: str


@dataclass(frozen=True, kw_only=True)
class VerifyCode:
    """Has this town a certificate with this code? Spaces, hyphens, case, O for 0 and I or L for 1 are forgiven."""

    town: str
    code: str


@dataclass(frozen=True, kw_only=True)
class VerifyFile:
    """Is this PDF (base64) one of this town's certificates, to the last byte?"""

    town: str
    pdf: str


@dataclass(frozen=True, kw_only=True)
class Verification:
    """`verdict` is `authentic`, `superseded` or `unknown` for a code; `untouched`, `altered` or `not-ours` for a file.

    The rest says something of the certificate, nothing of the person, and only where the verdict is not
    unknown or not-ours.
    """

    verdict: str
    product: str | None = None
    number: str | None = None
    issued_at: datetime | None = None
    current_until: datetime | None = None
    superseded_at: datetime | None = None
