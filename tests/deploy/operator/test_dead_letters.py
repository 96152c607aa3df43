"""Parked messages on a real broker: listed, shown redacted, replayed and dropped, each act written down."""

import json
import struct
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import click
import pika
import pytest
from click.testing import CliRunner
from pika.exceptions import UnroutableError

from deploy.operator.commands.parked import add_acts, listed, shown
from deploy.operator.dead_letters import (
    AnotherAtWork,
    DeadLetters,
    NoConsumer,
    NoSuchMessage,
    TwoOfOneId,
)
from deploy.operator.letters import FIGURES, LOCKED, DeadLetter
from deploy.operator.terminal import tell
from services.chassis.topology import Topology
from services.contracts.intake import ApplicationCleared
from services.contracts.topology import Subscription
from tests.broker import declare_on
from tests.deploy.broker.raw import Raw
from tests.keys import VERIFYING, signed
from tests.waiting import wait_for

QUEUE = "documents.issue-certificate"
OTHER = "notify.tell-citizen"
EVENT = {
    "id": "a1:application-cleared:2",
    "type": "be.loket.intake.application-cleared.v1",
    "source": "/towns/24001/intake",
    "subject": "a1",
    "data": {"application_id": "a1", "facts": "personal"},
}


def called(body: bytes, id: str = "", queue: str = QUEUE) -> str:
    return "#".join(filter(None, (queue, id, sha256(body).hexdigest()[:FIGURES])))


ID = called(json.dumps(EVENT).encode(), str(EVENT["id"]))


@pytest.fixture
def channel(amqp_uri: str) -> Iterator[Any]:
    declare_on(amqp_uri, Topology(subscriptions={QUEUE: Subscription(events=(ApplicationCleared,))}))
    connection = pika.BlockingConnection(pika.URLParameters(amqp_uri))
    channel = connection.channel()
    channel.confirm_delivery()
    yield channel
    connection.close()


@pytest.fixture
def letters(amqp_uri: str, tmp_path: Path) -> DeadLetters:
    return DeadLetters(amqp_uri, audit=tmp_path / "audit.jsonl", queues=[QUEUE])


def park(channel: Any, body: bytes, **headers: Any) -> None:
    properties = pika.BasicProperties(
        headers={"loket-reason": "handler-failed", "loket-detail": "RuntimeError", **headers},
        message_id="m",
        delivery_mode=2,
    )
    channel.basic_publish("loket.parked", QUEUE, body, properties, mandatory=True)


def audit(tmp_path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text().splitlines()]


def test_looking_shows_no_value_of_the_data_and_takes_nothing_away(channel: Any, letters: DeadLetters) -> None:
    park(channel, json.dumps(EVENT).encode())

    for _ in range(3):
        (letter,) = letters.list()

    assert (letter.id, letter.queue, letter.reason, letter.detail) == (
        ID,
        QUEUE,
        "handler-failed",
        "RuntimeError",
    )
    assert letter.event["data"] == {"application_id": "«locked»", "facts": "«locked»"}
    assert "personal" not in repr(letters.show(letter.id))


def test_a_replayed_message_is_with_its_consumer_as_it_was(channel: Any, letters: DeadLetters, tmp_path: Path) -> None:
    body = json.dumps(EVENT).encode()
    park(channel, body)

    letters.replay(ID)

    _, properties, received = channel.basic_get(QUEUE, auto_ack=True)
    assert received == body
    assert properties.headers["loket-attempts"] == 0
    assert letters.list() == []
    assert [(entry["act"], entry["reason"]) for entry in audit(tmp_path)] == [("dead-letters replay", "handler-failed")]


def test_a_message_is_dropped_with_a_reason_only(channel: Any, letters: DeadLetters, tmp_path: Path) -> None:
    park(channel, json.dumps(EVENT).encode())
    park(channel, b"not json")

    with pytest.raises(ValueError, match="--reason"):
        letters.drop(ID, reason=" ")
    letters.drop(ID, reason="test message")

    assert [letter.id for letter in letters.list()] == [called(b"not json")]
    assert [(entry["act"], entry["reason"]) for entry in audit(tmp_path)] == [("dead-letters drop", "test message")]


def test_what_has_no_id_keeps_its_name_when_others_go(channel: Any, letters: DeadLetters) -> None:
    park(channel, b"first")
    park(channel, b"second")

    listed = [letter.id for letter in letters.list()]
    letters.drop(listed[0], reason="test message")

    assert listed == [called(b"first"), called(b"second")]
    assert [letter.id for letter in letters.list()] == listed[1:]


