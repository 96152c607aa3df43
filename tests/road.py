"""All four services as they are wired, on a real store and a clock of the test's, with no broker between them.

What a service says waits in its outboxes until `carry` takes it to those who listen, so that a test decides what
arrives, when, how often and in which order.
"""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from services.chassis.answering import QuestionConsumer
from services.chassis.deliveries import Delivery
from services.chassis.handling import EventConsumer
from services.chassis.runtime import Provided, Runtime
from services.chassis.settings import read
from services.contracts.delivery import AlreadyHandled, TryLater, Unacceptable
from services.contracts.envelope import Envelope
from services.contracts.errors import DomainError
from services.contracts.events import EVENTS
from services.contracts.intake import ApplicationView, SubmitApplication
from services.contracts.schema import load
from services.documents.service import DocumentsService
from services.documents.settings import DocumentsSettings
from services.intake.service import IntakeService
from services.intake.settings import IntakeSettings
from services.notify.service import NotifyService
from services.notify.settings import NotifySettings
from services.registry.service import RegistryService
from services.registry.settings import RegistrySettings
from tests.documents.fakes import FakeExaminer, FakePress
from tests.keys import KEY, environment
from tests.notify.fakes import FakeChannel
from tests.outbox import KeptInOutbox
from tests.registry.fakes import PARENT, TOWN, FakeRegister, a_register

TOWNS = Path(__file__).parents[1] / "deploy" / "towns"

SERVICES: tuple[tuple[Any, type], ...] = (
    (IntakeService, IntakeSettings),
    (RegistryService, RegistrySettings),
    (DocumentsService, DocumentsSettings),
    (NotifyService, NotifySettings),
)

AGGREGATES = {
    "intake": "applications",
    "registry": "extracts",
    "documents": "certificates",
    "notify": "correspondences",
}


class Unwatched:
    """A store that is never away."""

    def outlive(self, work: Callable[[], Any]) -> Any:
        return work()


