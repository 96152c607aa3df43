"""Answers that came to nothing, at a real broker: looked at, sent back as they were said, dropped."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pika
import pytest
from pika.exceptions import AMQPError

from deploy.broker.departments import AtBroker
from deploy.operator.dead_letters import NoConsumer, NoWayBack
from deploy.operator.parked_answers import ParkedAnswers, oldest_parked
from services.contracts.feed import Answerer, Outcome
from services.contracts.feed.answers import answer_key
from services.contracts.feed.queues import answers_of, parking_of
from services.contracts.feed_schemas import example
from tests.deploy.broker.raw import DEEP, LATE, NO_NUMBER, NO_TYPE, Raw
from tests.deploy.broker.side import POLICE, Side, department
from tests.waiting import wait_for

ASKING = example("confirmation-requested")
THEIRS = answer_key("24001", "police")
SAID, PARKED = answers_of(POLICE), parking_of(answers_of(POLICE))

Park = Callable[..., None]


@pytest.fixture
def police() -> AtBroker:
    return department("police", answers=("24001.police",))


@pytest.fixture
def parked(side: Side, police: AtBroker, tmp_path: Path) -> ParkedAnswers:
    side.add(police)
    side.add(department("waste", "24001.*.*"))
    return ParkedAnswers(side.uri, [police, department("waste", "24001.*.*")], audit=tmp_path / "audit.jsonl")


@pytest.fixture
def park(side: Side, parked: ParkedAnswers) -> Park:
    """Say something as the police do, and refuse it as notify does."""

    def said(body: bytes, properties: pika.BasicProperties | None = None, /, **headers: Any) -> None:
        with side.connect(side.uri) as connection:
            channel = connection.channel()
            before = side.waiting(PARKED)
            channel.basic_publish(SAID, THEIRS, body, properties or pika.BasicProperties(headers=headers))
            method = wait_for(lambda: channel.basic_get(SAID)[0], what="what was said")
            channel.basic_reject(method.delivery_tag, requeue=False)
            wait_for(lambda: side.waiting(PARKED) == before + 1, what="it to be parked")

    return said


def taken(side: Side) -> list[tuple[str, bytes]]:
    """Keys and bodies of what waits for notify."""
    found = []
    with side.connect(side.uri) as connection:
        channel = connection.channel()
        while (got := channel.basic_get(SAID, auto_ack=True))[0]:
            found.append((got[0].routing_key, got[2]))
    return found


def test_what_was_handed_out_too_often_is_heard_again_as_it_was_said(
    side: Side, police: AtBroker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.broker.departments.ANSWER_DELIVERIES", 2)
    uri = side.add(police)
    answered = Answerer(uri).answer(ASKING, Outcome.CONFIRMED)
    with side.connect(side.uri) as connection:
        channel = connection.channel()
        bodies = set()
        while side.waiting(PARKED) == 0:
            method, _, body = channel.basic_get(SAID)
            if method:
                bodies.add(body)
                channel.basic_nack(method.delivery_tag, requeue=True)
        since = oldest_parked(channel, PARKED)
    parked = ParkedAnswers(side.uri, [police], audit=tmp_path / "audit.jsonl")

    (letter,) = parked.list()
    assert letter.reason == "delivery_limit"
    assert letter.parked_at == since
    assert since is not None
    assert datetime.now(UTC) - since < timedelta(minutes=5)
    assert parked.replay(letter.id).sent == [letter]

    (body,) = bodies
    assert json.loads(body)["id"] == answered
    assert taken(side) == [(THEIRS, body)]
    assert parked.list() == []
    (entry,) = map(json.loads, (tmp_path / "audit.jsonl").read_text().splitlines())
    assert (entry["act"], entry["message"]) == ("departments answers replay", letter.id)


def test_looking_shows_no_word_of_what_was_said(parked: ParkedAnswers, park: Park) -> None:
    park(json.dumps({"id": "a1", "subject": "c1", "data": {"outcome": "confirmed", "asking": 1}}).encode())

    for _ in range(3):
        (letter,) = parked.list()
    shown = asdict(parked.show(letter.id))

    assert shown["reason"] == "rejected"
    assert shown["event"] == {"id": "a1", "subject": "c1", "data": {"outcome": "«locked»", "asking": "«locked»"}}
    parked.drop(letter.id, reason="it was told")
    assert parked.list() == []


@pytest.mark.parametrize("keys", [[answer_key("23027", "police")], [f"{THEIRS}.x"], [7], [], "x", 7], ids=str)
def test_a_key_that_a_department_made_up_is_not_used_for_it(side: Side, parked: ParkedAnswers, park: Park, keys: Any):
    """RabbitMQ 3.10 believes what is written of a message's death before it died; 4 does not, and tells the key under
    which it was said. Neither is the reason believed that the department gave."""
    death = {"queue": SAID, "exchange": SAID, "reason": "rejected", "count": 1, "routing-keys": keys}
    park(b"x", **{"x-death": [death], "loket-reason": "child-failed", "loket-detail": "85.07.30-033.28"})

    (letter,) = parked.list()
    done = parked.replay(letter.id)

    assert all(isinstance(why, NoWayBack) for _, why in done.left)
    assert (letter.reason, letter.detail) == ("rejected", "")
    assert (taken(side), parked.list()) in (([], [letter]), ([(THEIRS, b"x")], []))


def test_without_the_departments_queue_nothing_is_sent(side: Side, parked: ParkedAnswers, park: Park) -> None:
    park(b"\\" * 65_536)
    with side.connect(side.uri) as connection:
        connection.channel().queue_delete(SAID)

    (letter,) = parked.list()
    ((left, why),) = parked.replay(letter.id).left

    assert isinstance(why, NoConsumer)
    assert parked.list() == [left] == [letter]


@pytest.mark.parametrize("table", [LATE, DEEP], ids=["late", "deep"])
def test_what_cannot_be_read_is_in_nobodys_way(side: Side, parked: ParkedAnswers, park: Park, table: bytes) -> None:
    park(b"first", Raw(table))
    park(b"second")
    with side.connect(side.uri) as connection:
        since = oldest_parked(connection.channel(), PARKED)

    first, second = parked.list()
    done = parked.replay(first.id, second.id)

    assert (first.reason, first.parked_at, since, second.reason) == ("unknown", None, None, "rejected")
    assert parked.show(first.id) == first
    assert (done.sent, [letter for letter, _ in done.left]) == ([second], [first])
    assert "drop it" in str(done.left[0][1])
    assert taken(side) == [(THEIRS, b"second")]
    parked.drop(first.id, reason="nobody can read it")
    assert parked.list() == []


@pytest.mark.parametrize("table", [NO_NUMBER, NO_TYPE], ids=["no number", "no type"])
def test_what_the_broker_cannot_read_it_does_not_take(side: Side, police: AtBroker, table: bytes) -> None:
    channel = side.connect(side.add(police)).channel()
    channel.confirm_delivery()

    with pytest.raises(AMQPError):
        channel.basic_publish(SAID, THEIRS, b"x", Raw(table))

    assert side.waiting(SAID) == 0
