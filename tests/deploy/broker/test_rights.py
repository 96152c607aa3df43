"""Every user of the broker tried on everything there is, against a table: what is not in it is refused."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pika
import pytest
from pika.exceptions import ChannelClosedByBroker

from deploy.broker.definitions import definitions
from deploy.broker.rights import END, NOTHING, TOPIC_EXCHANGES, USERS, rights_of
from deploy.local.embedded.broker import Broker
from deploy.local.embedded.part import Running
from services.chassis.topology import DELAYS
from services.contracts.events import EVENTS
from services.contracts.topology import HINTS, OPERATORS_QUESTIONS, QUESTION_QUEUES, SERVICES, SUBSCRIPTIONS
from tests.broker import declare_on

PARKING = [f"{queue}.parked" for queue in (*SUBSCRIPTIONS, "loket.astray")]
DELAY_QUEUES = [f"loket.delay.{step}" for step in DELAYS]
QUEUES = [*SUBSCRIPTIONS, *QUESTION_QUEUES, *PARKING, *DELAY_QUEUES]
ACCESS_REFUSED = 403
AN_ANSWER = f"gateway.answers.{'0' * 32}"
NAMES = [*EVENTS, *SUBSCRIPTIONS, *QUESTION_QUEUES, AN_ANSWER]
KEYS = [*NAMES, *(f"{name}\n" for name in NAMES), "gateway.answers.x", "", "\n", "#", "*.*"]


@dataclass(frozen=True)
class Node:
    """A broker as `loket up` leaves it."""

    part: Broker

    def connect(self, user: str) -> pika.BlockingConnection:
        uri = self.part.uri if user == "operator" else self.part.uri_for(user)
        return pika.BlockingConnection(pika.URLParameters(uri))


@pytest.fixture(scope="module")
def node(breakable_broker: Running) -> Node:
    if not breakable_broker.runs():
        breakable_broker.start()
    part = breakable_broker.part
    assert isinstance(part, Broker)
    declare_on(part.uri)
    return Node(part)


class Attempts:
    """What one user is let do; each refusal closes a channel, and the next attempt opens another."""

    def __init__(self, connection: pika.BlockingConnection) -> None:
        self._connection = connection
        self._channel: Any = None

    def may(self, act: str, *arguments: Any, **named: Any) -> bool:
        """Whether the broker lets it be. What was published is confirmed, or there would be no answer."""
        if self._channel is None or not self._channel.is_open:
            self._channel = self._connection.channel()
            self._channel.confirm_delivery()
        try:
            getattr(self._channel, act)(*arguments, **named)
        except ChannelClosedByBroker as refusal:
            if refusal.reply_code != ACCESS_REFUSED:
                raise
            return False
        except pika.exceptions.NackError:
            return True
        return True

    def publish(self, exchange: str, key: str) -> bool:
        return self.may("basic_publish", exchange, key, b"x", mandatory=False)


@pytest.fixture(params=USERS)
def user(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def attempts(node: Node, user: str) -> Iterator[Attempts]:
    connection = node.connect(user)
    yield Attempts(connection)
    connection.close()


def own(user: str, names: Any) -> set[str]:
    return {name for name in names if name.startswith(f"{user}.")}


def test_who_may_publish_what_where(user: str, attempts: Attempts) -> None:
    """The table, in words: own events; delays and parking of own queues; answers to the gateway; questions by it."""
    consumed = own(user, SUBSCRIPTIONS)
    answers = {AN_ANSWER} if own(user, QUESTION_QUEUES) else set()
    expected = {
        "loket.events": {each.TYPE for each in EVENTS.values() if user == each.EMITTER},
        "loket.questions": set(QUESTION_QUEUES) - set(OPERATORS_QUESTIONS) if user == "gateway" else set(),
        "loket.answers": answers,
        "loket.parked": consumed,
        **dict.fromkeys(DELAY_QUEUES, consumed),
        "loket.due": set(),
        "loket.astray": set(),
        "amq.topic": set(),
        "amq.direct": set(),
        "amq.fanout": set(),
        "amq.headers": set(),
        "amq.match": set(),
    }

    allowed = {exchange: {key for key in KEYS if attempts.publish(exchange, key)} for exchange in expected}

    assert allowed == expected


def test_nobody_but_the_operator_writes_to_the_default_exchange(user: str, attempts: Attempts, node: Node) -> None:
    assert [queue for queue in QUEUES if attempts.publish("", queue)] == []
    with node.connect("operator") as connection:
        assert Attempts(connection).publish("", "nobody's")


def test_who_may_read_which_queue(user: str, attempts: Attempts) -> None:
    expected = own(user, SUBSCRIPTIONS) | own(user, QUESTION_QUEUES)

    assert {queue for queue in QUEUES if attempts.may("basic_get", queue)} == expected
    for queue in set(QUEUES) - expected:
        assert not attempts.may("basic_consume", queue, lambda *_: None)
        assert not attempts.may("queue_purge", queue)


def test_no_service_configures_anything(user: str, attempts: Attempts) -> None:
    for name in (*QUEUES, "another", f"{user}.another", "gateway.answers.short", f"gateway.other.{'0' * 32}"):
        assert not attempts.may("queue_delete", name), name
        if name not in QUEUES:
            assert not attempts.may("queue_declare", name), name
    for exchange in (*TOPIC_EXCHANGES[:-1], "another"):
        assert not attempts.may("exchange_delete", exchange), exchange
    assert not attempts.may("exchange_declare", "another", "topic")
    for queue in QUEUES:
        assert not attempts.may("queue_bind", queue, "loket.events", "#"), queue
        assert not attempts.may("queue_unbind", queue, "loket.events", "#"), queue
    assert not attempts.may("exchange_bind", "loket.delay.5s", "loket.events", "#")


def test_private_queues_are_the_gateways(user: str, attempts: Attempts) -> None:
    for kind in ("gateway.answers", "gateway.hints"):
        name = f"{kind}.{uuid4().hex}"
        assert attempts.may("queue_declare", name, exclusive=True) == (user == "gateway")
    if user == "gateway":
        hints = {event.TYPE for event in HINTS}
        keys = {key for key in KEYS if attempts.may("queue_bind", name, "loket.events", key)}
        assert keys == hints
        assert {key for key in KEYS if attempts.may("queue_bind", name, "loket.answers", key)} == {AN_ANSWER}
        for exchange in ("loket.questions", "loket.parked", *DELAY_QUEUES, "amq.topic"):
            assert not attempts.may("queue_bind", name, exchange, "#")


def test_other_virtual_hosts_are_closed(user: str, node: Node) -> None:
    address = node.part.uri_for(user).rpartition("/")[0]
    with pytest.raises(pika.exceptions.AMQPConnectionError):
        pika.BlockingConnection(pika.URLParameters(f"{address}/%2F"))


def test_there_is_no_other_user(node: Node) -> None:
    for name in ("guest", "loket-operator"):
        with pytest.raises(pika.exceptions.AMQPConnectionError):
            pika.BlockingConnection(
                pika.ConnectionParameters(
                    "127.0.0.1", node.part.amqp_port, "loket", pika.PlainCredentials(name, "guest")
                )
            )


def test_a_user_has_a_row_on_every_topic_exchange() -> None:
    """One without a row may use every key (https://www.rabbitmq.com/docs/access-control#topic-authorisation)."""
    found = definitions("loket", passwords=dict.fromkeys(USERS, "x"), administrator="operator")
    rows = {(row["vhost"], row["user"], row["exchange"]) for row in found["topic_permissions"]}
    theirs = {each["name"] for each in found["exchanges"] if each["type"] == "topic"} | {"amq.topic"}

    assert rows == {("loket", user, exchange) for user in USERS for exchange in TOPIC_EXCHANGES} | {
        ("loket-departments", "notify", exchange) for exchange in theirs
    }
    operators = [row for row in found["permissions"] if row["user"] == "operator"]
    permissions = [row for row in found["permissions"] if row not in operators]
    assert {row["vhost"] for row in operators} == {"loket", "loket-departments"}
    assert {(row["vhost"], row["user"]) for row in permissions} == {(vhost, user) for vhost, user, _ in rows}
    for row in (*permissions, *found["topic_permissions"]):
        for pattern in {row.get("configure", NOTHING), row["write"], row["read"]} - {NOTHING}:
            assert pattern.startswith("^")
            assert pattern.endswith(END)
            re.compile(pattern)


def test_the_rights_of_services_share_no_event_and_no_queue() -> None:
    for one in SERVICES:
        for other in SERVICES:
            if one != other:
                written, read = rights_of(one), rights_of(other)
                assert written.on("loket.events") != read.on("loket.events")
                assert not any(re.search(read.read, queue) for queue in own(one, (*SUBSCRIPTIONS, *QUESTION_QUEUES)))


def test_passwords_differ_and_are_the_owners_only(node: Node) -> None:
    passwords = {node.part.password_of(user) for user in USERS} | {node.part.password}

    assert len(passwords) == len(USERS) + 1
    assert all(len(password) >= 32 for password in passwords)
    for file in (*Path(node.part.folder, "passwords").iterdir(), node.part.folder / "definitions.json"):
        assert file.stat().st_mode & 0o077 == 0
