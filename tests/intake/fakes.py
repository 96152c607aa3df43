"""Hand-written stand-ins for intake's ports, and the things its tests speak about."""

from collections.abc import Container, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from services.chassis.admission import Hearing
from services.chassis.pseudonyms import KeyedPseudonyms
from services.contracts.catalogue import products
from services.contracts.delivery import ConcurrentChange, Emptied, Unacceptable
from services.contracts.envelope import Cause
from services.contracts.events import Event
from services.contracts.intake import ApplicationView, Position, SubmitApplication
from services.contracts.sign_in import SignIn
from services.contracts.towns import Colours, Office, Seal, Town
from services.intake.domain.application import Application
from services.intake.handlers import submit_application
from tests.memory import Memory

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PRODUCTS = products()
PSEUDONYMS = KeyedPseudonyms(b"p" * 32)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def a_national_number(born: str = "850730", serial: int = 33, *, since_2000: bool = False) -> str:
    nine = f"{born}{serial:03}"
    return f"{nine}{97 - int(('2' if since_2000 else '') + nine) % 97:02}"


CITIZEN = a_national_number()
CHILD = a_national_number("150311", 7, since_2000=True)
STRANGER = a_national_number("900101", 2)


def a_town(refnis: str = "24001", **chosen: Any) -> Town:
    usual: dict[str, Any] = {
        "names": {"nl": "Stad"},
        "departments": {"nl": "Dienst"},
        "regime": "nl",
        "hosts": ("stad.localhost",),
        "address": "https://stad.localhost",
        "logo": "logo.svg",
        "colours": Colours(primary="#123a6b", accent="#e0a100"),
        "office": Office(street={}, postcode="", municipality={}, phone="", email="", website=""),
        "seal": Seal(source="pkcs12", path="seal.p12"),
        "sign_in": SignIn(issuer="https://sign-in.example", client_id="loket", national_number_claim="egovNRN"),
        "courtesy_languages": ("en",),
    }
    return Town(refnis=refnis, **{**usual, **chosen})


def a_question(**chosen: Any) -> SubmitApplication:
    usual: dict[str, Any] = {
        "town": "24001",
        "citizen": CITIZEN,
        "idempotency_key": "key-1",
        "body_digest": "d1",
        "product": "residence",
        "email": "citizen@example.org",
    }
    return SubmitApplication(**{**usual, **chosen})


class FakeLocker:
    """Seals nothing, and remembers what it was given."""

    def __init__(self) -> None:
        self.sealed: dict[str, Any] = {}

    def lock(self, value: Any, *, bound_to: str) -> str:
        self.sealed[bound_to] = value
        return f"{type(value).__name__} sealed for {bound_to}"


class FakeLockerForOthers:
    """As FakeLocker; what is locked says for whom."""

    def __init__(self) -> None:
        self.sealed: dict[tuple[str, str], Any] = {}

    def lock(self, value: Any, *, reader: str, bound_to: str) -> str:
        self.sealed[reader, bound_to] = value
        return f"{type(value).__name__} sealed for {reader} and {bound_to}"


