"""Only the emitter says what it says. Whoever has a broker's rights but no key brings nothing about."""

import json
from typing import Any

import pytest

from services.chassis.deliveries import read_delivery
from services.chassis.signing import SIGNATURE, SigningKey, VerifyingKeys
from services.contracts.delivery import Unacceptable
from services.contracts.envelope import CONTENT_TYPE
from services.contracts.events import EVENTS
from services.contracts.intake import ApplicationSubmitted
from tests.chassis.conftest import Toy, submitted
from tests.keys import EVENT_KEYS, KEY, VERIFYING, signed
from tests.waiting import wait_for

BODY = submitted("a1")
GENUINE = signed(BODY, "intake")[SIGNATURE]
STRANGER = SigningKey.parse(f"intake.test:{KEY}").sign(BODY)
"""Under the right id, with another key."""


def read(body: bytes, signature: object, *, keys: VerifyingKeys = VERIFYING) -> Any:
    accepted = {ApplicationSubmitted.TYPE: ApplicationSubmitted}
    return read_delivery(body, CONTENT_TYPE, signature, accepted=accepted, keys=keys)


@pytest.mark.parametrize(
    ("signature", "reason"),
    [
        (None, "unsigned"),
        ("", "unsigned"),
        (7, "unsigned"),
        (["intake.test"], "unsigned"),
        ("x" * 5000, "unsigned"),
        ("é" * 20, "unsigned"),
        ("\ud800", "unsigned"),
        ("intake.other:AAAA", "unknown-signer"),
        (":AAAA", "unknown-signer"),
        ("AAAA", "unknown-signer"),
        ("intake.test:", "forged"),
        ("intake.test:!!!", "forged"),
        ("intake.test", "forged"),
        (STRANGER, "forged"),
        (GENUINE[:-4] + "AAAA", "forged"),
        (signed(BODY + b" ", "intake")[SIGNATURE], "forged"),
        (signed(submitted("a2"), "intake")[SIGNATURE], "forged"),
        (signed(BODY, "registry")[SIGNATURE], "another-emitter"),
        (signed(BODY, "notify")[SIGNATURE], "another-emitter"),
        (GENUINE.replace("intake.", "registry."), "forged"),
    ],
)
def test_what_its_emitter_did_not_sign_is_no_event(signature: object, reason: str) -> None:
    with pytest.raises(Unacceptable) as refusal:
        read(BODY, signature)

    assert refusal.value.reason == reason


def test_one_changed_byte_is_a_forgery() -> None:
    for at in range(0, len(BODY), 7):
        with pytest.raises(Unacceptable, match="forged"):
            read(BODY[:at] + bytes([BODY[at] ^ 1]) + BODY[at + 1 :], GENUINE)


def test_a_retired_key_verifies_as_long_as_it_is_kept() -> None:
    """A service signs with a new key; what waits or is parked still counts until the old key is taken away."""
    new = SigningKey.parse(f"intake.next:{KEY}")
    both = VerifyingKeys.parse(f"{EVENT_KEYS},{new.public}")
    only_new = VerifyingKeys.parse(new.public)

    assert read(BODY, GENUINE, keys=both).event == read(BODY, new.sign(BODY), keys=both).event
    with pytest.raises(Unacceptable, match="unknown-signer"):
        read(BODY, GENUINE, keys=only_new)


@pytest.mark.parametrize("text", ["", "intake:AAAA", "intake.test:AAAA", f"test:{KEY}", f".x:{KEY}", "intake.test:!"])
def test_a_key_that_is_none_is_told_without_being_shown(text: str) -> None:
    for parse in (SigningKey.parse, VerifyingKeys.parse):
        with pytest.raises(ValueError, match="key") as error:
            parse(text)
        assert KEY not in str(error.value)


@pytest.mark.parametrize("by", [None, "registry", "documents", "notify"])
def test_a_forged_event_is_parked_and_nothing_changes(toy: Toy, by: str | None) -> None:
    toy.publish(submitted("a1"), by=by)

    properties, parked = toy.wait_parked()

    assert properties.headers["loket-reason"] == ("another-emitter" if by else "unsigned")
    assert parked == submitted("a1")
    assert (toy.extract("a1"), toy.notes("tried")) == (None, [])


def test_a_signature_travels_through_delays_and_parking_as_it_is(toy: Toy) -> None:
    body = submitted("a1", product="needs-switch")
    toy.publish(body)
    wait_for(lambda: toy.waiting("loket.delay.5s"))
    delayed = toy.take("loket.delay.5s")
    broken = submitted("a2", data={})
    toy.publish(broken)
    parked = toy.wait_parked()

    assert delayed is not None
    for (properties, seen), sent in ((delayed, body), (parked, broken)):
        assert seen == sent
        assert properties.headers[SIGNATURE] == signed(sent, "intake")[SIGNATURE]


def test_what_a_service_says_carries_its_signature(toy: Toy) -> None:
    channel = toy.channel()
    queue = channel.queue_declare("", exclusive=True).method.queue
    channel.queue_bind(queue, "loket.events", "#")

    toy.publish(submitted("a1"))

    _, properties, body = wait_for(lambda: (got := channel.basic_get(queue, auto_ack=True))[0] and got)
    assert VERIFYING.signer(body, properties.headers[SIGNATURE]) == EVENTS[json.loads(body)["type"]].EMITTER
