"""Several addresses of one broker: each is tried once, and the one that answered last is tried first."""

import socket
from collections.abc import Iterator

import pytest

from services.chassis.addresses import LOST, Addresses
from tests.ports import free_ports


class Hanging:
    """A node that takes connections and says nothing, as on a machine that swaps."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self.uri = f"amqp://127.0.0.1:{self._socket.getsockname()[1]}"

    def was_asked(self) -> bool:
        """Since this was asked last."""
        try:
            self._socket.accept()[0].close()
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    node = Hanging()
    yield node
    node.close()


def test_a_node_that_hangs_costs_its_time_out_once(amqp_uri: str, hanging: Hanging) -> None:
    addresses = Addresses(f"{hanging.uri};{amqp_uri}")

    first = addresses.connect(connect_timeout=1)
    assert first.connected
    assert hanging.was_asked()

    second = addresses.connect(connect_timeout=1)
    assert second.connected
    assert not hanging.was_asked()
    first.collect()
    second.collect()


def test_a_broker_of_which_no_node_answers_is_an_error(hanging: Hanging) -> None:
    (closed,) = free_ports(1)

    with pytest.raises(LOST):
        Addresses(f"amqp://127.0.0.1:{closed};{hanging.uri}").connect(connect_timeout=1)

    assert hanging.was_asked()
