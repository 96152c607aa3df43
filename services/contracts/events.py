"""Every event of Loket, version 1. Within v1 only additions; a break is a v2 beside it.

Fields named `request`, `facts` and `contact` are sealed (JWE compact, see services/chassis/sealing.py): who carries
them need not, and mostly cannot, read them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol


class Event(Protocol):
    """A fact about one application."""

    TYPE: ClassVar[str]
    EPHEMERAL: ClassVar[bool]

    @property
    def application_id(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class ApplicationSubmitted:
    """A citizen filed an application; the register is to be asked."""

    TYPE: ClassVar[str] = "be.loket.intake.application-submitted.v1"
    EPHEMERAL: ClassVar[bool] = False

    application_id: str
    product: str
    request: str
    submitted_at: datetime


@dataclass(frozen=True, kw_only=True)
class ExtractRequested:
    """The register is to be asked again: the facts grew too old (`facts-expired`) or no answer came (`overdue`)."""

    TYPE: ClassVar[str] = "be.loket.intake.extract-requested.v1"
    EPHEMERAL: ClassVar[bool] = False

    application_id: str
    product: str
    request: str
    reason: str
    requested_at: datetime


@dataclass(frozen=True, kw_only=True)
class ExtractCompiled:
    """The register answered: the facts the product declares, as they stood at `compiled_at`."""

    TYPE: ClassVar[str] = "be.loket.registry.extract-compiled.v1"
    EPHEMERAL: ClassVar[bool] = False

    application_id: str
    facts: str
    compiled_at: datetime


@dataclass(frozen=True, kw_only=True)
class ExtractRefused:
    """The register will not give these facts to this applicant; `code` is a Refusal."""

    TYPE: ClassVar[str] = "be.loket.registry.extract-refused.v1"
    EPHEMERAL: ClassVar[bool] = False

    application_id: str
    code: str
    refused_at: datetime


@dataclass(frozen=True, kw_only=True)
class ExtractDeferred:
    """The register cannot answer yet: who will (`awaiting`, e.g. `register`), and by when it is expected."""

    TYPE: ClassVar[str] = "be.loket.registry.extract-deferred.v1"
    EPHEMERAL: ClassVar[bool] = False

    application_id: str
    code: str
    awaiting: str
    expected_by: datetime


@dataclass(frozen=True, kw_only=True)
class ApplicationCleared:
    """Nothing stands between the application and its certificate, until the facts grow too old at `facts_expire_at`."""

    TYPE: ClassVar[str] = "be.loket.intake.application-cleared.v1"
    EPHEMERAL: ClassVar[bool] = False

    application_id: str
    product: str
    language: str
    facts: str
    contact: str
    facts_expire_at: datetime
    cleared_at: datetime


@dataclass(frozen=True, kw_only=True)
class ApplicationRefused:
    """The application ended without a certificate; `code` is a Refusal."""

    TYPE: ClassVar[str] = "be.loket.intake.application-refused.v1"
    EPHEMERAL: ClassVar[bool] = False

    application_id: str
    product: str
    language: str
    contact: str
    code: str
    refused_at: datetime


@dataclass(frozen=True, kw_only=True)
class ApplicationExpired:
    """The application passed its last deadline without a certificate."""

    TYPE: ClassVar[str] = "be.loket.intake.application-expired.v1"
    EPHEMERAL: ClassVar[bool] = False

    application_id: str
    product: str
    language: str
    contact: str
    expired_at: datetime


@dataclass(frozen=True, kw_only=True)
class ApplicationMoved:
    """A hint for live pages that the timeline has grown. Best effort: who misses it reads the timeline."""

    TYPE: ClassVar[str] = "be.loket.intake.application-moved.v1"
    EPHEMERAL: ClassVar[bool] = True

    application_id: str
    state: str


@dataclass(frozen=True, kw_only=True)
class CertificateIssued:
    """A certificate exists, sealed and stored; from now on it can be verified."""

    TYPE: ClassVar[str] = "be.loket.documents.certificate-issued.v1"
    EPHEMERAL: ClassVar[bool] = False

    application_id: str
    certificate_id: str
    product: str
    language: str
    sha256: str
    contact: str
    issued_at: datetime


@dataclass(frozen=True, kw_only=True)
class FactsExpired:
    """The facts of a cleared application were too old when documents came to issue on them."""

    TYPE: ClassVar[str] = "be.loket.documents.facts-expired.v1"
    EPHEMERAL: ClassVar[bool] = False

    application_id: str
    found_at: datetime


@dataclass(frozen=True, kw_only=True)
class CitizenTold:
    """A message about the outcome left for the citizen through `channel`."""

    TYPE: ClassVar[str] = "be.loket.notify.citizen-told.v1"
    EPHEMERAL: ClassVar[bool] = False

    application_id: str
    channel: str
    told_at: datetime


@dataclass(frozen=True, kw_only=True)
class MessageUndeliverable:
    """The citizen could not be told: the channel refused for good. `code` is a slug such as `address-refused`."""

    TYPE: ClassVar[str] = "be.loket.notify.message-undeliverable.v1"
    EPHEMERAL: ClassVar[bool] = False

    application_id: str
    channel: str
    code: str
    refused_at: datetime


EVENTS: dict[str, type] = {
    event.TYPE: event
    for event in (
        ApplicationSubmitted,
        ExtractRequested,
        ExtractCompiled,
        ExtractRefused,
        ExtractDeferred,
        ApplicationCleared,
        ApplicationRefused,
        ApplicationExpired,
        ApplicationMoved,
        CertificateIssued,
        FactsExpired,
        CitizenTold,
        MessageUndeliverable,
    )
}
