"""Departments at a real broker: each takes its own, and everything else is refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pika
import pytest
from pika.exceptions import AMQPError, ChannelClosedByBroker, NackError

from deploy.broker.administration import HttpApi, OverHttp
from deploy.broker.definitions import definitions
from deploy.broker.departments import CONNECTIONS, PARKED, AtBroker, definitions_of
from deploy.local.embedded.cluster import as_user
from services.chassis.addresses import beside
from services.contracts.departments import EXCHANGE, Answering, Topic, sandbox_key, virtual_host
from services.contracts.feed import Answerer, Outcome, Since, Subscriber
from services.contracts.feed.answers import answer_key
from services.contracts.feed.events import directed_key, routing_key
from services.contracts.feed_schemas import example
from services.notify.feed.queues import BrokerQueues
from tests.contracts.feed.department import EVENT
from tests.waiting import wait_for

ACCESS_REFUSED = 403
ISSUED = routing_key("24001", "certificate-issued", "residence")


def department(id: str, *topics: str, kept: timedelta = timedelta(days=7), answers: tuple[str, ...] = ()) -> AtBroker:
    known = tuple(map(Topic.parse, topics))
    return AtBroker(id=id, topics=known, answers=tuple(map(Answering.parse, answers)), kept=kept)


@dataclass(frozen=True)
class Side:
    """The departments' virtual host of a test, with the passwords of who is there."""

    uri: str
    administration: OverHttp

    @property
    def vhost(self) -> str:
        return urlsplit(self.uri).path.removeprefix("/")

    def add(self, known: AtBroker, **options: Any) -> str:
        self.administration.take(definitions_of(known, self.vhost, password="secret", **options))
        return as_user(self.uri, known.user, "secret")

    def connect(self, uri: str) -> pika.BlockingConnection:
        return pika.BlockingConnection(pika.URLParameters(uri))

    def publish(self, key: str, *, count: int = 1, body: bytes = EVENT.to_json()) -> None:
        """As notify does: confirmed."""
        with self.connect(as_user(self.uri, "notify", "secret")) as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            for _ in range(count):
                channel.basic_publish(EXCHANGE, key, body)

    def waiting(self, queue: str) -> int:
        with self.connect(self.uri) as connection:
            return int(connection.channel().queue_declare(queue, passive=True).method.message_count)


@pytest.fixture
def side(amqp_uri: str, broker: tuple[str, httpx.Client]) -> Iterator[Side]:
    api = broker[1]
    address = urlsplit(amqp_uri)
    inner = address.path.removeprefix("/")
    outer = virtual_host(inner)
    management = str(api.base_url).removesuffix("/").removesuffix("/api")
    administration = OverHttp(HttpApi(management))
    shared = definitions(inner, passwords={"notify": "secret"})
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    shared["permissions"].append({"user": address.username, "vhost": outer, **everything})
    administration.take(
        {
            kind: [e for e in each if e.get("vhost", outer) == outer and e.get("name") != inner]
            for kind, each in shared.items()
        }
    )
    yield Side(beside(amqp_uri, virtual_host), administration)
    wait_for(lambda: api.delete(f"/vhosts/{outer}").status_code in (204, 404), what=f"{outer} to be removed")
    for user in ("notify", *(f"department.{each}" for each in ("police", "waste", "school"))):
        api.delete(f"/users/{user}")


def refused(act: Any, *arguments: Any, **named: Any) -> bool:
    try:
        act(*arguments, **named)
    except ChannelClosedByBroker as closed:
        if closed.reply_code != ACCESS_REFUSED:
            raise
        return True
    return False


def test_each_takes_its_own(side: Side) -> None:
    police = side.add(department("police", "24001.certificate-issued.*", "24001.application-refused.residence"))
    side.add(department("waste", "24001.departure-certified.*"))

    side.publish(ISSUED)
    side.publish(routing_key("24001", "application-refused", "life"))
    side.publish(routing_key("23027", "certificate-issued", "residence"))
    side.publish(routing_key("24001", "departure-certified", "departure"))

    assert [event.key for event in Subscriber(police).history()] == [EVENT.key]
    wait_for(lambda: side.waiting("department.police") == 1, what="the police's event")
    wait_for(lambda: side.waiting("department.waste") == 1, what="the waste department's event")


def test_what_is_told_of_the_sandbox_is_for_who_asked_alone(side: Side) -> None:
    side.add(department("police"))
    side.add(department("waste", "24001.*.*"))

    side.publish(sandbox_key("certificate-issued", "police"))

    wait_for(lambda: side.waiting("department.police") == 1, what="the police's event")
    assert side.waiting("department.waste") == 0


def test_notify_counts_what_waits_for_a_department_and_reads_none_of_it(side: Side) -> None:
    side.add(department("police", "24001.certificate-issued.residence"))
    side.publish(ISSUED, count=3)
    queues = BrokerQueues(as_user(side.uri, "notify", "secret"))

    wait_for(lambda: queues.waiting_and_parked("police") == (3, 0), what="three events that wait")
    assert queues.waiting_and_parked("nobody") == (None, None)
    assert BrokerQueues("amqp://127.0.0.1:9/").waiting_and_parked("police") == (None, None)
    with side.connect(as_user(side.uri, "notify", "secret")) as connection:
        assert refused(connection.channel().basic_get, "department.police")


