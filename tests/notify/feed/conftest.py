"""notify as a process beside the departments' side of a real broker."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.deploy.broker.side import Side, passing_side
from tests.notify.conftest import StartPost
from tests.notify.process import ServiceProcess
from tests.notify.test_process import a_notify


@pytest.fixture
def departments(users_of_broker: None, amqp_uri: str, broker: tuple[str, httpx.Client]) -> Iterator[Side]:
    with passing_side(amqp_uri, broker[1]) as side:
        yield side


@pytest.fixture
def notify(
    departments: Side, start_post: StartPost, amqp_uri: str, mongo_uri: str, database_prefix: str, tmp_path: Path
) -> Iterator[ServiceProcess]:
    with a_notify(start_post(), tmp_path, amqp_uri=amqp_uri, mongo_uri=mongo_uri, prefix=database_prefix) as service:
        yield service
