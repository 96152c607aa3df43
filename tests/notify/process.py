"""A service as a real process, with a listener on its events; the test plays the services around it."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import pika
import yaml

from services.chassis.locking import KeyRing, Locker
from services.contracts.envelope import CONTENT_TYPE, Envelope, source_of
from services.contracts.events import Event
from services.contracts.schema import dump
from services.contracts.towns import Town
from tests.broker import declare_on
from tests.keys import KEY, RING, environment, signed
from tests.waiting import wait_for


def locker(purpose: str) -> Locker:
    """What the process locks and unlocks with."""
    return Locker(purpose, KeyRing.parse(RING))


LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1"/></svg>'


class ServiceProcess:
    """Processes of one service and all the events that pass."""

    def __init__(
        self, service: str, town: Town, folder: Path, *, amqp_uri: str, mongo_uri: str, prefix: str, **environ: str
    ) -> None:
        self.service = service
        self.town = town
        self.crashes = folder / "crashes"
        self.crashes.mkdir()
        self._log = folder / "log"
        self._processes: list[subprocess.Popen[bytes]] = []
        towns = folder / "towns"
        towns.mkdir()
        (towns / "town.yaml").write_text(yaml.safe_dump(json.loads(json.dumps(dump(town)))), encoding="utf-8")
        (towns / town.logo).write_text(LOGO, encoding="utf-8")
        self._environ = {
            **os.environ,
            "LOKET_AMQP_URI": amqp_uri,
            "LOKET_MONGO_URI": mongo_uri,
            "LOKET_DATABASE": prefix,
            "LOKET_TOWNS": str(towns),
            "LOKET_RUN_DIR": str(folder),
            "LOKET_CRASH_DIR": str(self.crashes),
            "LOKET_SWEEP_S": "0.3",
            **environment(service),
            "LOKET_INTAKE_PEPPER": KEY,
            **environ,
        }
        declare_on(amqp_uri)
        self._amqp = pika.BlockingConnection(pika.URLParameters(amqp_uri))
        self._channel = self._amqp.channel()
        self._events: list[Envelope] = []

    def start(self) -> subprocess.Popen[bytes]:
        """Start one process, and return once it serves."""
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-W", "ignore::DeprecationWarning", "-m", f"services.{self.service}"],
                stdout=log,
                stderr=log,
                env=self._environ,
            )
        self._processes.append(process)
        before = self.log().count("service_started")
        wait_for(lambda: process.poll() is not None or self.log().count("service_started") > before, what="the service")
        assert process.poll() is None, self.log()
        if len(self._processes) == 1:
            self._channel.queue_declare("heard-by-the-test", exclusive=True)
            self._channel.queue_bind("heard-by-the-test", "loket.events", "#")
        return process

    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def arm(self, point: str, target: str = "self") -> None:
        """Have the next process that gets there die, or kill the process of another id."""
        fresh = self.crashes / f".{point}"
        fresh.write_text(target, encoding="ascii")
        fresh.rename(self.crashes / point)

    def publish(self, event: Any, *, sequence: int = 1) -> None:
        """Say something as the service whose event it is."""
        _be, _loket, service, fact, _v1 = event.TYPE.split(".")
        envelope = Envelope(
            id=f"{event.application_id}:{fact}:{sequence}",
            type=event.TYPE,
            source=source_of(self.town.refnis, service),
            subject=event.application_id,
            time=datetime.now(UTC),
            data=dump(event),
            sequence=sequence,
        )
        body = envelope.to_json()
        properties = pika.BasicProperties(content_type=CONTENT_TYPE, headers=signed(body, service))
        self._channel.basic_publish("loket.events", event.TYPE, body, properties)

    def events(self, *kinds: type[Event]) -> list[Envelope]:
        """The different events of those kinds that passed so far."""
        while True:
            method, _properties, body = self._channel.basic_get("heard-by-the-test", auto_ack=True)
            if method is None:
                break
            self._events.append(Envelope.from_json(body))
        types = {kind.TYPE for kind in kinds}
        return list({(each.id, str(each.data)): each for each in self._events if each.type in types}.values())

    def wait_event(self, kind: type[Event], count: int = 1) -> Envelope:
        """The `count`th event of a kind."""
        found: list[Envelope] = wait_for(
            lambda: len(self.events(kind)) >= count and self.events(kind),
            what=f"{kind.__name__} in {self.log()[-2000:]}",
        )
        return found[count - 1]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(30)
        self._amqp.close()
