"""The kill run can fail: nameko's own defaults lose or double under the same kills that Loket survives."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial

import pika
import pika.exceptions
import pytest
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import PyMongoError

from deploy.local.embedded.part import Running, wait_until

pytestmark = pytest.mark.slow

APPLICATIONS = 300
SERVICES = ("intake", "registry", "documents", "notify")
AT_WORK = 10 * len(SERVICES)
"""What the services hold at once, ten each: they may take as many more without having lost one."""

QUEUES = (
    "evt-citizen-asked--plain_intake.submit",
    "evt-plain_intake-submitted--plain_registry.compile",
    "evt-plain_registry-compiled--plain_documents.issue",
    "evt-plain_documents-issued--plain_notify.tell",
)


class PlainServices:
    """The four plain services as processes, started again whenever they end."""

    def __init__(self, amqp_uri: str, mongo_uri: str, database: str) -> None:
        self._arguments = (amqp_uri, mongo_uri, database)
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def keep_up(self) -> None:
        for service in SERVICES:
            process = self._running.get(service)
            if process is None or process.poll() is not None:
                self._running[service] = subprocess.Popen(
                    (sys.executable, "-W", "ignore", "-m", "tests.system.plain", service, *self._arguments),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env={**os.environ, "PYTHONPATH": os.getcwd()},
                )

    def kill(self, service: str) -> None:
        self._running[service].send_signal(signal.SIGKILL)
        self._running[service].wait()

    def end(self) -> None:
        for process in self._running.values():
            process.kill()
            process.wait()


@pytest.fixture
def services(own_broker: Running, own_store: Running) -> Iterator[PlainServices]:
    services = PlainServices(own_broker.part.uri, own_store.part.uri, "plain")
    yield services
    services.end()


@pytest.fixture
def connection(own_broker: Running) -> Iterator[pika.BlockingConnection]:
    with pika.BlockingConnection(pika.URLParameters(own_broker.part.uri)) as connection:
        yield connection


def test_plain_nameko_loses_or_doubles(
    services: PlainServices, connection: pika.BlockingConnection, own_store: Running
) -> None:
    channel = connection.channel()
    services.keep_up()
    assert wait_until(lambda: _bound(connection), 60)

    for n in range(APPLICATIONS):
        channel.basic_publish(
            "citizen.events",
            "asked",
            json.dumps(f"a{n}").encode(),
            pika.BasicProperties(delivery_mode=2, content_type="application/json", content_encoding="utf-8"),
        )
    with MongoClient(own_store.part.uri) as client:
        database = client["plain"]
        assert wait_until(partial(_has_grown, database, 0), 60)
        own_store.kill()
        waiting = _waiting(connection)
        wait_until(lambda: _waiting(connection) < waiting - AT_WORK, 150)  # what is taken cannot be saved anywhere
        own_store.start()
        for service in ("registry", "documents", "intake", "documents"):
            wait_until(partial(_has_grown, database, _certificates(database)), 5)
            services.kill(service)
            services.keep_up()
        assert wait_until(lambda: _quiet(database), 120, every_s=1)

        issued = Counter(each["of"] for each in database.certificates.find())

    lost = APPLICATIONS - len(issued)
    doubled = sum(1 for count in issued.values() if count > 1)
    assert lost or doubled, "the kills harmed nothing: this run could not show a loss"
    print(f"\nplain nameko: {APPLICATIONS} accepted, {lost} lost, {doubled} issued twice")  # noqa: T201


def _bound(connection: pika.BlockingConnection) -> bool:
    """Whether every service has declared the queue it listens on."""
    try:
        _waiting(connection)
    except pika.exceptions.ChannelClosedByBroker:
        return False
    return True


def _waiting(connection: pika.BlockingConnection) -> int:
    """Messages that no service has taken yet. Raises ChannelClosedByBroker where a queue is not there."""
    channel = connection.channel()
    found = sum(int(channel.queue_declare(queue, passive=True).method.message_count) for queue in QUEUES)
    channel.close()
    return found


def _certificates(database: Database) -> int:
    try:
        return int(database.certificates.estimated_document_count())
    except PyMongoError:
        return 0


def _has_grown(database: Database, before: int) -> bool:
    return _certificates(database) > before + 8


def _quiet(database: Database, quiet_s: float = 5) -> bool:
    """Whether no certificate has come for a while."""
    before = _certificates(database)
    time.sleep(quiet_s)
    return _certificates(database) == before
