"""The registry as a real process on the real broker and store: the wiring that the handlers' tests cannot prove."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pika
import pytest
from pymongo import MongoClient

from deploy.demo.generator.hard_cases import DEMO_CITIZEN, HARD_CASES
from deploy.demo.generator.seeding import seed
from services.chassis.asking import Asker
from services.chassis.locking import KeyRing, Locker
from services.contracts.envelope import CONTENT_TYPE, Envelope
from services.contracts.events import EVENTS
from services.contracts.extracts import Facts, Request
from services.contracts.intake import ApplicationSubmitted
from services.contracts.registry import (
    ExtractCompiled,
    ExtractContradicted,
    ExtractDeferred,
    ExtractRefused,
    ReadNumbers,
    ReadPrefill,
)
from services.contracts.schema import dump
from services.registry.sources.population.populations import Populations
from services.registry.standing import standing
from tests.broker import declare_on
from tests.keys import RING, environment, signed
from tests.registry.fakes import TOWN
from tests.waiting import wait_for

TOWN_FILE = """
refnis: "24001"
names: {nl: Aarschot}
departments: {nl: Burgerzaken}
regime: nl
hosts: [localhost]
address: http://localhost
specimen: true
logo: logo.svg
colours: {primary: "#123a6b", accent: "#c8102e"}
office: {street: s, postcode: "3200", municipality: Aarschot, phone: +32 16 00 00 00, email: e@example.org, website: "https://example.org"}
seal: {source: pkcs12, path: seal.p12}
sign_in: {issuer: "http://localhost", client_id: loket, national_number_claim: sub}
"""

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1"/></svg>'


class Registry:
    """One registry process with a seeded town, and a listener to all that it emits."""

    def __init__(self, amqp_uri: str, mongo_uri: str, prefix: str, folder: Path) -> None:
        self.client: MongoClient[dict[str, Any]] = MongoClient(mongo_uri, tz_aware=True)
        self.database = self.client[f"{prefix}_registry"]
        seed(self.database, town=TOWN, residents=100, seed=1)
        (folder / "aarschot.yaml").write_text(TOWN_FILE)
        (folder / "logo.svg").write_text(LOGO)
        self.amqp_uri = amqp_uri
        self.log = folder / "log"
        self.requests = Locker("requests", KeyRing.parse(RING))
        self.facts = Locker("facts", KeyRing.parse(RING))
        declare_on(amqp_uri)
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-W", "ignore::DeprecationWarning", "-m", "services.registry"],
                stdout=out,
                stderr=out,
                env={
                    **os.environ,
                    "LOKET_AMQP_URI": amqp_uri,
                    "LOKET_MONGO_URI": mongo_uri,
                    "LOKET_DATABASE": prefix,
                    "LOKET_TOWNS": str(folder),
                    **environment("registry"),
                },
            )
        self.connection = pika.BlockingConnection(pika.URLParameters(amqp_uri))
        self.channel: Any = self.connection.channel()
        self._heard: list[Envelope] = []
        wait_for(lambda: "service_started" in self.facts_logged())

    def facts_logged(self) -> str:
        assert self.process.poll() is None, self.log.read_text()[-3000:]
        return self.log.read_text()

    def listen(self) -> None:
        queue = self.channel.queue_declare("", exclusive=True).method.queue
        self.channel.queue_bind(queue, "loket.events", routing_key="be.loket.registry.#")
        self.channel.basic_consume(queue, self._hear, auto_ack=True)

    def _hear(self, _channel: Any, _method: Any, _properties: Any, body: bytes) -> None:
        self._heard.append(Envelope.from_json(body))

    def heard(self, application_id: str) -> list[type]:
        """One for each event id: an event may be delivered more than once, never told as two."""
        self.connection.process_data_events(time_limit=0.05)
        ids = {each.id: EVENTS[each.type] for each in self._heard if each.subject == application_id}
        return list(ids.values())

    def data(self, application_id: str, event: type) -> dict[str, Any]:
        return next(each.data for each in self._heard if each.subject == application_id and EVENTS[each.type] is event)

    def submit(self, application_id: str, applicant: str, product: str, times: int = 1) -> None:
        request = self.requests.lock(
            Request(applicant=applicant, subject=applicant, capacity="self"), bound_to=application_id
        )
        event = ApplicationSubmitted(
            application_id=application_id,
            product=product,
            request=request,
            submitted_at=datetime(2026, 6, 1, tzinfo=UTC),
        )
        body = Envelope(
            id=f"{application_id}:application-submitted:1",
            type=event.TYPE,
            source=f"/towns/{TOWN}/intake",
            subject=application_id,
            time=event.submitted_at,
            data=dump(event),
        ).to_json()
        headers = signed(body, "intake")
        properties = pika.BasicProperties(delivery_mode=2, content_type=CONTENT_TYPE, headers=headers)
        for _ in range(times):
            self.channel.basic_publish("", "registry.compile-extract", body, properties)

    def close(self) -> None:
        self.connection.close()
        self.process.terminate()
        assert self.process.wait(20) == 0, self.log.read_text()[-3000:]
        self.client.close()


@pytest.fixture
def registry(amqp_uri: str, mongo_uri: str, database_prefix: str, tmp_path: Path) -> Iterator[Registry]:
    running = Registry(amqp_uri, mongo_uri, database_prefix, tmp_path)
    running.listen()
    yield running
    running.close()


def test_the_registry_at_work(registry: Registry):
    """Facts, a refusal, a contradiction, an outage: each told once; people to ask about and numbers, on request."""
    Populations(registry.database).pause(TOWN)
    registry.submit("away", DEMO_CITIZEN, "life")
    assert wait_for(lambda: registry.heard("away")) == [ExtractDeferred]
    Populations(registry.database).resume(TOWN)

    registry.submit("plain", DEMO_CITIZEN, "household-composition", times=3)
    registry.submit("refused", HARD_CASES["emigrated"].number, "residence")
    broken = {"number": HARD_CASES["single"].number}
    registry.database["dossiers"].update_one(broken, {"$set": {"registration.since": None}})
    registry.submit("broken", broken["number"], "life")

    wait_for(lambda: registry.heard("broken") and registry.heard("away")[1:] and registry.heard("refused"))
    with closing(Asker(registry.amqp_uri, {"registry": KeyRing.parse(RING)})) as client:
        prefill = client.ask(ReadPrefill(town=TOWN, citizen=DEMO_CITIZEN, product="life"))
        numbers = client.ask(ReadNumbers(town=TOWN, citizen=HARD_CASES["merged-into"].number))
    assert registry.heard("plain") == [ExtractCompiled]
    assert registry.heard("refused") == [ExtractRefused]
    assert registry.heard("broken") == [ExtractContradicted]
    assert registry.data("broken", ExtractContradicted)["kind"] == "dossier-unreadable"
    assert standing(registry.database, town=TOWN).held == {"dossier-unreadable": 1}
    assert registry.heard("away") == [ExtractDeferred, ExtractCompiled]
    facts = registry.facts.unlock(Facts, registry.data("plain", ExtractCompiled)["facts"], bound_to="plain")
    assert len(facts.parts["household"].members) == 4
    assert set(numbers.others) == {HARD_CASES[key].number for key in ("merged", "merged-twice")}
    assert [person.capacity for person in prefill.subjects] == ["self", "parent", "parent"]
    for number in (DEMO_CITIZEN, HARD_CASES["emigrated"].number):
        assert number not in registry.log.read_text()
