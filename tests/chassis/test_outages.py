"""Broker and store die and come back; the service is not restarted and loses nothing."""

import os
import signal
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

import psutil
import pytest
from kombu import Connection, Queue

from deploy.broker.alarms import alarm
from deploy.local.embedded.broker import SCRIPTS, Broker
from deploy.local.embedded.part import Running
from services.chassis.publisher import Publisher, Unconfirmed, Unpublished, Unroutable
from tests.broker import declare_on
from tests.chassis.conftest import Toy, submitted
from tests.chassis.toy_contracts import TOPOLOGY
from tests.waiting import wait_for

pytestmark = pytest.mark.slow


@pytest.fixture
def toy_of_its_own(own_broker: Running, own_store: Running, tmp_path: Path) -> Iterator[Toy]:
    toy = Toy(own_broker.part.uri, own_store.part.uri, tmp_path)
    yield toy
    toy.close()


def test_a_service_that_starts_before_broker_and_store_waits_for_them(
    toy_of_its_own: Toy, own_broker: Running, own_store: Running
) -> None:
    toy = toy_of_its_own
    own_broker.kill()
    own_store.kill()
    process = toy.start(ready=False)
    wait_for(lambda: any(fact["event"] == "waiting_for" for fact in toy.facts()))

    own_broker.start()
    declare_on(toy.amqp_uri, TOPOLOGY)  # one that was killed the moment it was declared may have forgotten it
    own_store.start()

    wait_for(lambda: toy.is_ready(process), what="the toy to start")
    toy.publish(submitted("a1"))
    wait_for(lambda: toy.heard("a1"))


def test_a_broker_killed_under_load_loses_nothing_and_the_service_comes_back(
    toy_of_its_own: Toy, own_broker: Running
) -> None:
    toy = toy_of_its_own
    process = toy.start()
    toy.publish(*(submitted(f"a{n}") for n in range(200)))

    own_broker.kill()
    own_broker.start()
    wait_for(lambda: toy.is_ready(process), seconds=60)
    toy.publish(submitted("last"))

    wait_for(lambda: toy.db.heard.count_documents({}) == 201, seconds=60)
    assert {each["times"] for each in toy.db.extracts.find()} == {1}
    assert process.poll() is None


def test_a_store_killed_under_load_loses_nothing_and_the_service_comes_back(
    toy_of_its_own: Toy, own_store: Running
) -> None:
    toy = toy_of_its_own
    process = toy.start()
    toy.publish(*(submitted(f"a{n}") for n in range(200)))

    own_store.kill()
    own_store.start()
    toy.publish(submitted("last"))

    wait_for(lambda: toy.db.heard.count_documents({}) == 201, seconds=60)
    assert {each["times"] for each in toy.db.extracts.find()} == {1}
    assert toy.parked() == []
    assert process.poll() is None


def test_an_outage_of_the_store_is_counted_against_no_event(toy_of_its_own: Toy, own_store: Running) -> None:
    """What went through the delay queues would come back minutes later, though the store is back within seconds."""
    toy = toy_of_its_own
    toy.start()
    own_store.kill()
    toy.publish(*(submitted(f"a{n}") for n in range(30)))
    wait_for(lambda: any(fact["event"] == "store_away" for fact in toy.facts()))

    own_store.start()

    wait_for(lambda: toy.db.heard.count_documents({}) == 30, seconds=60)
    assert {each["times"] for each in toy.db.extracts.find()} == {1}
    assert not any(fact["event"] == "event_delayed" for fact in toy.facts())
    assert toy.waiting("loket.delay.5s") == 0


def test_a_service_told_to_stop_while_its_store_is_away_hands_back_what_it_holds(
    toy_of_its_own: Toy, own_store: Running
) -> None:
    toy = toy_of_its_own
    process = toy.start(LOKET_STOP_S="8")
    own_store.kill()
    toy.publish(*(submitted(f"a{n}") for n in range(5)))
    wait_for(lambda: any(fact["event"] == "store_away" for fact in toy.facts()))

    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0
    own_store.start()

    assert toy.waiting() == 5
    toy.start()
    wait_for(lambda: toy.db.heard.count_documents({}) == 5)