def test_what_the_broker_itself_parked_tells_why(channel: Any, letters: DeadLetters) -> None:
    channel.basic_publish("", QUEUE, b"{}", mandatory=True)
    method, _, _ = channel.basic_get(QUEUE)
    channel.basic_reject(method.delivery_tag, requeue=False)

    wait_for(letters.list, what="the broker to park it")
    (letter,) = letters.list()

    assert (letter.reason, letter.deaths) == ("rejected", 1)
    assert letter.parked_at
    assert abs(datetime.now(UTC) - letter.parked_at) < timedelta(minutes=5)


@pytest.mark.parametrize(
    "body",
    [
        b'{"id": "\\ud83d", "type": "\\u0000\\u001b[2J", "data": {"\\udfff": 1}}',
        b'{"id": "' + b"x" * 100_000 + b'"}',
        b'{"id": {"\\ud800": ["\\ud800"]}, "data": ["\\ud800"]}',
        b"\xff\xfe\x00\x1b",
        b"[" * 100_000,
        b"9" * 10_000,
        b"",
    ],
    ids=range(7),
)
def test_whatever_is_parked_can_be_shown_and_dropped(
    channel: Any, letters: DeadLetters, body: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    park(channel, body, **{"loket-reason": "\u0000\u009b", "loket-detail": "\u202e", "x-death": "none"})

    (letter,) = letters.list()
    for as_json in (True, False):
        tell(asdict(letter), as_json=as_json, table=lambda: listed([letter]))
    shown = capsys.readouterr().out

    assert shown.replace("\n", "").isprintable()
    assert letters.show(letter.id).id == letter.id
    letters.drop(letter.id, reason="test message")
    assert letters.list() == []


def test_what_is_replayed_keeps_its_signature(channel: Any, letters: DeadLetters) -> None:
    body = json.dumps(EVENT).encode()
    park(channel, body, **signed(body, "intake"))

    letters.replay(ID)

    _, properties, received = channel.basic_get(QUEUE, auto_ack=True)
    assert VERIFYING.signer(received, properties.headers["loket-signature"]) == "intake"


def test_it_is_told_since_when_it_is_parked(
    channel: Any, letters: DeadLetters, capsys: pytest.CaptureFixture[str]
) -> None:
    detail = "application/cloudevents-batch+json; charset=utf-8, and more"
    park(channel, json.dumps(EVENT).encode(), **{"loket-parked-at": 1795608000, "loket-detail": detail})
    park(channel, b"of an earlier version")

    letter, earlier = letters.list()
    tell({}, as_json=False, table=lambda: listed([letter]))
    row = " ".join(capsys.readouterr().out.split())
    tell({}, as_json=False, table=lambda: shown(asdict(letter)))
    page = capsys.readouterr().out

    assert (letter.parked_at, earlier.parked_at) == (datetime(2026, 11, 25, 12, tzinfo=UTC), None)
    assert "2026-11-25 12:00:00 UTC" in row
    assert detail in row
    assert page.startswith("id")
    assert '"subject": "a1"' in page


def test_what_is_locked_is_shown_as_it_is_written() -> None:
    letter = DeadLetter(
        id="x",
        queue="q",
        consumer="q",
        reason="r",
        detail="d",
        parked_at=None,
        size=1,
        deaths=0,
        event={"data": {"name": LOCKED}},
    )

    cells = list(shown(asdict(letter)).columns[1].cells)

    assert any(f'"name": "{LOCKED}"' in str(cell) for cell in cells)


def test_to_practise_something_is_sent_that_a_consumer_will_park(
    channel: Any, letters: DeadLetters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.operator.dead_letters.PRACTICE", QUEUE)

    id = letters.practise()

    _, properties, body = channel.basic_get(QUEUE, auto_ack=True)
    assert called(body, json.loads(body)["id"]) == id
    assert not any(name.startswith("loket-") for name in properties.headers or {})
    assert [(entry["act"], entry["message"]) for entry in audit(tmp_path)] == [("dead-letters practise", id)]


def test_one_event_that_is_parked_for_two_consumers_is_two_messages(amqp_uri: str, tmp_path: Path) -> None:
    two = {name: Subscription(events=(ApplicationCleared,)) for name in (QUEUE, OTHER)}
    declare_on(amqp_uri, Topology(subscriptions=two))
    letters = DeadLetters(amqp_uri, audit=tmp_path / "audit.jsonl", queues=two)
    with pika.BlockingConnection(pika.URLParameters(amqp_uri)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for queue in two:
            channel.basic_publish("loket.parked", queue, json.dumps(EVENT).encode(), mandatory=True)

    (of_other,) = letters.list(OTHER)
    letters.drop(of_other.id, reason="test message")
    with pytest.raises(NoSuchMessage):
        letters.drop(of_other.id, reason="test message")

    assert [letter.queue for letter in letters.list()] == [QUEUE]


def test_an_unknown_id_is_told(channel: Any, letters: DeadLetters) -> None:
    with pytest.raises(NoSuchMessage):
        letters.replay("nothing")


def test_a_message_named_twice_is_acted_on_once(channel: Any, letters: DeadLetters, tmp_path: Path) -> None:
    park(channel, json.dumps(EVENT).encode())
    park(channel, b"other")

    assert [letter.id for letter in letters.replay(ID, ID).sent] == [ID]
    assert channel.queue_declare(QUEUE, passive=True).method.message_count == 1
    assert [letter.id for letter in letters.drop(*[called(b"other")] * 3, reason="junk")] == [called(b"other")]
    assert letters.list() == []
    assert [entry["act"] for entry in audit(tmp_path)] == ["dead-letters replay", "dead-letters drop"]


def test_two_who_look_at_once_do_not_each_see_half(channel: Any, letters: DeadLetters) -> None:
    park(channel, json.dumps(EVENT).encode())

    with letters._parked() as (_, held), pytest.raises(AnotherAtWork):
        letters.list()

    assert len(held) == len(letters.list()) == 1


def astray(channel: Any, amqp_uri: str, tmp_path: Path, queue: str) -> tuple[DeadLetters, DeadLetter]:
    letters = DeadLetters(amqp_uri, audit=tmp_path / "audit.jsonl")
    channel.basic_publish("loket.due", queue, json.dumps(EVENT).encode(), mandatory=True)
    (letter,) = letters.list("loket.astray")
    return letters, letter


def not_sent(letters: DeadLetters, letter: DeadLetter) -> tuple[type[Exception], str]:
    """Why the only one that was chosen stayed."""
    done = letters.replay(letter.id)
    ((left, why),) = done.left
    assert (done.sent, left) == ([], letter)
    return type(why), str(why)


def test_what_came_due_for_no_queue_is_listed_and_can_be_dropped(channel: Any, amqp_uri: str, tmp_path: Path) -> None:
    letters, letter = astray(channel, amqp_uri, tmp_path, "gone.listen\n")

    assert (letter.id, letter.reason, letter.detail) == (
        called(json.dumps(EVENT).encode(), str(EVENT["id"]), "loket.astray"),
        "astray",
        "due for gone.listen\\n",
    )
    letters.drop(letter.id, reason="its consumer is gone")
    assert letters.list() == []


def test_it_is_replayed_to_the_queue_for_which_it_came_due_once_that_is_there(
    channel: Any, amqp_uri: str, tmp_path: Path
) -> None:
    letters, letter = astray(channel, amqp_uri, tmp_path, "gone.listen")

    assert not_sent(letters, letter) == (NoConsumer, "gone.listen")
    assert not (tmp_path / "audit.jsonl").exists()  # nothing was sent, and nothing says so
    assert [each.id for each in letters.list()] == [letter.id]

    declare_on(amqp_uri, Topology(subscriptions={"gone.listen": Subscription(events=(ApplicationCleared,))}))
    letters.replay(letter.id)

    assert channel.basic_get("gone.listen", auto_ack=True)[2] == json.dumps(EVENT).encode()
    assert letters.list() == []
    assert [entry["act"] for entry in audit(tmp_path)] == ["dead-letters replay"]


def test_what_cannot_go_back_keeps_nothing_behind_it(channel: Any, amqp_uri: str, tmp_path: Path) -> None:
    """And is named at the end, as it was written: what others wrote is no markup of ours."""
    letters = DeadLetters(amqp_uri, audit=tmp_path / "audit.jsonl", queues=["loket.astray", QUEUE])
    for queue in ("gone.listen", "gone[/].listen"):
        channel.basic_publish("loket.due", queue, queue.encode(), mandatory=True)
    park(channel, json.dumps(EVENT).encode())
    group = click.Group()
    add_acts(group, click.option("--queue", "only"), lambda _: letters, begin="start it")

    first = CliRunner().invoke(group, ["replay", "--all", "--json"])
    again = CliRunner().invoke(group, ["replay", "--all"])

    gone, odd = (called(queue.encode(), queue="loket.astray") for queue in ("gone.listen", "gone[/].listen"))
    whys = json.loads(first.stdout)["not_replayed"]
    assert (first.exit_code, json.loads(first.stdout)["letters"], list(whys)) == (1, [ID], [gone, odd])
    assert whys[gone] == (
        "there is no consumer's queue gone.listen, and nothing was sent there: start it first, or drop it"
    )
    assert channel.basic_get(QUEUE, auto_ack=True)[2] == json.dumps(EVENT).encode()
    assert (again.exit_code, again.stdout.splitlines()[0]) == (1, "0 sent back, 2 not:")
    assert "gone[/].listen" in again.stdout
    assert [letter.id for letter in letters.list()] == [gone, odd]
    assert CliRunner().invoke(group, ["drop", "--all", "--reason", "gone"]).stdout == "2 dropped\n"


def test_what_stands_for_a_signature_and_is_none_is_not_sent_back(channel: Any, letters: DeadLetters) -> None:
    """Pika reads a number of 300 figures, which it cannot write."""
    table = b"\x0btraceparentd" + struct.pack(">d", 1e300)
    channel.basic_publish("loket.parked", QUEUE, json.dumps(EVENT).encode(), Raw(table), mandatory=True)

    letters.replay(ID)

    headers = channel.basic_get(QUEUE, auto_ack=True)[1].headers
    assert headers.items() - {("x-delivery-count", 0)} == {("loket-attempts", 0)}  # RabbitMQ 3.10 counts from 0 aloud


@pytest.mark.parametrize("queue", [f"{QUEUE}.parked", "loket.delay.2h", "intake.submit"])
def test_by_a_replay_nobody_writes_to_what_is_no_consumers_queue(
    channel: Any, amqp_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, queue: str
) -> None:
    """Whoever may delay a message names the queue for which it comes due."""
    monkeypatch.setattr("deploy.operator.dead_letters.QUESTION_QUEUES", ("intake.submit",))
    channel.queue_declare("intake.submit", durable=True)  # RabbitMQ 4 may take no other
    letters, letter = astray(channel, amqp_uri, tmp_path, queue)

    assert not_sent(letters, letter) == (NoConsumer, queue)

    channel.queue_delete("intake.submit")


def test_a_replay_that_the_broker_does_not_take_is_told_as_undone(
    channel: Any, letters: DeadLetters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The queue may go between the look and the sending."""
    park(channel, json.dumps(EVENT).encode())
    channel.queue_delete(QUEUE)
    (letter,) = letters.list()
    monkeypatch.setattr("deploy.operator.dead_letters.count", lambda *_: (0, 0))

    assert not_sent(letters, letter)[0] == UnroutableError
    assert [entry["act"] for entry in audit(tmp_path)] == ["dead-letters replay", "dead-letters replay undone"]


def test_an_id_names_one_message_whatever_becomes_of_others(channel: Any, letters: DeadLetters) -> None:
    """One event with two bodies, and another whose id looks like what a second one was called."""
    bodies = [json.dumps({"id": id, "n": n}).encode() for n, id in enumerate(("dup", "dup", "dup#2"))]
    for body in bodies:
        park(channel, body)

    ids = [letter.id for letter in letters.list()]
    assert ids == [called(body, json.loads(body)["id"]) for body in bodies]
    letters.drop(ids[0], reason="test message")
    with pytest.raises(NoSuchMessage):
        letters.drop(ids[0], reason="test message")
    with pytest.raises(NoSuchMessage) as written_down:
        letters.drop(f"{QUEUE}#dup", reason="test message")

    assert [letter.id for letter in letters.list()] == ids[1:]
    assert written_down.value.alike == sorted(ids[1:])


def test_the_same_bytes_are_one_message_and_another_of_the_same_id_is_touched_by_nothing(
    channel: Any, letters: DeadLetters, monkeypatch: pytest.MonkeyPatch
) -> None:
    for body in (b"first", b"first", b"other"):
        park(channel, body)

    assert [letter.id for letter in letters.drop(called(b"first"), reason="test message")] == [called(b"first")] * 2

    park(channel, b"and another")
    monkeypatch.setattr("deploy.operator.letters.FIGURES", 0)
    with pytest.raises(TwoOfOneId):
        letters.drop(QUEUE, reason="test message")
    assert len(letters.list()) == 2