class Road:
    """`said` is every event ever said, in order; `now` is what every clock shows."""

    def __init__(self, client: MongoClient[dict[str, Any]], prefix: str, *, now: datetime, ids: str = "x") -> None:
        self.now = now
        self.register: FakeRegister = a_register()
        self.press, self.channel, self.examiner = FakePress(), FakeChannel(), FakeExaminer()
        self.databases = {name: client[f"{prefix}_{name}"] for name in AGGREGATES}
        self.said: list[bytes] = []
        self._taken_ids: set[str] = set()
        self._ids, self._drawn = ids, 0
        self._consumers: dict[str, tuple[Any, Any, Any]] = {}
        self._questions: dict[str, tuple[Any, Any]] = {}
        self.services = {cls.name: self._wired(cls, settings) for cls, settings in SERVICES}

    def collection(self, service: str) -> Any:
        """Where a service keeps its aggregates."""
        return self.databases[service][AGGREGATES[service]]

    def ask(self, question: Any) -> Any:
        """The answer. Raises the service's DomainError."""
        service, answer = self._questions[question.QUEUE]
        return answer(service, question, None)

    def submit(self, *, key: str = "key-1", citizen: str = PARENT, product: str = "residence", **more: Any) -> str:
        """File one; its id."""
        view: ApplicationView = self.ask(
            SubmitApplication(
                town=TOWN,
                citizen=citizen,
                idempotency_key=key,
                body_digest="digest",
                product=product,
                email="citizen@example.org",
                **more,
            )
        )
        return view.application_id

    def carry(self, *, unless: Callable[[str], bool] = lambda _type: False) -> list[str]:
        """Take what waits to those who listen, and what that causes, until all is quiet. What became of each.

        What `unless` names by type waits on.
        """
        outcomes = []
        while bodies := list(self._taken(unless)):
            for body in bodies:
                self.said.append(body)
                outcomes += self.deliver(body)
        return outcomes

    def deliver(self, body: bytes) -> list[str]:
        """Hand one event to all who listen: `handled`, `seen-before`, `later: why` or `parked: why` of each."""
        event_type = json.loads(body)["type"]
        return [
            self._deliver(queue, body) for queue, (*_, accepted) in self._consumers.items() if event_type in accepted
        ]

    def press_file(self) -> bytes:
        """The first file that was printed."""
        stored: bytes = self.databases["documents"]["files.chunks"].find_one()["data"]
        return stored

    def sweep(self) -> None:
        """One look of every service for what is over."""
        for service, method in (
            ("intake", "empty_applications"),
            ("registry", "empty_extracts"),
            ("documents", "empty_certificates"),
            ("notify", "empty_correspondences"),
        ):
            getattr(self.services[service], method)()

    def later(self, **time: float) -> None:
        """The clocks go on."""
        self.now += timedelta(**time)

    def _deliver(self, queue: str, body: bytes) -> str:
        service, handle, accepted = self._consumers[queue]
        envelope = Envelope.from_json(body)
        event: Any = load(accepted[envelope.type], envelope.data)
        try:
            handle(service, Delivery(event=event, cause=envelope.cause(), traceparent=None), Unwatched())
        except AlreadyHandled:
            return "seen-before"
        except TryLater as later:
            return f"later: {later.reason}"
        except Unacceptable as refusal:
            return f"parked: {refusal.reason}"
        return "handled"

    def _taken(self, unless: Callable[[str], bool]) -> Iterator[bytes]:
        """As the relay empties an outbox: nothing else of the document changes, its version neither."""
        beside = (
            ("intake", "towns"),
            ("registry", "rechecks"),
            ("documents", "rechecks"),
            ("notify", "department_answers"),
        )
        for collection in (*map(self.collection, AGGREGATES), *(self.databases[name][each] for name, each in beside)):
            for document in list(collection.find({"outbox": {"$ne": []}})):
                left = [entry for entry in document.get("outbox", []) if unless(entry["type"])]
                taken = [entry for entry in document.get("outbox", []) if not unless(entry["type"])]
                emptied = {"$set": {"outbox": left}, **({} if left else {"$unset": {"outbox_since": ""}})}
                collection.update_one({"_id": document["_id"]}, emptied)
                self._taken_ids |= {entry["id"] for entry in taken}
                yield from (entry["body"].encode() for entry in taken if not EVENTS[entry["type"]].EPHEMERAL)

    def _wired(self, cls: Any, settings: type) -> Any:
        environ = {
            **environment(cls.name),
            "LOKET_AMQP_URI": "amqp://unused",
            "LOKET_MONGO_URI": "mongodb://unused",
            "LOKET_SMTP_URI": "smtp://unused",
            "LOKET_TOWNS": str(TOWNS),
            "LOKET_INTAKE_PEPPER": KEY,
            "LOKET_DOCUMENTS_PEPPER": KEY,
        }
        runtime = Runtime(
            settings=read(settings, environ),
            database=self.databases[cls.name],
            publisher=None,
            relay=KeptInOutbox(self._taken_ids),
            store=None,
            clock=lambda: self.now,
            new_id=self._new_id,
        )
        outside = {
            "press": self.press,
            "examiner": self.examiner,
            "channel": self.channel,
            "register": self.register,
        }
        service = object.__new__(cls)
        for name, part in vars(cls).items():
            if isinstance(part, Provided):
                setattr(service, name, outside[name] if name in outside else part._make(runtime))
            for entrypoint in getattr(part, "nameko_entrypoints", ()):
                if isinstance(entrypoint, EventConsumer):
                    self._consumers[entrypoint.queue.name] = (service, part, entrypoint._accepted)
                if isinstance(entrypoint, QuestionConsumer):
                    self._questions[entrypoint.queue.name] = (service, part)
        return service

    def _new_id(self) -> str:
        self._drawn += 1
        return f"{self._ids}{self._drawn:031x}"


def refused(question: Callable[[], Any]) -> str | None:
    """The slug with which a question is refused."""
    try:
        question()
    except DomainError as error:
        return error.slug
    return None


NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
