"""Events stay readable: every golden example loads today, and additions break no reader."""

import json

import pytest

from services.chassis import topology
from services.chassis.deliveries import Delivery, read_delivery
from services.chassis.signing import SIGNATURE
from services.contracts import asyncapi
from services.contracts.envelope import CONTENT_TYPE, Envelope
from services.contracts.events import EVENTS
from services.contracts.schema import dump
from services.contracts.topology import HINTS, SUBSCRIPTIONS
from tests.keys import VERIFYING, signed


def read(body: bytes, event_type: str) -> Delivery:
    """As a consumer reads it, signed by the service that may say so."""
    signature = signed(body, EVENTS[event_type].EMITTER)[SIGNATURE]
    return read_delivery(body, CONTENT_TYPE, signature, accepted=EVENTS, keys=VERIFYING)


def test_every_event_type_has_a_golden_example() -> None:
    assert {path.stem for path in asyncapi.GOLDEN.glob("*.json")} == set(EVENTS)


@pytest.mark.parametrize("event_type", sorted(EVENTS))
def test_a_golden_example_loads_and_dumps_as_it_was(event_type: str) -> None:
    body = (asyncapi.GOLDEN / f"{event_type}.json").read_bytes()

    delivery = read(body, event_type)

    assert type(delivery.event) is EVENTS[event_type]
    assert dump(delivery.event) == json.loads(body)["data"]
    assert json.loads(Envelope.from_json(body).to_json()) == json.loads(body)


@pytest.mark.parametrize("event_type", sorted(EVENTS))
def test_an_addition_breaks_no_reader(event_type: str) -> None:
    grown = json.loads((asyncapi.GOLDEN / f"{event_type}.json").read_bytes())
    grown["added"] = grown["data"]["added"] = "later"

    delivery = read(json.dumps(grown).encode(), event_type)

    assert type(delivery.event) is EVENTS[event_type]


def test_every_event_goes_somewhere() -> None:
    heard = {event for each in SUBSCRIPTIONS.values() for event in each.events}

    assert heard | set(HINTS) == set(EVENTS.values())


def test_types_name_their_emitter_fact_and_version() -> None:
    for event_type in EVENTS:
        be, loket, service, fact, version = event_type.split(".")
        assert (be, loket, version) == ("be", "loket", "v1")
        assert service in ("intake", "registry", "documents", "notify")
        assert fact == fact.lower()


def test_the_document_says_where_each_event_is_found() -> None:
    document = asyncapi.document()

    (server,) = document["servers"].values()
    assert (server["protocol"], server["protocolVersion"]) == ("amqps", "0-9-1")
    assert document["components"]["channelBindings"]["events"]["amqp"]["exchange"]["name"] == topology.EVENTS.name
    assert topology.EVENTS.type == "topic"
    assert {each["address"] for each in document["channels"].values()} == set(EVENTS)
    for operation in document["operations"].values():
        name = operation["channel"]["$ref"].rpartition("/")[2]
        channel = document["channels"][name]
        hint = EVENTS[channel["address"]].EPHEMERAL
        assert channel["servers"] == [{"$ref": "#/servers/broker"}]
        assert channel["bindings"] == {"$ref": "#/components/channelBindings/events"}
        assert operation["bindings"]["amqp"]["deliveryMode"] == (1 if hint else 2)


def test_asyncapi_yaml_is_what_the_code_says() -> None:
    written = asyncapi.text(asyncapi.document())
    assert asyncapi.FILE.read_text(encoding="utf-8") == written, "run `python -m services.contracts.asyncapi`"
