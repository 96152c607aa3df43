"""All questions of a process over one connection: it comes back by itself, and no question is lost or kept for ever."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pika
import pytest

from services.chassis import correspondence
from services.chassis.asking import Asker, ServiceUnavailable
from services.chassis.locking import KeyRing
from services.chassis.topology import ANSWERS, PRIVATE_ANSWERS, QUESTIONS
from tests.chassis.cable import Cable
from tests.chassis.conftest import Toy
from tests.chassis.toy_contracts import ListToys
from tests.keys import RING
from tests.waiting import wait_for

KEYS = {"toy": KeyRing.parse(RING)}


@pytest.fixture
def cable(toy: Toy) -> Iterator[Cable]:
    cable = Cable(urlsplit(toy.amqp_uri).port or 5672)
    yield cable
    cable.close()


@pytest.fixture
def client(toy: Toy, cable: Cable) -> Iterator[Asker]:
    client = Asker(cable.leading_to(toy.amqp_uri), KEYS, timeout_s=20)
    yield client
    client.close()


def ask(client: Asker, citizen: str, **options: float) -> str:
    return client.ask(ListToys(town="24001", citizen=citizen), **options).applications[0].product


def sent(client: Asker) -> int:
    """How often those who wait have been asked."""
    return sum(each.sent for each in list(client._correspondence._waiting.values()))


def test_fifty_who_ask_at_once_share_one_connection(client: Asker, cable: Cable) -> None:
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda n: ask(client, f"p{n}"), range(200)))

    assert answers == [f"p{n}" for n in range(200)]
    assert cable.connected == 1


def test_a_question_whose_connection_broke_is_asked_again_on_the_next(client: Asker, cable: Cable) -> None:
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask, client, "slow")
        wait_for(lambda: sent(client) == 1)
        cable.cut()

        assert asked.result() == "slow"

    assert cable.connected == 2


def test_a_question_is_asked_again_only_once(client: Asker, cable: Cable) -> None:
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask, client, "slow")
        for times in (1, 2):
            wait_for(lambda times=times: sent(client) == times)
            cable.cut()

        assert isinstance(asked.exception(), ServiceUnavailable)

    assert ask(client, "x") == "x"


def test_who_waits_is_told_at_once_that_there_is_no_connection_to_be_had(client: Asker, cable: Cable) -> None:
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask, client, "slow", timeout_s=600)
        wait_for(lambda: sent(client) == 1)
        cable.broken = True
        cable.cut()

        assert isinstance(asked.exception(), ServiceUnavailable)

    cable.broken = False
    wait_for(lambda: cable.connected == 2)  # by itself: nobody asks
    assert ask(client, "x") == "x"


def test_a_connection_that_went_dead_without_a_word_is_noticed(
    client: Asker, cable: Cable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(correspondence, "HEARTBEAT_S", 2)
    monkeypatch.setattr("services.chassis.asked.HEARTBEAT_S", 2)
    monkeypatch.setattr(correspondence, "TAKEN_S", 600)
    ask(client, "x")

    cable.go_dead()

    assert ask(client, "y") == "y"
    assert cable.connected == 2


def test_who_asks_a_broker_that_takes_nothing_is_told_long_before_the_answer_would_be_late(
    client: Asker, cable: Cable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(correspondence, "HEARTBEAT_S", 600)
    ask(client, "x")
    cable.go_dead()

    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask, client, "y", timeout_s=600)
        wait_for(lambda: sent(client) == 1)

        assert isinstance(asked.exception(), ServiceUnavailable)

    assert client._correspondence.waiting == 0
    assert cable.connected == 1


def test_what_the_broker_refuses_to_take_on_is_told_at_once(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it does while the leader of a quorum queue is away."""
    monkeypatch.setattr(correspondence, "TAKEN_S", 600)
    channel = toy.channel()
    channel.queue_declare("full", durable=True, arguments={"x-max-length": 1, "x-overflow": "reject-publish"})
    channel.queue_bind("full", QUESTIONS.name, "full")
    channel.basic_publish("", "full", b"x")
    asks = correspondence.Correspondence(toy.amqp_uri)

    with pytest.raises(correspondence.NotAnswered):
        asks.exchange("full", b"y", id="y", timeout=600)

    asks.close()


def test_a_question_that_the_broker_has_is_waited_for(client: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(correspondence, "TAKEN_S", 1.0)

    assert ask(client, "slow") == "slow"


def test_nothing_is_kept_of_those_who_waited_in_vain(client: Asker, cable: Cable) -> None:
    with pytest.raises(ServiceUnavailable):
        ask(client, "slow", timeout_s=0.2)
    cable.broken = True
    cable.cut()
    for _ in range(20):
        with pytest.raises(ServiceUnavailable):
            ask(client, "x")

    assert client._correspondence.waiting == 0
    wait_for(lambda: not client._correspondence._unsent)


def test_answers_that_nobody_waits_for_disturb_nobody(
    client: Asker, toy: Toy, broker: tuple[str, httpx.Client]
) -> None:
    ask(client, "x")
    vhost = urlsplit(toy.amqp_uri).path.lstrip("/")
    queues = [each["name"] for each in broker[1].get(f"/queues/{vhost}").json()]
    (mine,) = [name for name in queues if name.startswith(PRIVATE_ANSWERS)]

    channel = toy.channel()
    for properties in (
        pika.BasicProperties(),
        pika.BasicProperties(correlation_id="nobody's"),
        pika.BasicProperties(correlation_id="x" * 255, headers={"a": {"b": [1]}}, content_type="text/\x07"),
    ):
        channel.basic_publish(ANSWERS.name, mine, b"\xff\x00", properties)

    assert ask(client, "y") == "y"


def test_who_waits_while_it_is_closed_is_told(client: Asker) -> None:
    others = set(threading.enumerate())
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask, client, "slow", timeout_s=600)
        wait_for(lambda: sent(client) == 1)
        own = {each for each in set(threading.enumerate()) - others if each.name == "questions"}

        client.close()

        assert isinstance(asked.exception(), ServiceUnavailable)
    with pytest.raises(ServiceUnavailable):
        ask(client, "x")
    assert own
    wait_for(lambda: not any(each.is_alive() for each in own))
