"""Real parts for tests: one private broker and one store per run, started when a test first asks, ended with the run.

AMQP_TEST_URI (with AMQP_TEST_MANAGEMENT, the address of its HTTP API) and MONGODB_TEST_URI put others in their place.
"""

import contextlib
import fcntl
import gc
import os
import shutil
import sys
import tempfile
import threading
import uuid
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.connection import Client, Listener
from pathlib import Path
from typing import Any

import httpx
import hypothesis
import pytest
import structlog
from pymongo import MongoClient
from pymongo.database import Database

from deploy.local.embedded.broker import Broker
from deploy.local.embedded.part import PartError, Running
from deploy.local.embedded.store import Store, unpack
from tests.documents import verapdf
from tests.ports import free_ports
from tests.scheduling import Rooms, order
from tests.waiting import wait_for

KEEPER = "LOKET_TEST_KEEPER"
EVERYTHING = {"configure": ".*", "write": ".*", "read": ".*"}
A_YEAR_S = 366 * 86_400
"""Tests have days of their own, and what they store on them would have had its time."""
OPT = Path(__file__).parents[1] / "var" / "opt" / "store"


class Keeper(threading.Thread):
    """Starts a part when first asked for and keeps it for the run. It is one thread, because parts end with theirs."""

    def __init__(self, folder: Path) -> None:
        super().__init__(name="keeper", daemon=True)
        self.address = str(folder / "keeper")
        self._folder = folder
        self._listener = Listener(self.address, family="AF_UNIX")
        self._answers: dict[str, tuple[str, ...]] = {}

    def run(self) -> None:
        with contextlib.ExitStack() as started, self._listener:
            while True:
                with self._listener.accept() as asker:
                    wanted = asker.recv()
                    if wanted == "end":
                        return
                    asker.send(self._answer(wanted, started))

    def _answer(self, wanted: str, started: contextlib.ExitStack) -> tuple[str, ...]:
        if wanted not in self._answers:
            try:
                self._answers[wanted] = {"broker": self._broker, "store": self._store}[wanted](started)
            except PartError as error:
                self._answers[wanted] = ("failed", str(error))
        return self._answers[wanted]

    def _broker(self, started: contextlib.ExitStack) -> tuple[str, ...]:
        amqp, distribution, epmd, management = free_ports(4)
        broker = Broker(
            folder=self._folder / "broker",
            amqp_port=amqp,
            distribution_port=distribution,
            epmd_port=epmd,
            management_port=management,
        )
        running = Running(broker)
        started.callback(running.kill)  # its data is thrown away: no need to be polite
        running.start()
        return broker.uri, f"http://{broker.user}:{broker.password}@127.0.0.1:{management}"

    def _store(self, started: contextlib.ExitStack) -> tuple[str, ...]:
        unpack(OPT)
        store = Store(folder=self._folder / "store", port=free_ports(1)[0], opt=OPT, sweeps_every_s=A_YEAR_S)
        running = Running(store)
        started.callback(running.kill)
        running.start()
        return (store.uri,)

    def end(self) -> None:
        """End what was started."""
        with Client(self.address, family="AF_UNIX") as client:
            client.send("end")
        self.join()


hypothesis.settings.register_profile("loket", deadline=None)  # the machine may be busy with others
hypothesis.settings.load_profile("loket")


