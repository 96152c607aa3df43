"""The departments' virtual host of a test."""

from collections.abc import Iterator

import httpx
import pytest

from tests.deploy.broker.side import Side, a_side
from tests.waiting import wait_for


@pytest.fixture
def side(amqp_uri: str, broker: tuple[str, httpx.Client]) -> Iterator[Side]:
    api = broker[1]
    made = a_side(amqp_uri, str(api.base_url).removesuffix("/").removesuffix("/api"))
    yield made
    wait_for(lambda: api.delete(f"/vhosts/{made.vhost}").status_code in (204, 404), what=f"{made.vhost} to be removed")
    for user in made.users:
        api.delete(f"/users/{user}")
