"""The departments' virtual host of a test."""

from collections.abc import Iterator

import httpx
import pytest

from tests.deploy.broker.side import Side, passing_side


@pytest.fixture
def side(users_of_broker: None, amqp_uri: str, broker: tuple[str, httpx.Client]) -> Iterator[Side]:
    with passing_side(amqp_uri, broker[1]) as side:
        yield side