def test_whatever_a_department_tries_beyond_its_own_is_refused(side: Side) -> None:
    """Binds `#`, reads another's queue, parking or stream, writes to the feed, declares, purges, looks elsewhere."""
    police = side.add(department("police", "24001.certificate-issued.residence"))
    side.add(department("waste", "24001.certificate-issued.residence"))
    side.publish(ISSUED)
    with side.connect(police) as connection:
        tries = [
            ("queue_bind", ("department.police", EXCHANGE, "#"), {}),
            ("queue_unbind", ("department.police", EXCHANGE, ISSUED), {}),
            ("queue_declare", ("mine",), {}),
            ("queue_declare", ("",), {"exclusive": True}),
            ("queue_delete", ("department.police",), {}),
            ("queue_delete", ("department.waste",), {}),
            ("queue_purge", ("department.waste",), {}),
            ("exchange_declare", ("mine",), {"exchange_type": "topic"}),
            ("exchange_bind", ("amq.topic", EXCHANGE, "#"), {}),
            ("exchange_delete", (EXCHANGE,), {}),
            ("basic_get", ("department.waste",), {}),
            ("basic_get", ("department.waste.parked",), {}),
            ("basic_get", ("department.police2",), {}),
            *(
                ("basic_publish", (exchange, key, b"x"), {})
                for exchange in (EXCHANGE, PARKED, "amq.topic", "amq.direct", "amq.fanout", "amq.headers", "")
                for key in (ISSUED, "department.police", "department.waste", "", "#")
            ),
        ]
        for act, arguments, named in tries:
            channel = connection.channel()
            channel.confirm_delivery()
            assert refused(getattr(channel, act), *arguments, **named), (act, arguments)
        channel = connection.channel()
        channel.basic_qos(prefetch_count=1)
        reading = channel.consume("department.waste.history", arguments={"x-stream-offset": "first"})
        assert refused(next, reading)
    with pytest.raises(AMQPError):
        side.connect(
            as_user(
                side.uri.replace(side.vhost, side.vhost.removesuffix("-departments")), "department.police", "secret"
            )
        )
    wait_for(lambda: side.waiting("department.waste") == 1, what="the waste department's event, untouched")


def test_a_flood_of_connections_ends_at_the_limit(side: Side) -> None:
    police = side.add(department("police", "24001.*.*"))
    waste = side.add(department("waste", "24001.*.*"))
    opened: list[pika.BlockingConnection] = []

    opened += [side.connect(police) for _ in range(CONNECTIONS)]
    with pytest.raises(AMQPError):
        side.connect(police)
    side.connect(waste).close()

    for each in opened:
        each.close()


