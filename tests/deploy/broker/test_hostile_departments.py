"""Departments that mean harm, at a real broker: what they may not is refused, and the others have what is theirs.

Who goes to a limit has a name that no other test uses: RabbitMQ counts a user's connections and channels by name, tells
itself late that they ended, and forgets the count of a user five seconds after it was removed, also where there is one
of that name again (rabbit_channel_tracking, 3.10 and 4.0).
"""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import amqp
import pika
import pytest
from amqp.exceptions import NotAllowed
from kombu import Connection
from pika.exceptions import AMQPError, ChannelClosedByBroker

from deploy.broker.departments import CHANNELS, CONNECTIONS, PARKED
from deploy.local.embedded.cluster import as_user
from services.contracts.departments import EXCHANGE
from services.contracts.feed.queues import history_of, parking_of
from services.notify.feed.departments import new_user
from tests.contracts.feed.department import events
from tests.deploy.broker.side import ISSUED, POLICE, WASTE, Side, department, refused
from tests.waiting import wait_for

TOLD = 300
"""Events that are told while one of the two means harm."""

HUGE = 0x7FFFFFF0

Harm = Callable[[Side, str], None]


def test_whatever_a_department_tries_beyond_its_own_is_refused(side: Side) -> None:
    """Binds `#`, reads another's queue, parking or stream, writes to the feed, declares, purges, looks elsewhere."""
    police = side.add(department("police", "24001.certificate-issued.residence"))
    side.add(department("waste", "24001.certificate-issued.residence"))
    side.publish(ISSUED)
    exchanges = (EXCHANGE, PARKED, "amq.topic", "amq.direct", "amq.fanout", "amq.headers", "")
    theirs = (WASTE, parking_of(WASTE), history_of(WASTE))
    with side.connect(police) as connection:
        tries: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
            *(("queue_bind", (queue, EXCHANGE, "#"), {}) for queue in (POLICE, history_of(POLICE), *theirs)),
            ("queue_bind", (POLICE, PARKED, WASTE), {}),
            ("queue_bind", (POLICE, "amq.fanout", ""), {}),
            ("queue_unbind", (POLICE, EXCHANGE, ISSUED), {}),
            ("queue_unbind", (WASTE, EXCHANGE, ISSUED), {}),
            ("queue_declare", ("mine",), {}),
            ("queue_declare", ("",), {"exclusive": True}),
            ("queue_declare", (POLICE,), {"arguments": {"x-dead-letter-exchange": EXCHANGE}}),
            ("queue_delete", (POLICE,), {}),
            *(("queue_delete", (queue,), {}) for queue in theirs),
            *(("queue_purge", (queue,), {}) for queue in theirs),
            ("exchange_declare", ("mine",), {"exchange_type": "topic"}),
            ("exchange_bind", ("amq.topic", EXCHANGE, "#"), {}),
            ("exchange_bind", (PARKED, EXCHANGE, "#"), {}),
            ("exchange_delete", (EXCHANGE,), {}),
            ("exchange_delete", (PARKED,), {}),
            *(("basic_get", (queue,), {}) for queue in (WASTE, parking_of(WASTE), f"{POLICE}2", "department.police")),
            *(
                ("basic_publish", (exchange, key, b"x"), {})
                for exchange in exchanges
                for key in (ISSUED, POLICE, WASTE, "", "#")
            ),
        ]
        for act, arguments, named in tries:
            channel = connection.channel()
            channel.confirm_delivery()
            assert refused(getattr(channel, act), *arguments, **named), (act, arguments)
        for queue in theirs:
            channel = connection.channel()
            channel.basic_qos(prefetch_count=1)
            assert refused(next, channel.consume(queue, arguments={"x-stream-offset": "first"})), queue
    for vhost in (side.vhost.removesuffix("-departments"), "%2F"):
        with pytest.raises(AMQPError):
            side.connect(as_user(side.uri.replace(side.vhost, vhost), POLICE, "secret"))
    wait_for(lambda: side.waiting(WASTE) == 1, what="the waste department's event, untouched")


def test_who_guesses_the_name_of_another_department_learns_nothing(side: Side) -> None:
    """RabbitMQ counts for whoever names a queue, without any right: what is not guessed is not named."""
    police = side.add(department("police"))
    waste = replace(department("waste", "24001.*.*"), user=new_user("waste"))
    side.add(waste)
    side.publish(ISSUED)

    with side.connect(police) as connection:
        for guess in ("department.waste", parking_of("department.waste"), history_of("department.waste")):
            with pytest.raises(ChannelClosedByBroker, match="NOT_FOUND"):
                connection.channel().queue_declare(guess, passive=True)
    wait_for(lambda: side.waiting(waste.queue) == 1, what="what there was to be counted")
    assert new_user("waste") != waste.user


def test_connections_and_channels_end_at_the_limit(side: Side) -> None:
    many = side.add(department("many", "24001.*.*"))
    waste = side.add(department("waste", "24001.*.*"))

    with ExitStack() as opened:

        def connect() -> pika.BlockingConnection:
            connection = side.connect(many)
            opened.callback(close_if_open, connection)
            return connection

        connections = [connect() for _ in range(CONNECTIONS)]
        for number in range(CHANNELS):
            connections[number % CONNECTIONS].channel()
        for beyond in (connect, connections[0].channel):
            with pytest.raises(AMQPError):
                beyond()
        with side.connect(waste) as connection:
            assert connection.channel().is_open


