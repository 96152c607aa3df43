"""The departments' virtual host of a test."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from deploy.broker.administration import HttpApi, OverHttp
from deploy.broker.definitions import definitions
from services.chassis.addresses import beside
from services.contracts.departments import virtual_host
from tests.deploy.broker.side import Side
from tests.waiting import wait_for


@pytest.fixture
def side(amqp_uri: str, broker: tuple[str, httpx.Client]) -> Iterator[Side]:
    api = broker[1]
    address = urlsplit(amqp_uri)
    inner = address.path.removeprefix("/")
    outer = virtual_host(inner)
    management = str(api.base_url).removesuffix("/").removesuffix("/api")
    administration = OverHttp(HttpApi(management))
    shared = definitions(inner, passwords={"notify": "secret"}, administrator=address.username)
    administration.take(
        {
            kind: [e for e in each if e.get("vhost", outer) == outer and e.get("name") != inner]
            for kind, each in shared.items()
        }
    )
    made = Side(beside(amqp_uri, virtual_host), administration)
    yield made
    wait_for(lambda: api.delete(f"/vhosts/{outer}").status_code in (204, 404), what=f"{outer} to be removed")
    for user in made.users:
        api.delete(f"/users/{user}")