class FakeApplications:
    """Applications in memory, with the promises of the real store. `events` holds what left, in order."""

    def __init__(self) -> None:
        self.kept: dict[str, Application] = {}
        self.events: list[Event] = []
        self.memory = Memory(Hearing.CONTIGUOUS)
        self.restored = False
        self.watched: set[str] = set()
        self.emptied: set[str] = set()
        self.unwritable: set[str] = set()

    def add(self, application: Application, events: Sequence[Event]) -> Application:
        taken = self.with_key(
            town=application.town, applicant=application.applicant, idempotency_key=application.idempotency_key
        )
        if taken:
            return taken
        self.kept[application.id] = application
        self.events += events
        return application

    def knows_key(self, *, town: str, idempotency_key: str) -> bool:
        return self._first(town=town, idempotency_key=idempotency_key) is not None

    def with_key(self, *, town: str, applicant: str, idempotency_key: str) -> Application | None:
        return self._first(town=town, applicant=applicant, idempotency_key=idempotency_key)

    def hear(self, application_id: str, cause: Cause) -> Application:
        application = self._first(town=cause.town, id=application_id)
        if application is None:
            raise Unacceptable("unknown-application", application_id)
        self.memory.admit(application_id, cause)
        if application_id in self.emptied:
            raise Emptied(cause.event_id)
        return application

    def save(self, application: Application, events: Sequence[Event], *, cause: Cause | None = None) -> Application:
        if self.kept[application.id].version != application.version:
            raise ConcurrentChange(application.id)
        if application.id in self.unwritable:
            raise Unacceptable("not-writable")
        after = replace(application, version=application.version + 1)
        self.kept[application.id] = after
        self.events += events
        self.memory.remember(application.id, cause)
        return after

    def say_of_emptied(self, application_id: str, events: Sequence[Event], *, cause: Cause) -> None:
        self.memory.admit(application_id, cause)
        self.events += events
        self.memory.remember(application_id, cause)

    def watch(self, application: Application) -> Application:
        self.watched.add(application.id)
        return application

    def of(self, *, town: str, applicant: str, limit: int, after: Position | None = None) -> list[Application]:
        own = [each for each in self.kept.values() if (each.town, each.applicant) == (town, applicant)]
        if after:
            own = [each for each in own if _place(each) < (after.submitted_at, after.application_id)]
        return sorted(own, key=_place, reverse=True)[:limit]

    def read(self, application_id: str, *, town: str, applicant: str) -> Application | None:
        return self._first(id=application_id, town=town, applicant=applicant)

    def find(self, application_id: str, *, town: str) -> Application | None:
        found = self._first(id=application_id, town=town)
        if found and found.id in self.emptied:
            raise Emptied(application_id)
        return found

    def with_certificate(self, certificate_id: str, *, town: str, applicant: str) -> Application | None:
        return self._first(certificate_id=certificate_id, town=town, applicant=applicant)

    def overdue(self, *, towns: Container[str], now: datetime) -> list[Application]:
        due = [each for each in self.kept.values() if each.town in towns and each.deadline and each.deadline <= now]
        return sorted(due, key=lambda each: str(each.deadline))

    def resumable(self, *, town: str) -> list[Application]:
        waiting = [each for each in self.kept.values() if each.town == town and each.deadline]
        return waiting if self.restored else []

    def mark_resumed(self) -> None:
        self.restored = False

    def _first(self, **wanted: Any) -> Application | None:
        for each in self.kept.values():
            if all(getattr(each, name) == value for name, value in wanted.items()):
                return each
        return None


def _place(application: Application) -> tuple[datetime, str]:
    return application.submitted_at, application.id


class Counter:
    """The counter of one town: submits through the handler, with ids `application-1`, `application-2` …"""

    def __init__(self, *towns: Town) -> None:
        self.towns = {town.refnis: town for town in towns or (a_town(),)}
        self.applications = FakeApplications()
        self.requests = FakeLocker()
        self.contacts = FakeLocker()
        self.confirmations = FakeLockerForOthers()
        self.products = PRODUCTS
        self.count = 0

    def submit(self, *, now: datetime = NOON, **chosen: Any) -> ApplicationView:
        self.count += 1
        return submit_application(
            a_question(**chosen),
            applications=self.applications,
            towns=self.towns,
            products=self.products,
            pseudonyms=PSEUDONYMS,
            requests=self.requests,
            contacts=self.contacts,
            confirmations=self.confirmations,
            new_id=lambda **_: f"application-{self.count}",
            now=now,
        )


def a_cause(service: str, sequence: int, *, town: str = "24001", digest: str = "digest") -> Cause:
    return Cause(
        event_id=f"{service}-{sequence}",
        type="a type",
        source=f"/towns/{town}/{service}",
        subject="a subject",
        sequence=sequence,
        digest=digest,
    )
