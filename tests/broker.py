"""The topology on a test's virtual host, as the operator's command declares it."""

from kombu import Connection

from deploy.broker.rights import TOPOLOGY
from services.chassis.declaring import declare
from services.chassis.topology import Topology


def declare_on(amqp_uri: str, topology: Topology = TOPOLOGY) -> None:
    """Everything is there when this returns."""
    with Connection(amqp_uri) as connection:
        declare(connection, topology)
