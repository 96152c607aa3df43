"""Streams at a real broker, read up to their last message: however slow it is, and whatever of them is gone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pika
import pytest
from pika.adapters.blocking_connection import BlockingConnection
from pika.exceptions import AMQPConnectionError, ConsumerCancelled

from services.contracts.feed import Since
from services.contracts.feed import streams as module
from services.contracts.feed.connecting import Address
from services.contracts.feed.streams import last_offset, on_and_on, up_to_now
from tests.chassis.cable import Cable
from tests.contracts.feed.department import Own, events

TOLD = [each.to_json() for each in events(30)]


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_S", 0.02)


@pytest.fixture
def connection(own: Own) -> Iterator[BlockingConnection]:
    with pika.BlockingConnection(pika.URLParameters(own.uri)) as connection:
        yield connection


def stream_of(own: Own) -> str:
    return f"{own.queue}.history"


def test_it_is_read_up_to_where_it_ended_when_it_was_asked(own: Own, connection: BlockingConnection) -> None:
    own.tell(*events(5))
    reading = up_to_now(connection, stream_of(own), Since())

    read = [next(reading)]
    own.tell(*events(8)[5:])
    read.extend(reading)

    assert [(each.offset, each.body) for each in read] == list(enumerate(TOLD[:5]))
    assert last_offset(connection, stream_of(own)) == 7


def test_one_that_is_empty_has_no_end(own: Own, connection: BlockingConnection) -> None:
    assert last_offset(connection, stream_of(own)) is None
    assert list(up_to_now(connection, stream_of(own), Since())) == []


def test_from_behind_its_end_it_holds_nothing(own: Own, connection: BlockingConnection) -> None:
    own.tell(*events(3))

    for since in (Since(offset=3), Since(offset=99), Since(moment=datetime.now(UTC) + timedelta(hours=1))):
        assert list(up_to_now(connection, stream_of(own), since)) == []
    assert [each.offset for each in up_to_now(connection, stream_of(own), Since(offset=2))] == [2]


def test_a_slow_broker_is_waited_for(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing comes for longer than finds a stream empty, while it is read, and then all that is left."""
    monkeypatch.setattr(module, "AHEAD", 10)
    own.tell(*events(30))
    cable = Cable(urlsplit(own.uri).port or 5672)
    waited = 0

    def is_stopped() -> bool:
        nonlocal waited
        waited += 1
        if waited == 5 * module.EMPTY:
            cable.let_go()
        return False

    with Address(own.over(cable).uri, blocked_s=300).connect() as connection:
        read = []
        for message in up_to_now(connection, stream_of(own), Since(), is_stopped=is_stopped):
            if not read:
                waited = 0
                cable.hold()
            read.append(message.body)
    cable.close()

    assert read == TOLD
    assert waited >= 5 * module.EMPTY


def test_one_that_is_deleted_is_not_waited_for(own: Own, connection: BlockingConnection) -> None:
    own.tell(*events(1))
    reading = on_and_on(connection, stream_of(own), Since(), is_stopped=lambda: False)
    next(reading)

    with pika.BlockingConnection(pika.URLParameters(own.uri)) as other:
        other.channel().queue_delete(stream_of(own))

    with pytest.raises(ConsumerCancelled):
        next(reading)


def test_of_several_nodes_the_first_that_answers_is_taken(own: Own) -> None:
    nobody = own.uri.replace(f":{urlsplit(own.uri).port}/", ":1/")

    with Address(f"{nobody};{own.uri}", blocked_s=300).connect() as connection:
        assert last_offset(connection, stream_of(own)) is None

    with pytest.raises(AMQPConnectionError):
        Address(nobody, blocked_s=300).connect()


def test_a_broker_that_gives_no_more_without_a_word_is_asked_once_more(
    own: Own, connection: pika.BlockingConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As RabbitMQ 3.10 does now and then where the file that is read goes as too old."""
    own.tell(*events(10))
    monkeypatch.setattr(module, "SILENT", 50)
    hear = module._Consumer._hear
    readers: list[module._Consumer] = []

    def hears_three(consumer: module._Consumer, *delivered: Any) -> None:
        is_reader = consumer.came.maxlen is None
        if is_reader and consumer not in readers:
            readers.append(consumer)
        if not is_reader or consumer is not readers[0] or delivered[2].headers["x-stream-offset"] < 3:
            hear(consumer, *delivered)

    monkeypatch.setattr(module._Consumer, "_hear", hears_three)

    assert [each.offset for each in up_to_now(connection, stream_of(own), Since())] == list(range(10))
    assert len(readers) > 1