def close_if_open(connection: pika.BlockingConnection) -> None:
    if connection.is_open:
        connection.close()


def connect_a_thousand_times(side: Side, uri: str) -> None:
    """And keeps those that it gets; py-amqp leaves nothing of a connection that was refused."""
    standing: list[Connection] = []
    for _ in range(1000):
        tried = Connection(uri)
        with suppress(NotAllowed):
            tried.connect()
            standing.append(tried)
    assert len(standing) == CONNECTIONS
    for each in standing:
        each.release()


def say_nothing_a_thousand_times(side: Side, uri: str) -> None:
    """Connections that stay where they were opened."""
    address = pika.URLParameters(uri)
    silent = [socket.create_connection((address.host, address.port)) for _ in range(1000)]
    for each in silent:
        each.close()


def open_thousands_of_channels(side: Side, uri: str) -> None:
    for _ in range(100):
        with suppress(AMQPError), side.connect(uri) as connection:
            for _ in range(CHANNELS + 1):
                connection.channel()


def flood(side: Side, uri: str) -> None:
    """Publishes what it may not, and does not listen to being refused: `basic_publish` would."""
    method, place = amqp.spec.Basic.Publish, (0, EXCHANGE, ISSUED, False, False)
    for _ in range(50):
        with suppress(amqp.AMQPError, ConnectionError), Connection(uri) as tried:
            channel = tried.channel()
            for _ in range(100):
                channel.send_method(method, "Bssbb", place, amqp.Message(b"x" * 100_000))


def give_back_again_and_again(side: Side, uri: str) -> None:
    """First from its queue, until the broker parks it; then from where that is."""
    own = queue_of(uri)
    with side.connect(uri) as connection:
        for queue in (own, parking_of(own)):
            channel = connection.channel()
            for number, (method, _, _) in enumerate(channel.consume(queue, inactivity_timeout=5)):
                if method is None or number == 10_000:
                    break
                channel.basic_nack(method.delivery_tag, requeue=True)
            channel.close()


def take_without_end_and_acknowledge_nothing(side: Side, uri: str) -> None:
    """And from the stream, once on each channel, of which nothing is read from the line."""
    with side.connect(uri) as connection:
        for _ in range(CHANNELS - 1):
            channel = connection.channel()
            channel.basic_qos(prefetch_count=65535)
            channel.basic_consume(queue_of(uri), print)
        channel = connection.channel()
        channel.basic_qos(prefetch_count=65535)
        channel.basic_consume(history_of(queue_of(uri)), print, arguments={"x-stream-offset": "first"})
        wait_for(lambda: side.waiting(WASTE) == TOLD, what="what is told meanwhile")
        with suppress(AMQPError):  # a client that ends gives back what it did not read, which no stream takes
            connection.close()


def send_huge_frames(side: Side, uri: str) -> None:
    """AMQP 0-9-1, section 4.2.3: the type, the channel, and how long it will be."""
    address = pika.URLParameters(uri)
    for kind in (1, 2, 3, 8, 255):
        with socket.create_connection((address.host, address.port)) as line:
            line.sendall(b"AMQP\x00\x00\x09\x01")
            with suppress(OSError):
                line.sendall(struct.pack(">BHI", kind, 0, HUGE))
                for _ in range(200):
                    line.sendall(b"\x00" * 65536)
                pytest.fail("it was read")
    with Connection(uri) as tried, pytest.raises((amqp.AMQPError, ConnectionError)):  # pika would leave its sockets
        publish(tried, b"x" * (200 * 1024 * 1024))  # RabbitMQ takes 128 MB


def publish(connection: Connection, body: bytes) -> None:
    """And hear what the broker says to it."""
    connection.channel().basic_publish(amqp.Message(body), EXCHANGE, "k" * 255)
    connection.drain_events(timeout=10)


def queue_of(uri: str) -> str:
    """Of the department that connects so: it is called as its user is."""
    return str(urlsplit(uri).username)


@contextmanager
def harming(harm: Harm, side: Side, uri: str) -> Iterator[None]:
    """Until it is done, and it went as it says."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            harm(side, uri)
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    yield
    thread.join()
    assert not failed


@pytest.mark.slow
@pytest.mark.parametrize(
    "harm",
    [
        connect_a_thousand_times,
        say_nothing_a_thousand_times,
        open_thousands_of_channels,
        flood,
        give_back_again_and_again,
        take_without_end_and_acknowledge_nothing,
        send_huge_frames,
    ],
)
def test_meanwhile_another_has_all_that_is_its_own(side: Side, harm: Harm) -> None:
    """And nothing else: each event once, in its order, and what the feed says is confirmed."""
    harmful = side.add(department(harm.__name__.replace("_", "-"), "24001.*.*"))
    waste = side.add(department("waste", "24001.*.*"))
    told = [each.to_json() for each in events(TOLD)]

    with harming(harm, side, harmful):
        side.publish(ISSUED, *told)
        wait_for(lambda: side.waiting(WASTE) == TOLD, what="all that it was told")

    with side.connect(waste) as connection:
        channel = connection.channel()
        assert [channel.basic_get(WASTE, auto_ack=True)[2] for _ in told] == told
        assert channel.basic_get(WASTE)[0] is None
    assert side.waiting(parking_of(WASTE)) == 0
