"""Departments at a real broker: each takes its own."""

import time
from datetime import timedelta

import pytest

from services.contracts.departments import sandbox_key
from services.contracts.feed import Since, Subscriber
from services.contracts.feed.events import routing_key
from services.contracts.feed.queues import parking_of
from services.notify.feed.queues import BrokerQueues
from tests.contracts.feed.department import EVENT
from tests.deploy.broker.side import ISSUED, POLICE, WASTE, Side, department, refused
from tests.waiting import wait_for


def test_each_takes_its_own(side: Side) -> None:
    police = side.add(department("police", "24001.certificate-issued.*", "24001.application-refused.residence"))
    side.add(department("waste", "24001.departure-certified.*"))

    side.publish(ISSUED)
    side.publish(routing_key("24001", "application-refused", "life"))
    side.publish(routing_key("23027", "certificate-issued", "residence"))
    side.publish(routing_key("24001", "departure-certified", "departure"))

    assert [event.key for event in Subscriber(police).history()] == [EVENT.key]
    wait_for(lambda: side.waiting(POLICE) == 1, what="the police's event")
    wait_for(lambda: side.waiting(WASTE) == 1, what="the waste department's event")


def test_what_is_told_of_the_sandbox_is_for_who_asked_alone(side: Side) -> None:
    side.add(department("police"))
    side.add(department("waste", "24001.*.*"))

    side.publish(sandbox_key("certificate-issued", "police"))

    wait_for(lambda: side.waiting(POLICE) == 1, what="the police's event")
    assert side.waiting(WASTE) == 0


def test_notify_counts_what_waits_for_a_department_and_reads_none_of_it(side: Side) -> None:
    side.add(department("police", "24001.certificate-issued.residence"))
    side.publish(ISSUED, count=3)
    queues = BrokerQueues(side.notify)

    wait_for(lambda: queues.waiting_and_parked(POLICE) == (3, 0), what="three events that wait")
    assert queues.waiting_and_parked("nobody") == (None, None)
    assert BrokerQueues("amqp://127.0.0.1:9/").waiting_and_parked(POLICE) == (None, None)
    with side.connect(side.notify) as connection:
        assert refused(connection.channel().basic_get, POLICE)


def test_a_dead_department_keeps_nobody_waiting_and_fills_nothing(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is too much for its queue pushes the oldest out, into parking; the publisher is confirmed all the same."""
    monkeypatch.setattr("deploy.broker.departments.LONGEST_QUEUE", 5)
    side.add(department("police", "24001.*.*"))
    side.add(department("waste", "24001.*.*"), may_read=True)

    side.publish(ISSUED, count=12)

    wait_for(lambda: side.waiting(POLICE) == 5, what="five to wait")
    wait_for(lambda: side.waiting(parking_of(POLICE)) == 7, what="seven to be parked")


def test_suspended_it_hears_and_takes_nothing(side: Side) -> None:
    police = department("police", "24001.*.*")
    uri = side.add(police)

    side.add(police, may_read=False)
    side.publish(ISSUED)

    with side.connect(uri) as connection:
        assert refused(connection.channel().basic_get, POLICE)
    side.add(police)
    with side.connect(uri) as connection:
        channel = connection.channel()
        wait_for(lambda: channel.basic_get(POLICE)[0] is not None, what="what it heard meanwhile")


def test_what_is_rejected_is_parked_and_what_comes_back_too_often(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.broker.departments.DELIVERIES", 2)
    uri = side.add(department("police", "24001.*.*"))
    side.publish(ISSUED, count=2)
    with side.connect(uri) as connection:
        channel = connection.channel()
        handed_out = 0
        for method, _, _ in channel.consume(POLICE, inactivity_timeout=1):
            if method is None:
                if side.waiting(parking_of(POLICE)) == 2:
                    break
                continue
            handed_out += 1
            channel.basic_nack(method.delivery_tag, requeue=handed_out > 1)

    assert handed_out == 1 + 3


def test_a_quiet_stream_forgets_what_is_too_old(side: Side) -> None:
    """Only whole closed segments go: with those of the feed's size little of what is too old stays."""
    uri = side.add(department("police", "24001.*.*", kept=timedelta(seconds=1)))
    side.publish(ISSUED, count=120)
    wait_for(lambda: len(list(Subscriber(uri).history())) > 0, what="the stream")

    def after_another() -> int:
        time.sleep(0.5)  # on a fast machine hundreds would be told before any is too old
        side.publish(ISSUED, count=20)
        return len(list(Subscriber(uri).history()))

    wait_for(lambda: after_another() < 120, seconds=60, what="the oldest to go")


def test_a_stream_is_read_from_an_offset_or_a_moment(side: Side) -> None:
    uri = side.add(department("police", "24001.*.*"))
    side.publish(ISSUED, count=3)

    assert len(list(Subscriber(uri).history())) == 3
    assert len(list(Subscriber(uri).history(Since(offset=2)))) == 1
