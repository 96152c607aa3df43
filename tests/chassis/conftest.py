"""The toy service as a real process, and plain AMQP and MongoDB clients to look at what it does."""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pika
import pika.exceptions
import pytest
from pymongo import MongoClient

from deploy.local.probing import probed
from services.contracts.envelope import CONTENT_TYPE, Envelope
from services.contracts.schema import dump
from tests.broker import declare_on
from tests.chassis.toy_contracts import TOPOLOGY
from tests.keys import RING, environment, signed
from tests.waiting import wait_for


class Toy:
    """Starts, stops and watches toy processes of one test."""

    def __init__(self, amqp_uri: str, mongo_uri: str, folder: Path) -> None:
        self.amqp_uri = amqp_uri
        self.mongo_uri = mongo_uri
        self.folder = folder
        self.prefix = f"t{secrets.token_hex(6)}"
        self.client: MongoClient[dict[str, Any]] = MongoClient(mongo_uri, tz_aware=True)
        self.db = self.client[f"{self.prefix}_toy"]
        self.processes: list[subprocess.Popen[bytes]] = []
        self.connections: list[Any] = []
        self.crashes = folder / "crashes"
        self.crashes.mkdir()
        self.log = folder / "log"
        declare_on(amqp_uri, TOPOLOGY)

    def start(self, *, ready: bool = True, **environ: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as out:
            process = subprocess.Popen(
                [sys.executable, "-W", "ignore::DeprecationWarning", "-m", "tests.chassis.toy_main"],
                stdout=out,
                stderr=out,
                env={
                    **os.environ,
                    "LOKET_AMQP_URI": self.amqp_uri,
                    "LOKET_MONGO_URI": self.mongo_uri,
                    "LOKET_DATABASE": self.prefix,
                    **environment("registry"),
                    "LOKET_KEYS_QUESTIONS_TOY": RING,
                    "LOKET_RUN_DIR": str(self.folder),
                    "LOKET_CRASH_DIR": str(self.crashes),
                    "LOKET_SWEEP_S": "0.3",
                    **environ,
                },
            )
        self.processes.append(process)
        if ready:
            wait_for(lambda: self.is_ready(process), what="the toy to start")
        return process

    def facts(self) -> list[dict[str, Any]]:
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [json.loads(line) for line in lines if line.startswith("{")]

    def is_ready(self, process: subprocess.Popen[bytes]) -> bool:
        assert process.poll() is None, self.log.read_text()[-3000:]
        file = self.folder / f"toy-{process.pid}.json"
        try:
            port = json.loads(file.read_text())["health_port"]
            return probed(f"http://127.0.0.1:{port}/readyz", timeout_s=2).is_success
        except (FileNotFoundError, httpx.HTTPError):
            return False

    def arm(self, point: str, target: str = "self") -> None:
        fresh = self.crashes / f".{point}.new"
        fresh.write_text(target)
        fresh.rename(self.crashes / point)

    def channel(self) -> Any:
        connection = pika.BlockingConnection(pika.URLParameters(self.amqp_uri))
        self.connections.append(connection)
        return connection.channel()

    def publish(
        self, *bodies: bytes, queue: str = "toy.compile", by: str | None = "intake", headers: Any = None, **rest: Any
    ) -> None:
        """Lay messages into a queue, as a broker's administrator can; signed by a service, or by nobody."""
        channel = self.channel()
        channel.confirm_delivery()
        rest.setdefault("content_type", CONTENT_TYPE)
        for body in bodies:
            written = {**(signed(body, by) if by else {}), **(headers or {})}
            properties = pika.BasicProperties(delivery_mode=2, headers=written, **rest)
            channel.basic_publish("", queue, body, properties, mandatory=True)
        channel.connection.close()

    def parked(self, queue: str = "toy.compile") -> list[tuple[Any, bytes]]:
        """Takes what is parked (so ask once)."""
        channel = self.channel()
        found = []
        while True:
            method, properties, body = channel.basic_get(f"{queue}.parked", auto_ack=True)
            if method is None:
                break
            found.append((properties, body))
        return found

    def take(self, queue: str) -> tuple[Any, bytes] | None:
        """The next message of any queue."""
        method, properties, body = self.channel().basic_get(queue, auto_ack=True)
        return (properties, body) if method else None

    def waiting(self, queue: str = "toy.compile") -> int:
        """Messages in a queue that no consumer holds."""
        return int(self.channel().queue_declare(queue, passive=True).method.message_count)

    def wait_parked(self, queue: str = "toy.compile") -> tuple[Any, bytes]:
        (only,) = wait_for(lambda: self.parked(queue), what=f"{queue}.parked")
        return only

    def notes(self, kind: str) -> list[str]:
        return [note["of"] for note in self.db.notes.find({"kind": kind})]

    def extract(self, application_id: str) -> dict[str, Any] | None:
        return self.db.extracts.find_one({"_id": application_id})

    def heard(self, application_id: str) -> list[str]:
        return [each["_id"] for each in self.db.heard.find({"of": application_id})]

    def close(self) -> None:
        for connection in self.connections:
            with contextlib.suppress(pika.exceptions.AMQPError):
                connection.close()
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait()
        self.client.drop_database(self.db.name)
        self.client.close()


def submitted(application_id: str, *, product: str = "ok", sequence: int = 1, **changes: Any) -> bytes:
    """An ApplicationSubmitted as it travels."""
    data = {
        "application_id": application_id,
        "product": product,
        "request": "sealed",
        "submitted_at": "2026-11-01T10:00:00+00:00",
    }
    envelope = dump(
        Envelope(
            id=f"{application_id}:application-submitted:{sequence}",
            type="be.loket.intake.application-submitted.v1",
            source="/towns/24001/intake",
            subject=application_id,
            time=datetime(2026, 11, 1, tzinfo=UTC),
            data=data,
            sequence=sequence,
        )
    )
    envelope.update(changes)
    return json.dumps(envelope).encode()


@pytest.fixture
def idle_toy(amqp_uri: str, mongo_uri: str, tmp_path: Path) -> Iterator[Toy]:
    """Not started yet."""
    toy = Toy(amqp_uri, mongo_uri, tmp_path)
    yield toy
    toy.close()


@pytest.fixture
def toy(idle_toy: Toy) -> Toy:
    """Running and ready."""
    idle_toy.start()
    return idle_toy
