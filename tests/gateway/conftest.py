"""A gateway with faked services behind it and a faked provider beside it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache

from gateway import database
from gateway.app import create_app
from gateway.rates import parse_rates
from gateway.settings import GatewaySettings
from services.chassis.locking import KeyRing
from tests.gateway import contract
from tests.gateway.fakes import FakeServices, LocalCounts, Provider, towns, write_logo
from tests.gateway.standin import StandIn
from tests.keys import RING, VERIFYING

HOST = "aarschot.localhost"


class CompiledTemplates(BytecodeCache):
    """Compiled once for all gateways of this process: each test makes one, and compiling was half of what it took."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {"bytecode_cache": CompiledTemplates()}

NO_STORE = "mongodb://127.0.0.1:9/"


def settings(folder: Path, **other: Any) -> GatewaySettings:
    values: dict[str, Any] = {
        "amqp_uri": "",
        "mongo_uri": NO_STORE,
        "intake_keys": KeyRing.parse(RING),
        "registry_keys": KeyRing.parse(RING),
        "documents_keys": KeyRing.parse(RING),
        "notify_keys": KeyRing.parse(RING),
        "event_keys": VERIFYING,
        "session_keys": KeyRing.parse(RING),
        "draft_keys": KeyRing.parse(RING),
        "towns": folder,
        "default_town": "24001",
        "secure_cookies": False,
        "stream_seconds": 5,
        "heartbeat_seconds": 0.05,
    }
    return GatewaySettings(**(values | other))


@pytest.fixture(scope="session", autouse=True)
def hang_up() -> Iterator[None]:
    """On the stores that gateways of this process spoke to."""
    yield
    while database._clients:
        database._clients.popitem()[1].close()


@pytest.fixture
def services() -> FakeServices:
    return FakeServices()


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def make_app(tmp_path: Path, services: FakeServices, provider: Provider) -> Callable[..., Flask]:
    def make(*, services: FakeServices = services, provider: Provider = provider, **other: Any) -> Flask:
        return create_app(
            settings(write_logo(tmp_path), **other),
            towns=towns(),
            services=services,
            issuers=provider.issuers(),
            counts=LocalCounts(),
        )

    return make


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app()


class Browser(FlaskClient):
    """Speaks to Aarschot unless told otherwise, and takes no answer of the API that its document does not know."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("base_url", f"http://{HOST}")
        answer = super().open(*args, **kwargs)
        contract.check(self.application, answer)
        return answer


@pytest.fixture
def limited_client(make_app: Callable[..., Flask]) -> Callable[..., FlaskClient]:
    """A client of an application with these limits, whose clock stands still at `now[0]`."""

    def make(*, now: list[float] | None = None, **rates: Any) -> FlaskClient:
        texts = {name: parse_rates(value) for name, value in rates.items() if name.endswith("limit")}
        app = make_app(**(rates | texts))
        standing = now or [1_790_000_000.0]
        clock = lambda: standing[0]  # noqa: E731
        app.config["LOKET_LIMITS"] = replace(app.config["LOKET_LIMITS"], clock=clock, counts=LocalCounts(clock))
        app.test_client_class = Browser
        return app.test_client()

    return make


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Nobody signed in."""
    app.test_client_class = Browser
    return app.test_client()


@pytest.fixture
def citizen(provider: Provider) -> dict[str, str]:
    """Headers of a citizen."""
    return {"Authorization": f"Bearer {provider.token()}"}


@pytest.fixture
def behind(amqp_uri: str, services: FakeServices) -> Iterator[StandIn]:
    """The services, behind a real broker."""
    with StandIn(amqp_uri, services) as standin:
        yield standin


@pytest.fixture
def stored(mongo_uri: str, database_prefix: str) -> dict[str, str]:
    """Variables of a gateway with the run's store."""
    return {"LOKET_MONGO_URI": mongo_uri, "LOKET_DATABASE": database_prefix}
