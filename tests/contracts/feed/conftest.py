"""A department's queues at a broker that is there for good, and at one that can be killed."""

import pytest

from deploy.local.embedded.part import Running
from tests.contracts.feed.department import Own, breakable_own


@pytest.fixture
def own(amqp_uri: str) -> Own:
    return Own.at(amqp_uri)


@pytest.fixture
def breakable(own_broker: Running) -> Own:
    return breakable_own(own_broker)