@pytest.mark.parametrize(("step", "which"), [("saved", "broker"), ("relayed", "store")])
def test_a_part_killed_between_two_steps_leaves_one_effect(
    toy_of_its_own: Toy, own_broker: Running, own_store: Running, step: str, which: str
) -> None:
    part = {"broker": own_broker, "store": own_store}[which]
    toy = toy_of_its_own
    process = toy.start()
    toy.arm(f"toy.compile.{step}", target=str(part.pid))

    process.send_signal(signal.SIGSTOP)  # or the broker is gone before it has confirmed to this test
    toy.publish(submitted("a1"))
    process.send_signal(signal.SIGCONT)
    part.wait()
    part.start()

    wait_for(lambda: toy.heard("a1"), seconds=60)
    wait_for(lambda: toy.extract("a1")["outbox"] == [])
    assert toy.extract("a1")["times"] == 1
    assert toy.heard("a1") == ["a1:extract-compiled:1"]


def test_a_service_told_to_stop_ends_though_its_broker_and_store_are_gone(
    toy_of_its_own: Toy, own_broker: Running, own_store: Running
) -> None:
    toy = toy_of_its_own
    process = toy.start(LOKET_STOP_S="2")
    own_broker.kill()
    own_store.kill()
    wait_for(lambda: any(fact["event"] == "broker_away" for fact in toy.facts()))

    process.send_signal(signal.SIGTERM)

    assert process.wait(timeout=30) == 0
    own_store.start()


def test_a_broker_that_holds_publishers_back_is_an_error_and_not_a_hang(own_broker: Running) -> None:
    publisher = Publisher(own_broker.part.uri, confirm_timeout_s=1)
    publish = partial(publisher.publish, b"x", exchange="", routing_key="nobody", mandatory=False)
    publish()

    _rabbitmqctl(own_broker, "set_vm_memory_high_watermark", "0.0000001")
    with pytest.raises(Unpublished):
        publish()
    _rabbitmqctl(own_broker, "set_vm_memory_high_watermark", "0.4")

    publish()
    publisher.close()