def test_a_dead_department_keeps_nobody_waiting_and_fills_nothing(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is too much for its queue pushes the oldest out, into parking; the publisher is confirmed all the same."""
    monkeypatch.setattr("deploy.broker.departments.LONGEST_QUEUE", 5)
    side.add(department("police", "24001.*.*"))
    side.add(department("waste", "24001.*.*"), may_read=True)

    side.publish(ISSUED, count=12)

    wait_for(lambda: side.waiting("department.police") == 5, what="five to wait")
    wait_for(lambda: side.waiting("department.police.parked") == 7, what="seven to be parked")


def test_suspended_it_hears_and_takes_nothing(side: Side) -> None:
    police = department("police", "24001.*.*")
    uri = side.add(police)

    side.add(police, may_read=False)
    side.publish(ISSUED)

    with side.connect(uri) as connection:
        assert refused(connection.channel().basic_get, "department.police")
    side.add(police)
    with side.connect(uri) as connection:
        channel = connection.channel()
        wait_for(lambda: channel.basic_get("department.police")[0] is not None, what="what it heard meanwhile")


def test_what_is_rejected_is_parked_and_what_comes_back_too_often(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.broker.departments.DELIVERIES", 2)
    uri = side.add(department("police", "24001.*.*"))
    side.publish(ISSUED, count=2)
    with side.connect(uri) as connection:
        channel = connection.channel()
        handed_out = 0
        for method, _, _ in channel.consume("department.police", inactivity_timeout=3):
            if method is None:
                break
            handed_out += 1
            channel.basic_nack(method.delivery_tag, requeue=handed_out > 1)

    assert handed_out == 1 + 3
    wait_for(lambda: side.waiting("department.police.parked") == 2, what="both to be parked")


def test_a_quiet_stream_forgets_what_is_too_old(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only whole closed segments go: with those of the feed's size little of what is too old stays."""
    uri = side.add(department("police", "24001.*.*", kept=timedelta(seconds=1)))
    monkeypatch.setattr("services.contracts.feed.subscriber.QUIET_S", 1.0)
    side.publish(ISSUED, count=120)
    wait_for(lambda: len(list(Subscriber(uri).history())) > 0, what="the stream")

    def after_another() -> int:
        side.publish(ISSUED, count=20)
        return len(list(Subscriber(uri).history()))

    wait_for(lambda: after_another() < 120, seconds=60, what="the oldest to go")


def test_a_stream_is_read_from_an_offset_or_a_moment(side: Side) -> None:
    uri = side.add(department("police", "24001.*.*"))
    side.publish(ISSUED, count=3)

    assert len(list(Subscriber(uri).history())) == 3
    assert len(list(Subscriber(uri).history(Since(offset=2)))) == 1


ASKED = directed_key("24001", "confirmation-requested", "criminal-record-596-2", "police")
ASKING = example("confirmation-requested")
THEIRS = answer_key("24001", "police")


def test_what_one_is_asked_no_other_hears_whatever_its_topics(side: Side) -> None:
    side.add(department("police", answers=("24001.police",)))
    side.add(department("school", "24001.*.*", answers=("24001.school", "23027.police")))
    side.add(department("waste", "24001.*.*"))

    side.publish(ASKED)
    side.publish(directed_key("24001", "answer-taken", "criminal-record-596-2", "police"))
    side.publish(directed_key("24001", "answer-refused", "all", "police"))

    wait_for(lambda: side.waiting("department.police") == 3, what="what the police are told")
    assert side.waiting("department.school") == side.waiting("department.waste") == 0


def test_an_answer_waits_for_notify_alone(side: Side) -> None:
    police = side.add(department("police", answers=("24001.police",)))

    answered = Answerer(police).answer(ASKING, Outcome.CONFIRMED)

    wait_for(lambda: side.waiting("department.police.answers") == 1, what="the answer")
    with side.connect(police) as connection:
        assert refused(connection.channel().basic_get, "department.police.answers")
    with side.connect(as_user(side.uri, "notify", "secret")) as connection:
        method, properties, _ = connection.channel().basic_get("department.police.answers")
        assert (method.routing_key, properties.message_id) == (THEIRS, answered)


def test_whatever_a_department_tries_to_answer_beyond_its_own_is_refused(side: Side) -> None:
    """In another town, as another, on another's exchange; binding, reading, declaring; and one that may not answer."""
    police = side.add(department("police", answers=("24001.police",)))
    side.add(department("school", answers=("24001.school",)))
    waste = side.add(department("waste", "24001.*.*"))
    own, others = "department.police.answers", "department.school.answers"
    with side.connect(police) as connection:
        keys = (answer_key("23027", "police"), answer_key("24001", "school"), f"{THEIRS}.x", f"{THEIRS}\n", "", "#")
        tries = [
            *(("basic_publish", (own, key, b"x")) for key in keys),
            *(("basic_publish", (others, key, b"x")) for key in (THEIRS, answer_key("24001", "school"))),
            *(("basic_publish", (exchange, THEIRS, b"x")) for exchange in (EXCHANGE, PARKED, "amq.topic", "")),
            ("queue_bind", (own, own, "#")),
            ("queue_bind", ("department.police", own, "#")),
            ("queue_bind", (own, EXCHANGE, "#")),
            ("exchange_bind", (own, EXCHANGE, "#")),
            ("exchange_bind", (own, others, "#")),
            ("exchange_delete", (own,)),
            ("queue_purge", (own,)),
            ("basic_get", (own,)),
            ("basic_get", (f"{own}.parked",)),
            ("basic_get", (others,)),
        ]
        for act, arguments in tries:
            channel = connection.channel()
            channel.confirm_delivery()
            assert refused(getattr(channel, act), *arguments), (act, arguments)
    with side.connect(waste) as connection:
        assert refused(publish_confirmed, connection, own)
    assert side.waiting(own) == side.waiting(others) == 0


def publish_confirmed(connection: pika.BlockingConnection, exchange: str) -> None:
    channel = connection.channel()
    channel.confirm_delivery()
    channel.basic_publish(exchange, THEIRS, b"x", mandatory=True)


def test_a_flood_of_answers_is_refused_and_keeps_no_other_waiting(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.broker.departments.LONGEST_ANSWERS", 5)
    police = side.add(department("police", answers=("24001.police",)))
    school = side.add(department("school", answers=("24001.police",)))

    def flood() -> None:
        for _ in range(200):
            Answerer(police).answer(ASKING, Outcome.CONFIRMED)

    with pytest.raises(NackError):
        flood()
    Answerer(school).answer(ASKING, Outcome.CONFIRMED)

    wait_for(lambda: side.waiting("department.school.answers") == 1, what="the other's answer")


def test_suspended_it_may_not_answer_either(side: Side) -> None:
    police = department("police", answers=("24001.police",))
    uri = side.add(police)

    side.add(police, may_read=False)

    with pytest.raises(ChannelClosedByBroker):
        Answerer(uri).answer(ASKING, Outcome.CONFIRMED)
    side.add(police)
    Answerer(uri).answer(ASKING, Outcome.CONFIRMED)
