"""The demonstration's sources beyond the population, each served for a test, and questions to them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from deploy.demo.criminal_record.service import criminal_record
from deploy.demo.deeds.archive import Archive
from deploy.demo.deeds.migrations import Migrations
from deploy.demo.deeds.service import DeedsService
from deploy.demo.far.authorities import demo_authorities
from deploy.demo.far.faults import Switch
from deploy.demo.far.server import Answers, FarServer
from services.contracts.catalogue import products
from services.contracts.extracts import Request
from services.registry.domain import Dossier
from services.registry.ports import SourceQuestion
from services.registry.sources import Surroundings
from services.registry.subject import Subject
from tests.registry.fakes import NOON, TOWN, FakeRegister


class Clock:
    """A time that a test moves."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)


@contextmanager
def served(answers: Answers, *, folder: Path, source: str, port: int = 0) -> Iterator[FarServer]:
    """A real server with certificates on both sides."""
    server = FarServer(port, answers, folder=folder, switch=Switch(folder, source))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()


@contextmanager
def deeds_served(
    folder: Path, *people: Dossier, clock: Clock, takes: timedelta = timedelta(minutes=5), port: int = 0
) -> Iterator[Any]:
    """The database of deeds of these people: `server`, `migrations`."""
    demo_authorities(folder)
    known = {each.number: (TOWN, each) for each in people}
    archive = Archive(lambda number, _: known.get(number), today=clock().date())
    migrations = Migrations(folder / "migrations.json", takes=takes, clock=clock)
    service = DeedsService(archive, migrations, folder=folder, clock=clock)
    with served(service, folder=folder, source="deeds", port=port) as server:
        yield SimpleNamespace(server=server, migrations=migrations, switch=server.switch, archive=archive)


@contextmanager
def record_served(folder: Path, *, port: int = 0) -> Iterator[FarServer]:
    """The criminal record."""
    demo_authorities(folder)
    with served(criminal_record, folder=folder, source="criminal-record", port=port) as server:
        yield server


def settings(port: int, **more: str) -> dict[str, str]:
    """What a town's file says of a source."""
    return {
        "url": f"https://127.0.0.1:{port}",
        "certificate": "loket.pem",
        "key": "loket.key",
        "authorities": "road-root.pem",
        **more,
    }


def surroundings(folder: Path, clock: Clock) -> Surroundings:
    """Of a source that keeps nothing."""
    return Surroundings(folder=folder, secrets={}, database=None, clock=clock)  # type: ignore[arg-type]


def a_question(
    dossier: Dossier, product: str, *, capacity: str = "self", now: datetime = NOON, **fields: str
) -> SourceQuestion:
    """About somebody, by themselves or in another capacity."""
    asked = products()[product]
    facts = [each for each in asked.facts if each != "identity"]
    return SourceQuestion(
        application_id="a1",
        town=TOWN,
        product=asked,
        request=Request(
            applicant=dossier.number,
            subject=dossier.number,
            capacity=capacity,
            fields={name.replace("_", "-"): value for name, value in fields.items()},
        ),
        subject=Subject(
            dossier=dossier,
            town=TOWN,
            today=now.date(),
            view=FakeRegister({dossier.number: dossier}, None),
            capacity=capacity,
        ),
        facts=facts,
        now=now,
    )


def today() -> Clock:
    """The moment, which certificates go by."""
    return Clock(datetime.now(UTC))
