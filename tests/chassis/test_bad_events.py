"""What cannot be handled is parked with its reason, and nothing is lost by it."""

import json
import pickle
import time

import pytest

from tests.chassis.conftest import Toy, submitted
from tests.keys import VERIFYING
from tests.waiting import wait_for

JSON = "application/cloudevents+json"


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"{", JSON, "not-json"),
        (b"\xff\xfe", JSON, "not-json"),
        (b"[" * 100_000, JSON, "too-deep"),
        (submitted("a1", product="half a character: \ud83d"), JSON, "unprintable-text"),
        (submitted("a1", product="NUL: \x00"), JSON, "unprintable-text"),
        (submitted("a1", **{"added": 2**60}), JSON, "not-json"),
        (submitted("a1", **{"added": "\udfff"}), JSON, "unprintable-text"),
        (b'{"specversion": NaN}', JSON, "not-json"),
        (b"[]", JSON, "not-cloudevents"),
        (b'{"id": 1}', JSON, "not-cloudevents"),
        (pickle.dumps({"id": 1}), "application/x-python-serialize", "not-cloudevents"),
        (submitted("a1"), "application/json", "not-cloudevents"),
        (submitted("a1", type="be.loket.intake.application-submitted.v2"), JSON, "unknown-type"),
        (submitted("a1", type="be.loket.intake.application-eaten.v1"), JSON, "unknown-type"),
        (submitted("a1", source="/towns/24001/notify"), JSON, "unknown-source"),
        (submitted("a1", source="intake"), JSON, "unknown-source"),
        (submitted("a1", source="/towns/²4001/intake"), JSON, "unknown-source"),
        (submitted("a1", source="/towns/240012/intake"), JSON, "unknown-source"),
        (submitted("a.1"), JSON, "bad-data"),
        (submitted("$a1"), JSON, "bad-data"),
        (submitted("a" * 100), JSON, "bad-data"),
        (submitted("a1", sequence=0), JSON, "not-cloudevents"),
        (submitted("a1", data={"application_id": "a1"}), JSON, "bad-data"),
        (submitted("a1", subject="another"), JSON, "bad-data"),
        (b" " * (16 * 1024 * 1024), JSON, "too-large"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 40 else "",
)
def test_an_unreadable_event_is_parked_with_its_reason(toy: Toy, body: bytes, content_type: str, reason: str) -> None:
    toy.publish(body, content_type=content_type)

    properties, parked = toy.wait_parked()

    assert properties.headers["loket-reason"] == reason
    assert parked == body
    assert toy.notes("tried") == []


def test_the_same_id_with_another_body_is_parked(toy: Toy) -> None:
    toy.publish(submitted("a1"))
    wait_for(lambda: toy.extract("a1"))
    changed = json.loads(submitted("a1"))
    changed["data"]["request"] = "another"

    toy.publish(json.dumps(changed).encode())

    assert toy.wait_parked()[0].headers["loket-reason"] == "same-id-other-body"
    assert toy.extract("a1")["times"] == 1


def test_what_was_overtaken_counts_where_every_event_does(toy: Toy) -> None:
    toy.publish(submitted("a1", sequence=5))
    wait_for(lambda: toy.extract("a1"))

    toy.publish(submitted("a1", sequence=4))

    wait_for(lambda: toy.extract("a1")["times"] == 2)
    assert toy.extract("a1")["heard"] == {"intake/a1": 5}


def test_what_was_overtaken_is_acknowledged_where_only_the_latest_counts(toy: Toy) -> None:
    toy.publish(submitted("a1", product="latest", sequence=5))
    wait_for(lambda: toy.extract("a1"))

    toy.publish(submitted("a1", product="latest", sequence=4))

    wait_for(lambda: len(toy.notes("tried")) == 2)
    wait_for(lambda: toy.waiting() == 0)
    assert (toy.extract("a1")["times"], toy.parked()) == (1, [])


