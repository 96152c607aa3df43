"""Departments on a real broker and a real store."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
import pytest
from pymongo.database import Database

from deploy.broker.administration import HttpApi, OverHttp
from deploy.broker.departments import shared_definitions
from deploy.local.stack import Stack
from deploy.operator.departments import AtDeployment
from services.contracts.departments import virtual_host
from tests.deploy.broker.side import management_of
from tests.deploy.operator.departing import POLICE, Elsewhere
from tests.waiting import wait_for


@pytest.fixture
def here(
    users_of_broker: None, amqp_uri: str, broker: tuple[str, httpx.Client], database: Database[dict[str, Any]]
) -> Iterator[AtDeployment]:
    api = broker[1]
    address = urlsplit(amqp_uri)
    vhost = virtual_host(address.path.removeprefix("/"))
    administration = OverHttp(HttpApi(management_of(api)))
    shared = shared_definitions(vhost, administrator=address.username)
    ours = [each for each in shared["permissions"] if each["user"] == address.username]
    administration.take({**shared, "permissions": ours, "topic_permissions": []})
    stack = cast(Stack, SimpleNamespace(amqp_uri=amqp_uri, outside={}))
    yield AtDeployment(stack, database, lambda: administration)
    wait_for(lambda: api.delete(f"/vhosts/{vhost}").status_code in (204, 404), what=f"{vhost} to be removed")
    api.delete(f"/users/{POLICE.user}")


@pytest.fixture
def elsewhere(
    users_of_broker: None,
    amqp_uri: str,
    mongo_uri: str,
    broker: tuple[str, httpx.Client],
    database: Database[dict[str, Any]],
    database_prefix: str,
    tmp_path: Path,
) -> Iterator[Elsewhere]:
    api = broker[1]
    api.put("/users/notify", json={"password": "secret", "tags": ""}).raise_for_status()
    stack = Stack(
        var=tmp_path / "var",
        outside={
            "LOKET_AMQP_URI": amqp_uri,
            "LOKET_BROKER_API": management_of(api),
            "LOKET_MONGO_URI": mongo_uri,
            "LOKET_DATABASE": database_prefix,
        },
    )
    yield Elsewhere(stack, api)
    vhost = virtual_host(urlsplit(amqp_uri).path.removeprefix("/"))
    wait_for(lambda: api.delete(f"/vhosts/{vhost}").status_code in (204, 404), what=f"{vhost} to be removed")
    for user in ("notify", POLICE.user):
        api.delete(f"/users/{user}")
