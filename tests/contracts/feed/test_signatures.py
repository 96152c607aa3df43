"""A client that knows who signs takes nothing else for an event, whoever laid it into the queue or the stream."""

import threading
from typing import Any

import pika
import pytest

from services.chassis.signing import SigningKey
from services.contracts.feed import PublicEvent, Since, Subscriber, tail
from services.contracts.feed.signatures import LONGEST, SIGNATURE, NotSigned, Signers
from tests.contracts.feed.department import EVENT, Own, events
from tests.keys import event_key
from tests.waiting import wait_for

NOTIFY, INTAKE = (SigningKey.parse(event_key(name)) for name in ("notify", "intake"))
KEYS = f"{INTAKE.public},{NOTIFY.public}"
BODY = EVENT.to_json()
SIGNED = NOTIFY.sign(BODY)


def tell(own: Own, body: bytes, headers: dict[str, Any] | None) -> None:
    with pika.BlockingConnection(pika.URLParameters(own.uri)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for queue in (own.queue, f"{own.queue}.history"):
            properties = pika.BasicProperties(delivery_mode=2, headers=headers)
            channel.basic_publish("", queue, body, properties, mandatory=True)


@pytest.mark.parametrize("keys", [KEYS, f" {NOTIFY.public} ", f"notify.old:{'A' * 43},{NOTIFY.public},"])
def test_what_notify_signed_is_genuine(keys: str) -> None:
    Signers(keys).check({SIGNATURE: SIGNED, "traceparent": "x"}, BODY)


@pytest.mark.parametrize(
    "headers",
    [
        None,
        {},
        {SIGNATURE: ""},
        {SIGNATURE: 7},
        {SIGNATURE: SIGNED.encode()},
        {SIGNATURE: NOTIFY.sign(BODY + b" ")},
        {SIGNATURE: INTAKE.sign(BODY)},
        {SIGNATURE: f"{INTAKE.kid}:{SIGNED.partition(':')[2]}"},
        {SIGNATURE: f"{NOTIFY.kid}:{INTAKE.sign(BODY).partition(':')[2]}"},
        {SIGNATURE: f"{NOTIFY.kid}:"},
        {SIGNATURE: f"{NOTIFY.kid}:é"},
        {SIGNATURE: f"{NOTIFY.kid}:a"},
        {SIGNATURE: SIGNED + "=" * LONGEST},
        {SIGNATURE: SIGNED[:-1]},
    ],
)
def test_what_it_did_not_is_no_event(headers: dict[str, Any] | None) -> None:
    with pytest.raises(NotSigned):
        Signers(KEYS).check(headers, BODY)


@pytest.mark.parametrize("keys", ["", ",", INTAKE.public, "notify.a", "notify.a:short", "notify.a:é", NOTIFY.kid])
def test_what_is_no_key_of_notify_is_told_and_not_repeated(keys: str) -> None:
    with pytest.raises(ValueError, match=r"notify\.2026a") as raised:
        Subscriber("amqp://u:p@h/v", signed_by=keys)

    assert "short" not in str(raised.value)


def test_a_forgery_is_parked_and_passed_over(own: Own, capsys: pytest.CaptureFixture[str]) -> None:
    first, second, forged = events(3)
    for event in (first, second):
        tell(own, event.to_json(), {SIGNATURE: NOTIFY.sign(event.to_json())})
    tell(own, forged.to_json(), {SIGNATURE: INTAKE.sign(forged.to_json())})
    tell(own, forged.to_json(), None)
    subscriber = Subscriber(own.uri, signed_by=KEYS)
    handled: list[PublicEvent] = []

    assert [each.key for each in subscriber.history()] == [first.key, second.key]
    thread = threading.Thread(target=subscriber.run, args=(handled.append,), kwargs={"since": Since(offset=1)})
    thread.start()
    wait_for(lambda: own.count(".parked") == 2 and own.count() == 0, what="the forgeries to be parked")
    subscriber.stop()
    thread.join()

    assert [each.key for each in handled] == [second.key, first.key]
    assert tail.main([own.uri, "--signed-by", KEYS]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert len(list(Subscriber(own.uri).history())) == 4