def test_a_gap_in_the_sequence_waits_for_what_is_missing(toy: Toy) -> None:
    toy.publish(submitted("a1", product="contiguous", sequence=1))
    wait_for(lambda: toy.extract("a1"))

    toy.publish(submitted("a1", product="contiguous", sequence=3))
    wait_for(lambda: any(fact["event"] == "event_delayed" for fact in toy.facts()))
    toy.publish(submitted("a1", product="contiguous", sequence=2))

    wait_for(lambda: toy.extract("a1")["heard"] == {"intake/a1": 3})
    assert toy.extract("a1")["times"] == 3


def test_a_failing_handler_parks_its_event_and_tells_no_text_of_the_error(toy: Toy) -> None:
    toy.publish(submitted("a1", product="fails"))

    properties, body = toy.wait_parked()

    assert properties.headers["loket-reason"] == "handler-failed"
    assert properties.headers["loket-detail"] == "RuntimeError"
    assert body == submitted("a1", product="fails")
    assert "must not be logged" not in toy.log.read_text()


def test_a_transient_failure_comes_back_until_it_works(toy: Toy) -> None:
    toy.publish(submitted("a1", product="needs-switch"))
    wait_for(lambda: any(fact["event"] == "event_delayed" for fact in toy.facts()))

    toy.db.switches.insert_one({"_id": "a1"})

    wait_for(lambda: toy.heard("a1"))
    assert len(toy.notes("tried")) == 2


def test_a_long_weekend_is_waited_out(toy: Toy) -> None:
    """Far beyond the last step of the delays, but within the patience of 72 hours."""
    failed = int(time.time()) - 70 * 3600
    toy.publish(submitted("a1", product="needs-switch"), headers={"loket-attempts": 40, "loket-first-failed": failed})

    waiting = wait_for(lambda: toy.take("loket.delay.2h"))

    assert waiting[0].headers["loket-attempts"] == 41
    assert waiting[0].headers["loket-first-failed"] == failed
    assert toy.parked() == []


def test_when_patience_is_over_the_event_is_parked_with_the_last_reason(toy: Toy) -> None:
    failed = int(time.time()) - 73 * 3600

    toy.publish(submitted("a1", product="needs-switch"), headers={"loket-attempts": 9, "loket-first-failed": failed})

    properties, _ = toy.wait_parked()
    assert (properties.headers["loket-reason"], properties.headers["loket-detail"]) == ("patience-over", "switch-off")


def test_a_gap_is_waited_for_as_long_as_anything_and_then_told(toy: Toy) -> None:
    failed = int(time.time()) - 72 * 3600 - 1
    toy.publish(submitted("a1", product="contiguous"))
    wait_for(lambda: toy.extract("a1"))

    toy.publish(submitted("a1", product="contiguous", sequence=3), headers={"loket-first-failed": failed})

    properties, _ = toy.wait_parked()
    assert (properties.headers["loket-reason"], properties.headers["loket-detail"]) == ("patience-over", "sequence-gap")


@pytest.mark.parametrize("step", ["5s", "30s", "5m", "30m", "2h"])
def test_each_failure_waits_longer(toy: Toy, step: str) -> None:
    attempts = ["5s", "30s", "5m", "30m", "2h"].index(step)

    toy.publish(submitted("a1", product="needs-switch"), headers={"loket-attempts": attempts})

    properties, body = wait_for(lambda: toy.take(f"loket.delay.{step}"))
    assert properties.headers["loket-attempts"] == attempts + 1
    assert VERIFYING.signer(body, properties.headers["loket-signature"]) == "intake"


def test_endless_contention_is_a_transient_failure(toy: Toy) -> None:
    toy.publish(submitted("a1", product="contended"))

    wait_for(lambda: any(fact.get("reason") == "contended" for fact in toy.facts()))

    assert len(toy.notes("tried")) == 5


def test_forged_context_in_headers_is_ignored(toy: Toy) -> None:
    forged = {"nameko.call_id_stack": ["x"], "nameko.user_id": "officer", "loket-attempts": "many", "traceparent": "x"}

    toy.publish(submitted("a1"), headers=forged)

    wait_for(lambda: toy.heard("a1"))
    assert toy.extract("a1")["times"] == 1
