"""What the broker holds is what the one place says."""

from typing import Any

import httpx
import pika
import pytest

from services.contracts.topology import QUESTION_QUEUES, SUBSCRIPTIONS
from tests.broker import declare_on


@pytest.fixture
def declared(amqp_uri: str, broker: tuple[str, httpx.Client]) -> dict[str, Any]:
    """Queue name to its arguments, and every binding, after declaring twice."""
    for _ in range(2):
        declare_on(amqp_uri)
    vhost, api = amqp_uri.rsplit("/", 1)[1], broker[1]
    return {
        "queues": {queue["name"]: queue["arguments"] for queue in api.get(f"/queues/{vhost}").json()},
        "bindings": {
            (each["source"], each["routing_key"], each["destination"])
            for each in api.get(f"/bindings/{vhost}").json()
            if each["source"]
        },
    }


def test_every_queue_is_a_quorum_queue_with_a_limit(declared: dict[str, Any]) -> None:
    assert {arguments["x-queue-type"] for arguments in declared["queues"].values()} == {"quorum"}
    assert all(arguments["x-delivery-limit"] > 0 for arguments in declared["queues"].values())
    assert set(declared["queues"]) == {
        *SUBSCRIPTIONS,
        *(f"{queue}.parked" for queue in (*SUBSCRIPTIONS, "loket.astray")),
        *(f"loket.delay.{step}" for step in ("5s", "30s", "5m", "30m", "2h")),
        *QUESTION_QUEUES,
    }


def test_what_a_consumer_cannot_settle_goes_to_its_own_parking_queue(declared: dict[str, Any]) -> None:
    for queue in SUBSCRIPTIONS:
        arguments = declared["queues"][queue]
        assert (arguments["x-dead-letter-exchange"], arguments["x-dead-letter-routing-key"]) == ("loket.parked", queue)
        assert (arguments["x-dead-letter-strategy"], arguments["x-overflow"]) == ("at-least-once", "reject-publish")
        assert ("loket.parked", queue, f"{queue}.parked") in declared["bindings"]


def test_the_bindings_are_the_subscriptions(declared: dict[str, Any]) -> None:
    bound = {(key, queue) for exchange, key, queue in declared["bindings"] if exchange == "loket.events"}

    assert bound == {(event.TYPE, queue) for queue, each in SUBSCRIPTIONS.items() for event in each.events}


def test_delay_queues_hand_back_to_the_queue_named_by_the_routing_key(declared: dict[str, Any]) -> None:
    for step, milliseconds in {"5s": 5_000, "30s": 30_000, "5m": 300_000, "30m": 1_800_000, "2h": 7_200_000}.items():
        arguments = declared["queues"][f"loket.delay.{step}"]
        assert (arguments["x-message-ttl"], arguments["x-dead-letter-exchange"]) == (milliseconds, "loket.due")
        assert "x-dead-letter-routing-key" not in arguments


def test_what_comes_due_for_no_queue_is_parked_and_holds_nobody_up(amqp_uri: str) -> None:
    """Forty stop a queue for ever whose dead letters go nowhere."""
    declare_on(amqp_uri)
    with pika.BlockingConnection(pika.URLParameters(amqp_uri)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for number in range(80):
            channel.basic_publish("loket.delay.5s", "gone.listen" if number % 2 else "notify.tell-citizen\n", b"x")
        channel.basic_publish("loket.delay.5s", "notify.tell-citizen", b"genuine")

        _, _, body = next(channel.consume("notify.tell-citizen", inactivity_timeout=30))
        channel.cancel()
        arriving = channel.consume("loket.astray.parked", inactivity_timeout=30)
        astray = [next(arriving)[2] for _ in range(80)]
        channel.cancel()

    assert body == b"genuine"
    assert astray == [b"x"] * 80
