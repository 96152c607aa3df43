"""A service on the chassis that the tests start as a real process: what its handler does depends on the product."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import eventlet
from pymongo.errors import DuplicateKeyError

from services.chassis.aggregates import Aggregates, Hearing
from services.chassis.answering import answers
from services.chassis.handling import handles
from services.chassis.locking import KeyRing
from services.chassis.runtime import Provided, Runtime
from services.chassis.settings import ServiceSettings, setting
from services.chassis.sweeping import sweeps
from services.contracts.delivery import AlreadyHandled, ConcurrentChange, TryLater
from services.contracts.envelope import Cause
from services.contracts.errors import NotFound
from services.contracts.field_errors import field_error
from services.contracts.intake import (
    ApplicationList,
    ApplicationSubmitted,
    ApplicationView,
    ExtractRequested,
)
from services.contracts.registry import ExtractCompiled
from tests.chassis.toy_contracts import ListToys


@dataclass(frozen=True, kw_only=True)
class ToySettings(ServiceSettings):
    """The chassis' settings, and the keys of the toy's question."""

    question_keys: KeyRing = setting("LOKET_KEYS_QUESTIONS_TOY", "keys", parse=KeyRing.parse, secret=True)


def extracts(runtime: Runtime[ServiceSettings]) -> Aggregates:
    """The toy's aggregates; it speaks as registry, so that its events have a sender that may say them."""
    return Aggregates(runtime.database.extracts, relay=runtime.relay, service="registry", clock=runtime.clock)


@dataclass
class Notes:
    """What happened, for the tests to read."""

    runtime: Runtime[ServiceSettings]
    at_work: int = 0

    def add(self, kind: str, of: str) -> None:
        with suppress(DuplicateKeyError):  # our own insert, retried by the driver when the store was killed
            self.runtime.database.notes.insert_one({"kind": kind, "of": of, "with": self.at_work})

    @contextmanager
    def working(self) -> Iterator[None]:
        """How many handlers are at work is noted with each try."""
        self.at_work += 1
        try:
            yield
        finally:
            self.at_work -= 1

    def switched_on(self, name: str) -> bool:
        return self.runtime.database.switches.find_one({"_id": name}) is not None


class Toy:
    """Compiles an 'extract' once per application, and hears of it."""

    name = "toy"

    extracts = Provided(extracts)
    notes = Provided(Notes)

    @handles(ApplicationSubmitted, ExtractRequested, queue="toy.compile")
    def compile(self, event: ApplicationSubmitted | ExtractRequested, cause: Cause) -> None:
        with self.notes.working():
            self._compile(event, cause)

    def _compile(self, event: ApplicationSubmitted | ExtractRequested, cause: Cause) -> None:
        self.notes.add("tried", cause.event_id)
        if event.product == "kills":
            os.kill(os.getpid(), signal.SIGKILL)
        if event.product == "fails":
            raise RuntimeError("a text that must not be logged")
        if event.product == "needs-switch" and not self.notes.switched_on(event.application_id):
            raise TryLater("switch-off")
        if event.product == "slow":
            eventlet.sleep(2)
        if event.product == "contended":
            raise ConcurrentChange
        stored = self.extracts.load(event.application_id, town=cause.town)
        compiled = ExtractCompiled(application_id=event.application_id, facts="sealed", compiled_at=datetime.now(UTC))
        if stored is None:
            if self.extracts.create(
                event.application_id,
                {"product": event.product, "times": 1},
                town=cause.town,
                events=[compiled],
                cause=cause,
            ):
                return
            raise ConcurrentChange
        hearing = {"contiguous": Hearing.CONTIGUOUS, "latest": Hearing.LATEST}.get(event.product, Hearing.EVERY)
        self.extracts.admit(stored, cause, hearing)
        self.extracts.change(stored, {"times": stored.body["times"] + 1}, events=[compiled], cause=cause)

    @handles(ExtractCompiled, queue="toy.hear")
    def hear(self, event: ExtractCompiled, cause: Cause) -> None:
        if self.notes.runtime.database.heard.find_one({"_id": cause.event_id}):
            self.notes.add("heard-again", cause.event_id)
            raise AlreadyHandled(cause.event_id)
        self.notes.runtime.database.heard.update_one(
            {"_id": cause.event_id}, {"$set": {"of": event.application_id}}, upsert=True
        )

    @answers
    def list_toys(self, question: ListToys) -> ApplicationList:
        if question.citizen == "nobody":
            raise NotFound("no such citizen", fields={"citizen": field_error("not-a-choice", choices=["a", "b"])})
        if question.citizen == "broken":
            raise RuntimeError("a text that must not be logged")
        if question.citizen == "slow":
            eventlet.sleep(3)
        view = ApplicationView(
            application_id="a",
            product=question.citizen,
            language="nl",
            state="submitted",
            version=1,
            submitted_at=datetime(2026, 11, 1, tzinfo=UTC),
        )
        return ApplicationList(applications=(view,))

    @sweeps(every=timedelta(seconds=0.5))
    def look(self) -> None:
        if self.notes.switched_on("count-looks"):
            self.notes.add("looked", "")
            raise RuntimeError("a failing look does not end the looking")