def pytest_configure(config: pytest.Config) -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # not what a test reads from a command
    if hasattr(config, "workerinput"):
        return  # pytest-xdist's workers inherit the controller's keeper
    folder = Path(tempfile.mkdtemp(prefix="loket-tests-"))
    keeper = Keeper(folder)
    keeper.start()
    os.environ[KEEPER] = keeper.address

    def end() -> None:
        keeper.end()
        shutil.rmtree(folder, ignore_errors=True)

    config.add_cleanup(end)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Rooms:
    return Rooms(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order(items)
    for each in items:
        if "users_of_broker" in getattr(each, "fixturenames", ()) and not each.get_closest_marker("timeout"):
            each.add_marker(pytest.mark.timeout(900))  # waiting for one's turn counts


def pytest_collection_finish() -> None:
    """What is loaded by now stays, and need not be looked through at each collection of garbage: with twelve thousand
    tests in memory that took most of the time of whatever makes much."""
    gc.collect()
    gc.freeze()


def kept(part: str) -> tuple[str, ...]:
    with Client(os.environ[KEEPER], family="AF_UNIX") as client:
        client.send(part)
        answer: tuple[str, ...] = client.recv()
    if answer[0] == "failed":
        pytest.fail(answer[1], pytrace=False)
    return answer


@pytest.fixture(scope="session")
def broker() -> Iterator[tuple[str, httpx.Client]]:
    """The run's broker: its address and a client of its HTTP API."""
    if outer := os.environ.get("AMQP_TEST_URI"):
        uri, management = outer, os.environ["AMQP_TEST_MANAGEMENT"]
    else:
        uri, management = kept("broker")
    with httpx.Client(base_url=f"{management.rstrip('/')}/api", trust_env=False) as api:
        yield uri, api


@pytest.fixture
def amqp_uri(broker: tuple[str, httpx.Client]) -> Iterator[str]:
    """A fresh virtual host of the run's broker, gone after the test."""
    uri, api = broker
    address = httpx.URL(uri)
    vhost = f"test-{uuid.uuid4().hex[:12]}"
    api.put(f"/vhosts/{vhost}").raise_for_status()
    api.put(f"/permissions/{vhost}/{address.username}", json=EVERYTHING).raise_for_status()
    yield str(address.copy_with(path=f"/{vhost}"))
    _without_vhost(api, vhost)


@pytest.fixture
def users_of_broker() -> Iterator[None]:
    """Users are the broker's, not a virtual host's, and ours have fixed names: one test at a time has them, whichever
    process of pytest runs it."""
    with Path(os.environ[KEEPER]).with_name("users").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _without_vhost(api: httpx.Client, name: str) -> None:
    """A broker that has just begun, or has much to do, answers 500 and does it, or does not."""
    gone = {httpx.codes.NO_CONTENT, httpx.codes.NOT_FOUND}
    wait_for(lambda: api.delete(f"/vhosts/{name}").status_code in gone, what=f"{name} to be removed")


@pytest.fixture(scope="session")
def mongo_uri() -> str:
    """The run's store."""
    return os.environ.get("MONGODB_TEST_URI") or kept("store")[0]


@pytest.fixture(scope="session")
def mongo_client(mongo_uri: str) -> Iterator[MongoClient[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](mongo_uri, tz_aware=True) as client:
        yield client


@pytest.fixture
def database_prefix(mongo_client: MongoClient[dict[str, Any]]) -> Iterator[str]:
    """A fresh LOKET_DATABASE; every database whose name begins with it is gone after the test."""
    prefix = f"test-{uuid.uuid4().hex[:12]}"
    yield prefix
    for name in mongo_client.list_database_names():
        if name.startswith(prefix):
            mongo_client.drop_database(name)


@pytest.fixture
def database(mongo_client: MongoClient[dict[str, Any]], database_prefix: str) -> Database[dict[str, Any]]:
    """A fresh database of the run's store, gone after the test."""
    return mongo_client[database_prefix]


@pytest.fixture(scope="session")
def breakable_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A broker of this process of pytest alone, up or down as the last test left it; starting one takes ten seconds."""
    amqp, distribution, epmd, management = free_ports(4)
    part = Broker(
        folder=tmp_path_factory.mktemp("breakable") / "broker",
        amqp_port=amqp,
        distribution_port=distribution,
        epmd_port=epmd,
        management_port=management,
    )
    running = Running(part)
    running.start()
    yield running
    running.kill()


@pytest.fixture
def own_broker(breakable_broker: Running) -> Iterator[Running]:
    """A broker to be killed and started again, with a fresh virtual host; `own_broker.part.uri` is its address."""
    running, before = breakable_broker, breakable_broker.part
    assert isinstance(before, Broker)
    part = running.part = replace(before, vhost=f"test-{uuid.uuid4().hex[:12]}")
    with httpx.Client(base_url=f"http://127.0.0.1:{part.management_port}/api", trust_env=False) as api:
        api.auth = (part.user, part.password)
        if running.runs():
            api.put(f"/vhosts/{part.vhost}").raise_for_status()
            api.put(f"/permissions/{part.vhost}/{part.user}", json=EVERYTHING).raise_for_status()
        else:
            running.start()  # it makes what its definitions name
        yield running
        running.part = before
        if running.runs():
            _without_vhost(api, part.vhost)


@pytest.fixture
def own_store(tmp_path: Path) -> Iterator[Running]:
    """A store for this test alone, to be killed and started again; `own_store.part.uri` is its address."""
    unpack(OPT)
    running = Running(Store(folder=tmp_path / "store", port=free_ports(1)[0], opt=OPT))
    running.start()
    yield running
    running.kill()


@pytest.fixture(scope="session")
def conformance() -> None:
    """veraPDF is at hand."""
    try:
        verapdf.ready()
    except verapdf.Missing as missing:
        pytest.fail(str(missing), pytrace=False)
