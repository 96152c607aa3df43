"""The demonstration's stand-in as a real server on the loopback, over a town that a test makes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest

from deploy.demo.far.authorities import demo_attest_seals
from deploy.demo.magda.answering import Answering
from deploy.demo.magda.certificates import demo_certificates
from deploy.demo.magda.faults import Fault
from deploy.demo.magda.server import Server
from services.contracts.populations import Population
from services.contracts.towns import Town
from services.registry.domain import View
from services.registry.sources.magda.opening import MagdaRegister
from tests.intake.fakes import a_town
from tests.registry.fakes import TOWN, FakeRegister

SECRETS = {f"LOKET_MAGDA_{TOWN}_PASSPHRASE": "opens the key"}


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class StandIn:
    """`register` is the town behind it; `fault` what goes wrong now."""

    folder: Path
    register: FakeRegister | None = None
    fault: Fault | None = None
    server: Server | None = None
    clock: Callable[[], datetime] = utc_now
    made: list[MagdaRegister] = field(default_factory=list)

    def town(self, **chosen: str) -> Town:
        assert self.server is not None
        usual = {
            "source": "magda",
            "url": f"https://127.0.0.1:{self.server.server_port}/",
            "certificate": f"{TOWN}.pem",
            "key": f"{TOWN}.key",
            "authorities": "authorities.pem",
            "environment": "test",
            "identification": "loket.example/counter",
        }
        return replace(a_town(TOWN), population=Population(**{**usual, **chosen}))

    def asking(self, *, at_once: int = 4, **chosen: str) -> MagdaRegister:
        town = self.town(**chosen)
        made = MagdaRegister(town, folder=self.folder, secrets=SECRETS, clock=utc_now, at_once=at_once)
        self.made.append(made)
        return made

    def view(self, register: FakeRegister) -> View:
        self.register = register
        return self.asking().view(town=TOWN)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("magda")
    demo_certificates(folder, [TOWN], SECRETS)
    demo_attest_seals(folder)
    return folder


@contextmanager
def running(folder: Path) -> Iterator[StandIn]:
    standin = StandIn(folder=folder)

    def view_of(town: str) -> View:
        assert standin.register is not None
        return standin.register.view(town=town)

    server = Server(
        0,
        folder=folder,
        answering=Answering(view_of, folder=folder, clock=utc_now),
        fault_now=lambda: standin.fault,
        clock=lambda: standin.clock(),  # noqa: PLW0108 - a test sets another
    )
    standin.server = server
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield standin
    finally:
        for each in standin.made:
            each.close()
        server.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def standin(certificates: Path) -> Iterator[StandIn]:
    with running(certificates) as found:
        yield found
