"""Hand-written stand-ins for notify's ports, and the things its tests speak about."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from services.chassis.admission import Hearing
from services.contracts.contact import Contact
from services.contracts.delivery import ConcurrentChange
from services.contracts.documents import CertificateIssued
from services.contracts.envelope import Cause
from services.contracts.events import Event
from services.contracts.intake import ApplicationExpired, ApplicationRefused
from services.contracts.sign_in import SignIn
from services.contracts.towns import Colours, Office, Seal, Town
from services.notify.domain import Correspondence, Kind, Letter
from services.notify.feed.projecting import Told
from tests.memory import Memory

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ID = "3f2c9a7e51d84b0c"


def a_town(refnis: str = "24001", **chosen: Any) -> Town:
    usual: dict[str, Any] = {
        "names": {"nl": "Stad Aarschot", "fr": "Ville d'Aarschot", "de": "Stadt Aarschot", "en": "City of Aarschot"},
        "departments": {"nl": "Dienst Burgerzaken"},
        "regime": "nl",
        "hosts": ("aarschot.example",),
        "address": "https://aarschot.example",
        "logo": "logo.svg",
        "colours": Colours(primary="#123a6b", accent="#b07d00"),
        "office": Office(
            street={"nl": "Straat 1"},
            postcode="3200",
            municipality={"nl": "Aarschot"},
            phone="+32 16 00 00 00",
            email="loket@aarschot.example",
            website="https://www.aarschot.example",
        ),
        "seal": Seal(source="pkcs12", path="seal.p12"),
        "sign_in": SignIn(issuer="https://sign-in.example", client_id="loket", national_number_claim="egovNRN"),
        "courtesy_languages": ("fr", "de", "en"),
        "specimen": True,
    }
    return Town(refnis=refnis, **{**usual, **chosen})


def a_letter(kind: Kind = Kind.ISSUED, **chosen: Any) -> Letter:
    usual: dict[str, Any] = {
        "message_id": f"<application.{ID}@aarschot.example>",
        "application_id": ID,
        "town": a_town(),
        "email": "citizen@example.org",
        "language": "nl",
        "written_at": NOON,
    }
    return Letter(kind=kind, **{**usual, **chosen})


def issued() -> CertificateIssued:
    return CertificateIssued(
        application_id=ID,
        certificate_id="c1",
        product="household-composition",
        language="nl",
        sha256="",
        contact="sealed",
        issued_at=NOON,
    )


def refused() -> ApplicationRefused:
    return ApplicationRefused(
        application_id=ID, product="residence", language="nl", contact="sealed", code="deceased", refused_at=NOON
    )


def expired() -> ApplicationExpired:
    return ApplicationExpired(application_id=ID, product="life", language="nl", contact="sealed", expired_at=NOON)


def a_cause(service: str = "documents", sequence: int = 1, *, town: str = "24001", digest: str = "digest") -> Cause:
    return Cause(
        event_id=f"{service}-{sequence}",
        type="a type",
        source=f"/towns/{town}/{service}",
        subject=ID,
        sequence=sequence,
        digest=digest,
    )


class OpenContacts:
    """Unlocks everything to the same contact."""

    def __init__(self, contact: Contact | None = None) -> None:
        self._contact = contact or Contact(email="citizen@example.org", language="nl")

    def unlock(self, cls: Any, token: str, *, bound_to: str) -> Any:
        assert (cls, token, bound_to) == (Contact, "sealed", ID)
        return self._contact


class FakeChannel:
    """A channel that keeps what was sent, or raises what it is told to, one for each attempt."""

    name = "mail"

    def __init__(self, *refusals: Exception | None) -> None:
        self.sent: list[Letter] = []
        self._refusals = list(refusals)

    def send(self, letter: Letter) -> None:
        refusal = self._refusals.pop(0) if self._refusals else None
        if refusal:
            raise refusal
        self.sent.append(letter)

    def has_sent(self, message_id: str) -> bool:
        return False


class FakeCorrespondences:
    """Correspondences in memory, with the promises of the real store."""

    def __init__(self) -> None:
        self.kept: dict[str, Correspondence] = {}
        self.events: list[Event] = []
        self.memory = Memory(Hearing.EVERY)

    def hear(self, application_id: str, cause: Cause) -> Correspondence:
        found = self.kept.get(application_id)
        if found is None or found.town != cause.town:
            return Correspondence(id=application_id, town=cause.town)
        self.memory.admit(application_id, cause)
        return found

    def claim(self, correspondence: Correspondence) -> Correspondence:
        return self.save(correspondence)

    def save(
        self, correspondence: Correspondence, events: Sequence[Event] = (), *, cause: Cause | None = None
    ) -> Correspondence:
        now = self.kept.get(correspondence.id)
        if (now.version if now else 0) != correspondence.version:
            raise ConcurrentChange(correspondence.id)
        after = replace(correspondence, version=correspondence.version + 1)
        self.kept[correspondence.id] = after
        self.events += events
        self.memory.remember(correspondence.id, cause)
        return after


class FakeFeed:
    """What departments were told, by the event's id."""

    def __init__(self) -> None:
        self.kept: dict[str, Told] = {}

    def tell(self, told: Told) -> bool:
        is_new = told.event.id not in self.kept
        self.kept.setdefault(told.event.id, told)
        return is_new
