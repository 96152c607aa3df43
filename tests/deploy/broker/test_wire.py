"""What a client cannot decode, as it comes from the line."""

import struct

import pika
import pytest
from pika import spec
from pika.frame import Header, decode_frame

from deploy.broker import queues  # noqa: F401 - whoever connects has it mended
from tests.deploy.broker.raw import DEEP, LATE, NO_NUMBER, NO_TYPE, Raw


def received(properties: pika.BasicProperties) -> pika.BasicProperties:
    _, frame = decode_frame(Header(1, 0, properties).marshal())
    return frame.properties


@pytest.mark.parametrize(
    "table",
    [LATE, b"\x01xT" + b"\xff" * 8, DEEP, NO_NUMBER, NO_TYPE, b"\x01xA\xff\xff\xff\xff", b"\x01"],
    ids=range(7),
)
def test_what_cannot_be_decoded_is_no_property(table: bytes) -> None:
    assert received(Raw(b"\x01at\x01" + table)) == pika.BasicProperties()


def test_nothing_stays_of_what_was_decoded_before() -> None:
    flags = spec.BasicProperties.FLAG_CONTENT_TYPE | spec.BasicProperties.FLAG_HEADERS
    encoded = struct.pack(">H", flags) + b"\x04text" + struct.pack(">I", len(LATE)) + LATE

    assert spec.props[spec.BasicProperties.INDEX]().decode(encoded) == pika.BasicProperties()


def test_what_can_be_decoded_is_as_it_was_sent() -> None:
    sent = pika.BasicProperties(content_type="text", headers={"a": [1, {"b": "c"}]}, delivery_mode=2, message_id="m")

    assert received(sent) == sent
