"""All four services on one road, in memory: their real handlers, and a broker that delivers in any order, or twice."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.chassis.pseudonyms import KeyedPseudonyms
from services.contracts.delivery import AlreadyHandled, ConcurrentChange, TryLater
from services.contracts.documents import CertificateIssued
from services.contracts.envelope import Cause, digest_of, source_of
from services.contracts.errors import ApplicationOver, NotWithdrawable, StillBeingMade, StillGiven
from services.contracts.events import Event
from services.contracts.intake import EndApplication, WithdrawApplication
from services.contracts.schema import dump
from services.contracts.topology import SUBSCRIPTIONS
from services.documents import handlers as documents
from services.documents.domain import Order, Printed
from services.intake import handlers as intake
from services.intake.domain.application import Application
from services.notify import handlers as notify
from services.notify.feed.handlers import project
from services.registry import handlers as registry
from services.registry.domain import SourceUnavailable, Standing
from tests.documents.fakes import FakeCertificates, FakePress
from tests.intake.fakes import NOON, PRODUCTS, FakeApplications, FakeLockerForOthers, a_question, a_town
from tests.notify.fakes import FakeChannel, FakeCorrespondences, FakeFeed
from tests.registry.contradictory import contradictions
from tests.registry.fakes import (
    PARENT,
    FakeAccesses,
    FakeExtracts,
    FakeLocker,
    FakeRegister,
    a_dossier,
    a_register,
    gone,
)

ID, TOWN = "application-1", "24001"
PSEUDONYMS = KeyedPseudonyms(b"p" * 32)
RERUNS = 5


@dataclass(kw_only=True)
class Message:
    """An event on its way to one queue."""

    queue: str
    event: Any
    cause: Cause
    first_failed: datetime | None = None


class Road:
    """One application, filed at noon. What is emitted lies in `messages` until it is delivered."""

    def __init__(self) -> None:
        self.now = NOON
        self.messages: list[Message] = []
        self.parked: list[Message] = []
        self.emitted: list[tuple[datetime, Event]] = []
        self.asked_for: list[Event] = []
        """What operators had said, by ending it."""
        self.handled: list[str] = []
        """Queues, one for each event that had its effect."""
        self.applications = FakeApplications()
        self.extracts = FakeExtracts()
        self.certificates = FakeCertificates()
        self.correspondences = FakeCorrespondences()
        self.feed = FakeFeed()
        self.accesses = FakeAccesses()
        self.register = a_register()
        self.press = _Press(self)
        self.channel = _Channel(self)
        self.requests, self.contacts, self.facts = FakeLocker(), FakeLocker(), FakeLocker()
        self.towns = {TOWN: a_town(TOWN)}
        self.products = PRODUCTS
        """Intake's: who was not started anew has the files that it lost."""
        self.meanwhile: Callable[[], None] | None = None
        self._stores = {
            "intake": self.applications,
            "registry": self.extracts,
            "documents": self.certificates,
            "notify": self.correspondences,
        }
        self._sequences: Counter[str] = Counter()
        self._file()

    def _file(self) -> None:
        intake.submit_application(
            a_question(citizen=PARENT, town=TOWN),
            applications=self.applications,
            towns=self.towns,
            products=PRODUCTS,
            pseudonyms=PSEUDONYMS,
            requests=self.requests,
            contacts=self.contacts,
            confirmations=FakeLockerForOthers(),
            new_id=lambda **_: ID,
            now=self.now,
        )
        self.publish()

    @property
    def application(self) -> Application:
        return self.applications.kept[ID]

    def issued(self) -> list[CertificateIssued]:
        """What documents ever issued; it says so again to who asks again."""
        said = [event for _, event in self.emitted if isinstance(event, CertificateIssued)]
        return [event for place, event in enumerate(said) if event not in said[:place]]

    def told_departments(self, name: str) -> int:
        """How many events of that name the feed has."""
        return sum(told.event.name == name for told in self.feed.kept.values())

    def waiting(self, *events: type[Event]) -> list[Message]:
        """The messages of these types."""
        return [message for message in self.messages if type(message.event) in events]

    def publish(self) -> None:
        """What was saved since the last time is on its way."""
        for service, store in self._stores.items():
            events, store.events = store.events, []
            for event in events:
                if event.EPHEMERAL:
                    continue
                self._sequences[service] += 1
                self.emitted.append((self.now, event))
                cause = Cause(
                    event_id=f"{service}:{self._sequences[service]}",
                    type=event.TYPE,
                    source=source_of(TOWN, service),
                    subject=event.subject,
                    sequence=self._sequences[service],
                    digest=digest_of(dump(event)),
                )
                for queue, subscription in SUBSCRIPTIONS.items():
                    if type(event) in subscription.events:
                        self.messages.append(Message(queue=queue, event=event, cause=cause))

    def deliver(self, message: Message, *, again: bool = False, meanwhile: Callable[[], None] | None = None) -> None:
        """Handle a message, as the chassis does. `again` leaves a copy; `meanwhile` happens while it is handled.

        What would be parked by any other reason than a gap escapes.
        """
        if not again:
            self.messages.remove(message)
        self.meanwhile = meanwhile
        try:
            self._handle(message)
        except AlreadyHandled:
            pass
        except TryLater:
            message.first_failed = message.first_failed or self.now
            allowed = SUBSCRIPTIONS[message.queue].patience
            where = self.parked if self.now - message.first_failed >= allowed else self.messages
            if not again:
                where.append(message)
        finally:
            self.meanwhile = None
            self.publish()

    def happen_meanwhile(self) -> None:
        """Whoever waits for something slow lets others work."""
        happening, self.meanwhile = self.meanwhile, None
        self.publish()
        if happening:
            happening()

    def sweep(self) -> None:
        """Each service looks for work that was left."""
        intake.sweep_deadlines(applications=self.applications, towns=self.towns, now=self.now)
        self.publish()
        assert registry.ask_again(towns=[TOWN], now=self.now, **self._of_registry()) == []
        self.publish()

    def withdraw(self) -> None:
        """Its applicant tries to take it back."""
        asked = WithdrawApplication(town=TOWN, citizen=PARENT, application_id=ID)
        try:
            intake.withdraw_application(asked, applications=self.applications, pseudonyms=PSEUDONYMS, now=self.now)
        except NotWithdrawable:
            return
        self.publish()

    def end(self) -> None:
        """An operator tries to end it."""
        asked = EndApplication(town=TOWN, application_id=ID)
        with suppress(ApplicationOver, StillBeingMade, StillGiven):
            intake.end_application(asked, applications=self.applications, products=self.products, now=self.now)
        before = len(self.emitted)
        self.publish()
        self.asked_for += [event for _, event in self.emitted[before:]]

    def make_register(self, how: str) -> None:
        """`fine`, `away`, `midway` (it goes away while it is read), `contradicted` or `emigrated`."""
        self.register = {
            "fine": a_register,
            "away": lambda: _away(a_register()),
            "midway": lambda: _midway(a_register()),
            "contradicted": lambda: contradictions()["no stay"][1][0],
            "emigrated": lambda: a_register(a_dossier(registration=gone(Standing.EMIGRATED))),
        }[how]()

    def heal(self) -> None:
        """Everything works from now on."""
        self.register = a_register()
        self.products = PRODUCTS
        self.press.away = self.channel.away = False
        self.press.draws = lambda _: True

    def _handle(self, message: Message) -> None:
        for _ in range(RERUNS):
            try:
                self._handle_once(message.queue, message.event, message.cause)
            except ConcurrentChange:
                continue
            self.handled.append(message.queue)
            return
        raise TryLater("contended")

    def _handle_once(self, queue: str, event: Any, cause: Cause) -> None:
        match queue:
            case "registry.compile-extract":
                registry.compile_extract(event, cause, now=self.now, **self._of_registry())
            case "registry.end-extract":
                registry.end_extract(event, cause, extracts=self.extracts, now=self.now)
            case "intake.record-extract":
                intake.record_extract(event, cause, applications=self.applications, now=self.now)
            case "intake.record-certificate":
                intake.record_certificate(
                    event, cause, applications=self.applications, products=self.products, now=self.now
                )
            case "intake.record-unprintable":
                intake.record_unprintable(event, cause, applications=self.applications, now=self.now)
            case "intake.record-telling":
                intake.record_telling(event, cause, applications=self.applications)
            case "documents.issue-certificate":
                documents.issue_certificate(
                    event,
                    cause,
                    certificates=self.certificates,
                    press=self.press,
                    facts=self.facts,
                    pseudonyms=PSEUDONYMS,
                    towns=self.towns,
                    products=PRODUCTS,
                    now=self.now,
                )
            case "notify.tell-citizen":
                notify.tell_citizen(
                    event,
                    cause,
                    correspondences=self.correspondences,
                    contacts=self.contacts,
                    towns=self.towns,
                    products=PRODUCTS,
                    channel=self.channel,
                    patience=timedelta(days=5),  # longer than sending takes here
                    pause=lambda: None,
                    clock=lambda: self.now,
                )
            case "notify.tell-departments" | "notify.tell-asked":
                project(event, cause, feed=self.feed, products=PRODUCTS)
            case _:
                raise LookupError(queue)

    def _of_registry(self) -> dict[str, Any]:
        inquiries = registry.Inquiries(
            register=_Slow(self),
            sources={},
            accesses=self.accesses,
            products=PRODUCTS,
            requests=self.requests,
            facts=self.facts,
            pseudonyms=PSEUDONYMS,
        )
        return {"extracts": self.extracts, "inquiries": inquiries}


class _Slow:
    """The road's register of the moment; others work while it is asked."""

    def __init__(self, road: Road) -> None:
        self._road = road

    def view(self, *, town: str) -> FakeRegister:
        register = self._road.register
        self._road.happen_meanwhile()
        return register.view(town=town)


class _Press(FakePress):
    """Others work while it prints."""

    def __init__(self, road: Road) -> None:
        super().__init__()
        self.away = False
        self._road = road

    def print(self, order: Order) -> Printed:
        self._road.happen_meanwhile()
        if self.away:
            raise TryLater("no-time-stamp")
        return super().print(order)


class _Channel(FakeChannel):
    """Others work while it sends."""

    def __init__(self, road: Road) -> None:
        super().__init__()
        self.away = False
        self._road = road

    def send(self, letter: Any) -> None:
        self._road.happen_meanwhile()
        if self.away:
            raise TryLater("relay-away")
        super().send(letter)


def _away(register: FakeRegister) -> FakeRegister:
    register.away = SourceUnavailable("paused")
    return register


def _midway(register: FakeRegister) -> FakeRegister:
    register.breaks["confirm"] = SourceUnavailable("population-exchanged")
    return register