def test_all_attempts_together_wait_no_longer_than_told(own_broker: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    publisher = Publisher(own_broker.part.uri, confirm_timeout_s=600)
    connected: list[bool] = []
    connect = Publisher._connect
    monkeypatch.setattr(
        Publisher, "_connect", lambda self, confirmed: (connected.append(True), connect(self, confirmed))[1]
    )
    publish = partial(publisher.publish, b"x", exchange="", routing_key="nobody", mandatory=False)
    publish()

    _rabbitmqctl(own_broker, "set_vm_memory_high_watermark", "0.0000001")
    with pytest.raises(Unpublished):
        publish(patience_s=1)
    _rabbitmqctl(own_broker, "set_vm_memory_high_watermark", "0.4")

    assert connected == [True]
    publisher.close()
    assert not _connections_to(own_broker)  # also not the one that was never answered


def test_an_unroutable_message_is_told_and_the_next_confirm_is_its_own(amqp_uri: str) -> None:
    publisher = Publisher(amqp_uri, confirm_timeout_s=5)

    for _ in range(3):
        with pytest.raises(Unroutable):
            publisher.publish(b"x", exchange="", routing_key="nobody")

    publisher.publish(b"x", exchange="", routing_key="nobody", mandatory=False)
    publisher.close()


def test_a_message_that_the_broker_refuses_to_take_on_is_not_published(amqp_uri: str) -> None:
    """As it does while the leader of a quorum queue is away; amqp's error for it is none of its AMQPErrors."""
    with Connection(amqp_uri) as connection:
        full = Queue("full", exclusive=False, queue_arguments={"x-max-length": 1, "x-overflow": "reject-publish"})
        full(connection.default_channel).declare()
        publisher = Publisher(amqp_uri, confirm_timeout_s=5)
        publish = partial(publisher.publish, b"x", exchange="", routing_key="full")
        publish()

        with pytest.raises(Unpublished):
            publish()

        assert full(connection.default_channel).purge() == 1
        publish()
        publisher.close()
        full(connection.default_channel).delete()


def test_where_one_of_several_queues_takes_nothing_the_others_have_it_and_it_is_in_doubt(own_broker: Running) -> None:
    part = own_broker.part
    assert isinstance(part, Broker)
    with Connection(part.uri) as connection:
        channel = connection.default_channel
        for queue in ("sound", "hung"):
            channel.queue_declare(queue, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
            channel.queue_bind(queue, "amq.fanout")
        leader = f"'{part.vhost}_hung'"
        publisher = Publisher(part.uri, confirm_timeout_s=5)
        publish_to = partial(publisher.publish, b"x", routing_key="sound")
        publish_to(exchange="", message_id="first")
        stood = publisher.stands_for_s

        _rabbitmqctl(own_broker, "eval", f"ok = sys:suspend({leader}).")
        try:
            with pytest.raises(Unconfirmed):
                publish_to(exchange="amq.fanout", message_id="second", patience_s=1)
            publish_to(exchange="", message_id="third")
        finally:
            _rabbitmqctl(own_broker, "eval", f"ok = sys:resume({leader}).")

        assert publisher.stands_for_s > stood + 1  # it was there all the time
        taken = [wait_for(partial(channel.basic_get, "sound", no_ack=True), what="all that was sent") for _ in range(3)]
        assert [each.properties["message_id"] for each in taken] == ["first", "second", "third"]
        wait_for(lambda: channel.basic_get("hung", no_ack=True), what="it in the queue that is back")
        publisher.close()


def test_a_broker_that_stood_still_and_is_another_now_has_just_begun(own_broker: Running) -> None:
    publisher = Publisher(own_broker.part.uri, confirm_timeout_s=5)
    publish = partial(publisher.publish, b"x", exchange="", routing_key="nobody", mandatory=False)
    publish()
    began = monotonic()

    os.kill(own_broker.pid, signal.SIGSTOP)
    with pytest.raises(Unconfirmed):
        publish(patience_s=0.5)
    own_broker.kill()
    own_broker.start()
    publish()

    assert publisher.stands_for_s < monotonic() - began - 0.5
    publisher.close()


@pytest.mark.parametrize(
    ("setting", "low", "high", "told"),
    [
        ("set_disk_free_limit", "1000000GB", "50MB", "low on disk"),
        ("set_vm_memory_high_watermark", "0.0000001", "0.4", "low on memory"),
    ],
)
def test_a_broker_that_is_short_of_something_says_so_to_who_asks(
    own_broker: Running, setting: str, low: str, high: str, told: str
) -> None:
    assert alarm(own_broker.part.uri) is None

    _rabbitmqctl(own_broker, setting, low)
    try:
        wait_for(lambda: alarm(own_broker.part.uri) == told)
    finally:
        _rabbitmqctl(own_broker, setting, high)

    wait_for(lambda: alarm(own_broker.part.uri) is None)


def test_a_broker_that_is_away_is_short_of_nothing() -> None:
    assert alarm("amqp://127.0.0.1:9/") is None


def _connections_to(broker: Running) -> list[object]:
    port = urlsplit(broker.part.uri).port
    return [each for each in psutil.Process().net_connections("tcp") if each.raddr and each.raddr.port == port]


def _rabbitmqctl(broker: Running, *arguments: str) -> None:
    part = broker.part
    assert isinstance(part, Broker)
    subprocess.run((SCRIPTS / "rabbitmqctl", *arguments), env=part.environ(), check=True, capture_output=True)
